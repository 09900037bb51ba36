"""Files that are surely on disk, and are the old ones or the new ones but never a part."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qa.errors import QAError

#: What the name of a file ends with until all of it is written.
HALF_WRITTEN = ".new"


def sync(path: Path) -> None:
    """Returns when the file or folder is on disk; on Windows, which syncs what is open for writing only, at once."""
    if os.name == "nt":
        return
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
    temporary = file.with_name(f"{file.name}.{os.getpid()}{HALF_WRITTEN}")
    try:
        temporary.write_text(text, encoding="utf-8", newline="\n")
        sync(temporary)
        temporary.replace(file)
    except BaseException:
        with suppress(OSError):  # what went wrong first is what is told
            temporary.unlink(missing_ok=True)
        raise
    sync(file.parent)


@contextmanager
def writing_to(place: Path) -> Iterator[None]:
    """Whatever keeps the block from writing into the folder ``place`` is told as a QAError."""
    try:
        yield
    except OSError as error:
        raise QAError(
            f"{error.filename2 or error.filename or place} cannot be written ({error.strerror or error})",
            "check the path, its permissions and the disk",
        ) from error
