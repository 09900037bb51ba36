"""One thing that is wrong with an index, or worth knowing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from qa.errors import QAError


class Severity(StrEnum):
    """An error is damage, or whatever else keeps the index from answering; a warning is what will go wrong later or
    takes up room; a note is what to know."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """``where`` is a path, ``what`` is said of it, and ``remedy`` is what to do."""

    severity: Severity
    where: str
    what: str
    remedy: str

    @classmethod
    def of(cls, error: QAError, where: Path) -> Finding:
        """An error that opening or reading ``where`` has raised."""
        what = error.args[0].removeprefix(f"{where} ")
        return cls(Severity.ERROR, str(where), what, error.advice)


def error(where: Path, what: str, remedy: str) -> Finding:
    """What keeps the index from answering, or from answering rightly."""
    return Finding(Severity.ERROR, str(where), what, remedy)


def warning(where: Path, what: str, remedy: str) -> Finding:
    """What will go wrong later, or takes up room."""
    return Finding(Severity.WARNING, str(where), what, remedy)


def note(where: Path, what: str, remedy: str) -> Finding:
    """What to know."""
    return Finding(Severity.NOTE, str(where), what, remedy)
