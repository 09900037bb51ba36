"""Finds the files to read: which there are, in which order, and under which id."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.corpus.encoding import is_unicode
from qa.corpus.problem import OnProblem, Problem, unreadable

#: The extensions that are read, in lower case.
EXTENSIONS = (".txt", ".md", ".markdown", ".jsonl")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read: its path as found from what the user typed, and its document id (for JSONL unused)."""

    file: Path
    id: str

    @property
    def where(self) -> str:
        """The path as the user would type it."""
        return str(self.file)

    @property
    def path(self) -> str:
        """The absolute path; symbolic links are not resolved."""
        return absolute(self.file)

    @property
    def extension(self) -> str:
        """The extension in lower case, with its dot."""
        return self.file.suffix.lower()


@dataclass(frozen=True, slots=True)
class _Entry:
    """A file or folder found.

    ``real`` is its real path unless it is a link itself; ``ancestors`` are the real paths of all folders
    above.
    """

    file: Path
    id: str
    mode: int | OSError
    real: Path
    ancestors: frozenset[Path]

    @property
    def is_folder(self) -> bool:
        return isinstance(self.mode, int) and stat.S_ISDIR(self.mode)

    @property
    def order(self) -> str:
        """Sorting one folder's entries by it sorts the whole walk by relative path."""
        return self.id + "/" * self.is_folder


def absolute(path: Path) -> str:
    """The absolute path without ``.`` and ``..``; symbolic links are not resolved."""
    return os.path.normpath(path.absolute())


def walk(root: Path, unread: Counter[str], on_problem: OnProblem) -> Iterator[Source]:
    """The readable files below the folder ``root``, by relative path in code point order.

    Adds to ``unread`` the extensions of files that are not read. Hidden entries and README files are passed
    over.
    """
    parents = frozenset(folder.resolve() for folder in Path(absolute(root)).parents)
    # A stack of our own: folders may nest deeper than Python's calls.
    stack = _entries(_Entry(root, "", stat.S_IFDIR, root.resolve(), parents), on_problem)
    while stack:
        entry = stack.pop()
        if entry.is_folder:
            stack += _entries(entry, on_problem)
        elif entry.file.stem.casefold() != "readme" and is_regular(entry.file, entry.mode, on_problem):
            source = Source(entry.file, entry.id)
            if source.extension in EXTENSIONS:
                yield source
            else:
                unread[source.extension] += 1


def is_regular(file: Path, mode: int | OSError, on_problem: OnProblem) -> bool:
    """Whether ``mode``, as ``mode_of`` gives it, is that of a file that may be opened; if not, a problem."""
    if isinstance(mode, int):
        if not stat.S_ISREG(mode):
            on_problem(Problem(str(file), "is not a regular file", "remove it from the folder"))
        return stat.S_ISREG(mode)
    if isinstance(mode, FileNotFoundError) and file.is_symlink():
        on_problem(Problem(str(file), "is a link to nothing", "correct or remove the link"))
    else:
        on_problem(unreadable(str(file), mode))
    return False


def _entries(folder: _Entry, on_problem: OnProblem) -> list[_Entry]:
    """What stands in a folder, last first; nothing, but a problem, where it loops or cannot be listed."""
    real = folder.file.resolve() if folder.file.is_symlink() else folder.real
    if real in folder.ancestors:
        on_problem(Problem(str(folder.file), "leads back to a folder that it is in", "remove the link"))
        return []
    try:
        files = [file for file in folder.file.iterdir() if not file.name.startswith(".")]
    except OSError as error:
        on_problem(unreadable(str(folder.file), error))
        return []
    prefix = f"{folder.id}/" if folder.id else ""
    ancestors = folder.ancestors | {real}
    entries = [_Entry(f, prefix + f.name, mode_of(f), real / f.name, ancestors) for f in files]
    for entry in (e for e in entries if not is_unicode(e.id)):
        on_problem(Problem(str(entry.file), "its name is not valid UTF-8", "rename it"))
    return sorted((e for e in entries if is_unicode(e.id)), key=lambda e: e.order, reverse=True)


def mode_of(file: Path) -> int | OSError:
    """The file's mode, symbolic links followed, or the error of asking for it."""
    try:
        return file.stat().st_mode
    except OSError as error:
        return error
