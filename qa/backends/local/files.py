"""Bytes that are surely on disk, and surely the ones that were written."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import Any

from qa.errors import IndexDamagedError

REBUILD = "qa index --rebuild makes it anew from the sources"

_BLOCK = 1 << 20  # bytes read at a time


def checksum(file: Path) -> str:
    """Hex XXH3-128 of a file: finds damage, at memory speed; it is no protection against forgery."""
    from xxhash import xxh3_128

    digest = xxh3_128()
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def describe(folder: Path) -> dict[str, dict[str, Any]]:
    """Size in bytes and checksum of every file below ``folder``, by relative path."""
    files = sorted(f for f in folder.rglob("*") if f.is_file())
    return {f.relative_to(folder).as_posix(): {"bytes": f.stat().st_size, "xxh3_128": checksum(f)} for f in files}


def verify(folder: Path, files: dict[str, dict[str, Any]]) -> None:
    """Raises IndexDamagedError unless every file is there with the described size and checksum."""
    for name, expected in files.items():
        file = folder / name
        try:
            if file.stat().st_size != expected["bytes"]:
                raise IndexDamagedError(f"{file} has not the size it was written with", REBUILD)
            if checksum(file) != expected["xxh3_128"]:
                raise IndexDamagedError(f"{file} is not what was written", REBUILD)
        except OSError as error:
            raise IndexDamagedError(f"{file} cannot be read ({error.strerror})", REBUILD) from error


def sync(path: Path) -> None:
    """Returns when the file or folder is on disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Syncs every file and folder below ``folder``, and itself."""
    for path in sorted(folder.rglob("*"), reverse=True):
        sync(path)
    sync(folder)


def replace_text(file: Path, text: str) -> None:
    """Puts ``text`` into ``file`` in one step: a reader sees the old content or the new, never a part.

    Raises OSError where it cannot be written; nothing of it is left then.
    """
    temporary = file.with_name(f"{file.name}.new")
    try:
        temporary.write_text(text, encoding="utf-8")
        sync(temporary)
        temporary.replace(file)
    except BaseException:
        with suppress(OSError):  # what went wrong first is what is told
            temporary.unlink(missing_ok=True)
        raise
    sync(file.parent)


def link_tree(source: Path, target: Path) -> None:
    """Makes the files of ``source`` appear in the new folder ``target`` too, without copying where links work."""
    import shutil

    def link(from_: str, to: str) -> None:
        try:
            os.link(from_, to)
        except OSError:  # another device, or a file system without hard links
            shutil.copyfile(from_, to)

    shutil.copytree(source, target, copy_function=link)
