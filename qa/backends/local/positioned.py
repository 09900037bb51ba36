"""Files that several threads read at once, each at a place of its own."""

from __future__ import annotations

import os
from pathlib import Path
from threading import Lock


class PositionedFile:
    """A file, open for reading. Raises OSError."""

    def __init__(self, file: Path) -> None:
        self._stream = file.open("rb", buffering=0)
        self._lock = Lock()

    if hasattr(os, "pread"):

        def read(self, start: int, size: int) -> bytes:
            """The ``size`` bytes from ``start``; fewer where the file ends before."""
            return os.pread(self._stream.fileno(), size, start)

    else:  # Windows

        def read(self, start: int, size: int) -> bytes:
            """The ``size`` bytes from ``start``; fewer where the file ends before."""
            return self.read_in_turn(start, size)

    def read_in_turn(self, start: int, size: int) -> bytes:
        """As ``read``, one thread after the other."""
        with self._lock:
            self._stream.seek(start)
            return self._stream.read(size) or b""

    def close(self) -> None:
        """Closes the file."""
        self._stream.close()
