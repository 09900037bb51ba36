"""Finds the files to read: which there are, in which order, and under which id."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, NamedTuple, TypeGuard, cast

from qa.corpus.problem import OnProblem, Problem, unreadable
from qa.escaping import is_unicode

#: What ends the name of a file that is compressed, whatever is in it.
COMPRESSED = ".gz"

#: The name, in small letters and without what ends it, of files that tell of a folder and are no articles.
_README = "readme"


class Source(NamedTuple):
    """A file to read: its path as the user would type it, the id of its document where it holds one, its size in bytes,
    when it was last modified, in nanoseconds since 1970, and what its records call their fields."""

    where: str
    id: str
    size: int = 0
    modified: int = 0
    field_names: tuple[tuple[str, str], ...] = ()

    @property
    def file(self) -> Path:
        """The path, to be opened."""
        return Path(self.where)

    @property
    def path(self) -> str:
        """The absolute path; symbolic links are not resolved."""
        return absolute(self.where)

    def open(self) -> IO[bytes]:
        """What the file holds, unpacked if it is compressed. Raises ``problem.READ_ERRORS``, then and
        while it is read."""
        if not self.where.lower().endswith(COMPRESSED):
            return self.file.open("rb")
        import gzip

        return cast("IO[bytes]", gzip.open(self.file, "rb"))


class _FolderEntry(NamedTuple):
    """A file or folder found.

    ``real`` is its real path unless it is a link itself; ``ancestors`` are the real paths of all folders above.
    """

    where: str
    id: str
    stat: os.stat_result | OSError
    is_link: bool
    real: str
    ancestors: frozenset[str]

    @property
    def is_folder(self) -> bool:
        return isinstance(self.stat, os.stat_result) and stat.S_ISDIR(self.stat.st_mode)


def absolute(path: Path | str) -> str:
    """The absolute path without ``.`` and ``..``; symbolic links are not resolved."""
    return os.path.abspath(path)


def walk(root: Path, is_read: Callable[[str], bool], unread: Counter[str], on_problem: OnProblem) -> Iterator[Source]:
    """The files below the folder ``root`` whose names ``is_read`` takes, by relative path in code point order.

    Adds to ``unread`` the extensions of files that are not read. Hidden entries, README files and indexes are
    passed over.
    """
    parents = frozenset(os.path.realpath(folder) for folder in Path(absolute(root)).parents)
    start = _FolderEntry(str(root), "", stat_of(root), root.is_symlink(), os.path.realpath(root), parents)
    # A stack of our own: folders may nest deeper than Python's calls.
    stack = _entries(start, on_problem)
    while stack:
        entry = stack.pop()
        if entry.is_folder:
            stack += _entries(entry, on_problem)
            continue
        stem, extension = os.path.splitext(entry.id.rpartition("/")[2])
        if stem.casefold() != _README and is_regular(entry.stat, entry.where, on_problem):
            if is_read(entry.id):
                yield source_of(entry.where, entry.id, entry.stat)
            else:
                unread[extension.lower()] += 1


def is_passed_over(relative: str) -> bool:
    """Whether ``walk`` leaves out the file or folder of this path below its root, so that only naming it reads it."""
    *_, name = parts = relative.split("/")
    return any(part.startswith(".") for part in parts) or os.path.splitext(name)[0].casefold() == _README


def is_regular(status: os.stat_result | OSError, where: str, on_problem: OnProblem) -> TypeGuard[os.stat_result]:
    """Whether ``status``, as ``stat_of`` gives it, is that of a file that may be opened; if not, a problem."""
    if isinstance(status, os.stat_result):
        if not stat.S_ISREG(status.st_mode):
            on_problem(Problem(where, "is not a regular file", "remove it from the folder"))
        return stat.S_ISREG(status.st_mode)
    if isinstance(status, FileNotFoundError) and os.path.islink(where):
        on_problem(Problem(where, "is a link to nothing", "correct or remove the link"))
    else:
        on_problem(unreadable(where, status))
    return False


def _entries(folder: _FolderEntry, on_problem: OnProblem) -> list[_FolderEntry]:
    """What stands in a folder, last first; nothing, but a problem, where it loops or cannot be listed."""
    real = os.path.realpath(folder.where) if folder.is_link else folder.real
    if real in folder.ancestors:
        on_problem(Problem(folder.where, "leads back to a folder that it is in", "remove the link"))
        return []
    try:
        with os.scandir(folder.where) as listed:
            visible = [entry for entry in listed if not entry.name.startswith(".")]
        if _is_index({entry.name for entry in visible}):
            return []
    except OSError as error:
        on_problem(unreadable(folder.where, error))
        return []
    prefix = f"{folder.id}/" if folder.id else ""
    ancestors = folder.ancestors | {real}
    entries = []
    for one in visible:
        where = one.name if folder.where == os.curdir else os.path.join(folder.where, one.name)
        if is_unicode(one.name):
            inside = f"{real}/{one.name}"
            entries.append(_FolderEntry(where, prefix + one.name, _stat_of(one), one.is_symlink(), inside, ancestors))
        else:
            on_problem(Problem(where, "its name is not valid UTF-8", "rename it"))
    # With a folder's slash, sorting one folder's entries sorts the whole walk by relative path.
    return sorted(entries, key=lambda entry: entry.id + "/" * entry.is_folder, reverse=True)


def _is_index(names: set[str]) -> bool:
    """Whether a folder with these names is an index, which ``qa index .`` makes in its source: no articles."""
    return "generations" in names and not names.isdisjoint({"CURRENT", "PENDING"})


def stat_of(file: Path | str) -> os.stat_result | OSError:
    """What the operating system says of the file, symbolic links followed, or the error of asking for it."""
    try:
        return os.stat(file)
    except OSError as error:
        return error


def _stat_of(entry: os.DirEntry[str]) -> os.stat_result | OSError:
    try:
        return entry.stat()
    except OSError as error:
        return error


def source_of(where: str, identifier: str, status: os.stat_result) -> Source:
    """The source with what the operating system says of it."""
    return Source(where, identifier, status.st_size, status.st_mtime_ns)
