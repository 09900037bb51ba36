"""What is told about a file that could not be read, or not entirely."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from qa.escaping import escaped


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left out. ``where`` is a path as the user would type it, or ``path:LINE``.

    ``str()`` is ``where: what; advice`` on one line, in characters that can be printed.
    """

    where: str
    what: str
    advice: str = ""

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}"
        return escaped(f"{line}; {self.advice}" if self.advice else line)


OnProblem: TypeAlias = Callable[[Problem], None]


def unreadable(where: str, error: OSError) -> Problem:
    """The problem of a file or folder that the operating system does not let us read."""
    return Problem(where, f"cannot be read ({error.strerror or error})", "check the file and its permissions")
