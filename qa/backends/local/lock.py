"""The lock of the one process that writes an index: the operating system's, so that one whose holder died is free.

The file holds the number of the process that has it, or had it, for whom it refuses.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from qa.backends.shared.processes import is_running
from qa.errors import IndexBusyError

LOCK_FILE = "LOCK"

#: Characters of the number of a process, with room to spare.
_WIDTH = 12


@contextmanager
def locked(index: Path) -> Iterator[None]:
    """Holds the lock of the index in an existing folder. Raises IndexBusyError, and OSError."""
    descriptor = os.open(index / LOCK_FILE, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not _take(descriptor):
            process = writer_of(index)
            who = f": process {process}" if process else ""
            raise IndexBusyError(f"another process is writing the index in {index}{who}", "wait until it has ended")
        try:
            _note(descriptor, str(os.getpid()))
            yield
        finally:
            _note(descriptor, "")
    finally:
        os.close(descriptor)  # and frees it


def writer_of(index: Path) -> int | None:
    """The process that is said to write the index; None where none is, or it no longer runs."""
    try:
        process = int((index / LOCK_FILE).read_bytes()[:_WIDTH])
    except (OSError, ValueError):
        return None
    return process if process > 0 and is_running(process) else None


def _note(descriptor: int, text: str) -> None:
    with suppress(OSError):  # such as a full disk: what is to be written tells of that
        os.lseek(descriptor, 0, os.SEEK_SET)
        os.write(descriptor, text.ljust(_WIDTH).encode())


if sys.platform == "win32":
    import msvcrt

    def _take(descriptor: int) -> bool:
        os.lseek(descriptor, 1 << 30, os.SEEK_SET)  # what is locked cannot be read, and the number is to be
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _take(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
