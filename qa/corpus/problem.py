"""What is told about a file that could not be read, or not entirely."""

from __future__ import annotations

import os
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from qa.escaping import escaped


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left out. ``where`` is a path as the user would type it, or ``path:LINE``.

    ``unseen`` is the absolute path of a file or folder that could not be looked at: what was read from there before may
    well be there still.

    ``str()`` is ``where: what; advice`` on one line, in characters that can be printed.
    """

    where: str
    what: str
    advice: str = ""
    unseen: str = ""

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}"
        return escaped(f"{line}; {self.advice}" if self.advice else line)


OnProblem: TypeAlias = Callable[[Problem], None]


class UnreadableError(Exception):
    """A file, or one of its articles, that cannot be read for what it holds. ``advice`` says what to do."""

    def __init__(self, what: str, advice: str) -> None:
        super().__init__(what)
        self.advice = advice


#: What reading a file raises: where the operating system does not let us, where its compression is damaged, and where
#: it holds nothing that can be read.
READ_ERRORS = (OSError, EOFError, zlib.error, UnreadableError)


def unreadable(where: str, error: Exception) -> Problem:
    """The problem of a file, folder or article of which reading raised one of ``READ_ERRORS``."""
    if isinstance(error, UnreadableError):
        return Problem(where, str(error), error.advice)
    reason = getattr(error, "strerror", None) or error
    what, advice = f"cannot be read ({reason})", "check the file and its permissions"
    return Problem(where, what, advice, os.path.abspath(where))
