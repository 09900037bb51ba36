"""When the files of an index were last modified, so that an update opens only those that may have changed.

A file of the same size and time of modification is taken to be the same, as make and rsync do. One that was modified
just before it was read is not: it could be modified again within the clock's resolution (the "racy" entries of git's
index, https://git-scm.com/docs/racy-git). The record is a cache: where it is missing or damaged, everything is read.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from qa.backends.base import STAMPS_FILE, Store
from qa.errors import QAError

if TYPE_CHECKING:
    from qa.corpus import ReadFile
    from qa.corpus.walk import Source

#: Nanoseconds before reading within which a modification makes a stamp worthless: the coarsest resolution of file times
#: in use, that of FAT.
_RACY = 2 * 10**9


class Stamp(NamedTuple):
    """A file's document id, size in bytes and time of modification (None: not to be trusted), its documents' ids, and
    the version of the format that read it."""

    id: str
    size: int
    modified: int | None
    ids: tuple[str, ...]
    version: str

    @classmethod
    def of(cls, file: ReadFile, read_at: int) -> Stamp:
        """The stamp of a file that was read at ``read_at``, in nanoseconds since 1970."""
        from qa.corpus import version_of

        source = file.source
        sure = file.clean and source.modified < read_at - _RACY
        return cls(source.id, source.size, source.modified if sure else None, file.ids, version_of(source.where))

    def fits(self, source: Source) -> bool:
        """Whether the file is surely as it was, and would be read by the same version of its format."""
        return self._is_of(source) and self.other_version(source) is None

    def other_version(self, source: Source) -> str | None:
        """The version that reads a file of this kind now, where it is another one, and the file is surely as it was."""
        from qa.corpus import version_of  # a question, which compares what `folders_of` gives, need not wait for it

        now = version_of(source.where)
        return now if self._is_of(source) and self.version != now else None

    def _is_of(self, source: Source) -> bool:
        return (self.id, self.size, self.modified) == (source.id, source.size, source.modified)


class Stamps(NamedTuple):
    """The stamps of all files of an index, by path, those of the model's files with their fingerprint, and when the
    folders of the files were last modified, which they are when a file comes or goes."""

    files: Mapping[str, Stamp] = {}
    model: Mapping[str, tuple[int, int]] = {}
    fingerprint: str = ""
    folders: Mapping[str, int | None] = {}

    def save(self, store: Store[Any], generation: str) -> None:
        """Keeps the record for a generation of the index; without it the next update reads all files."""
        content = json.dumps([generation, self.files, self.model, self.fingerprint, self.folders])
        with suppress(QAError):  # such as a full disk: what it was for is done
            store.write_text(STAMPS_FILE, f"{_checksum(content)}\n{content}\n")


def load(store: Store[Any], generation: str) -> Stamps:
    """The record of the index; an empty one unless it is whole, and of this generation."""
    try:
        expected, _, content = (store.read_text(STAMPS_FILE) or "").partition("\n")
        if _checksum(content.rstrip("\n")) != expected:
            return Stamps()
        name, files, model, fingerprint, folders = json.loads(content)
    except (QAError, ValueError):
        return Stamps()
    if name != generation:
        return Stamps()
    stamps = {
        path: Stamp(name, size, modified, tuple(ids), version)
        for path, (name, size, modified, ids, version) in files.items()
    }
    return Stamps(stamps, {name: (size, modified) for name, (size, modified) in model.items()}, fingerprint, folders)


def folders_of(sources: Iterable[str], files: Iterable[str]) -> dict[str, int | None]:
    """When the sources that are folders, and the folders of files, were last modified; None where that is unknown."""
    return {folder: modified(folder) for folder in sorted({*sources, *map(os.path.dirname, files)})}


def modified(path: str) -> int | None:
    """When a file or folder was last modified, in nanoseconds since 1970; None where that cannot be told."""
    try:
        return Path(path).stat().st_mtime_ns
    except OSError:
        return None


def _checksum(content: str) -> str:
    from xxhash import xxh3_128_hexdigest

    return xxh3_128_hexdigest(content.encode())
