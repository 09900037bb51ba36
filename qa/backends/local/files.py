"""Bytes that are surely the ones that were written."""

from __future__ import annotations

import errno
import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from xxhash import xxh3_128

from qa.backends.manifest import REBUILD
from qa.errors import IndexDamagedError

#: Bytes read at a time. Where another thread has the interpreter meanwhile, each time may have to wait for it, and what
#: would stay in the processor's cache is read several times as slowly then.
_BUFFER = 1 << 22


@dataclass(frozen=True, slots=True)
class FileEntry:
    """The size and the checksum of a file; None where each block of it has its own (``blocks``)."""

    bytes: int
    xxh3_128: str | None


def checksum(file: Path) -> str:
    """Hex XXH3-128 of a file: finds damage, at memory speed; it is no protection against forgery."""
    digest = xxh3_128()
    with file.open("rb", buffering=0) as stream:
        buffer = memoryview(bytearray(min(_BUFFER, os.fstat(stream.fileno()).st_size)))
        while count := stream.readinto(buffer):
            digest.update(buffer[:count])
    return digest.hexdigest()


def describe(folder: Path, in_blocks: Collection[str] = ()) -> dict[str, FileEntry]:
    """The entry of every file below ``folder``, by relative path; files named ``in_blocks`` are not read."""
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    return {
        f.relative_to(folder).as_posix(): FileEntry(f.stat().st_size, None if f.name in in_blocks else checksum(f))
        for f in files
    }


def verify(folder: Path, files: Mapping[str, FileEntry]) -> None:
    """Raises IndexDamagedError unless every file is there with the described size and checksum.

    Of a file in blocks only the size is looked at: its blocks are checked when they are read.
    """
    for name, expected in files.items():
        file = folder / name
        try:
            if file.stat().st_size != expected.bytes:
                raise IndexDamagedError(f"{file} has not the size it was written with", REBUILD)
            if expected.xxh3_128 is not None and checksum(file) != expected.xxh3_128:
                raise IndexDamagedError(f"{file} is not what was written", REBUILD)
        except OSError as error:
            raise IndexDamagedError(f"{file} cannot be read ({error.strerror})", REBUILD) from error


def link_tree(source: Path, target: Path) -> None:
    """Makes the files of ``source`` appear in the new folder ``target`` too, without copying where links work.

    Raises OSError.
    """
    import shutil

    def link(from_: str, to: str) -> None:
        try:
            os.link(from_, to)
        except OSError:  # another device, or a file system without hard links
            shutil.copyfile(from_, to)

    try:
        shutil.copytree(source, target, copy_function=link)
    except shutil.Error as error:  # a list of all that went wrong, of which one is enough
        _, failed, reason = error.args[0][0]
        raise OSError(errno.EIO, reason, failed) from error
