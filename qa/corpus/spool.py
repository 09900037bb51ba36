"""What was read of files and is needed once more, on disk until then."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Hashable
from typing import IO

#: Most bytes that a spool takes of the disk: the text of some million pages.
MAX_SPOOL = 1024**3


class Spool:
    """Byte strings by key, packed, in a file that has no name and goes with the process.

    It may forget: where the disk is full, or more than ``most`` bytes are kept, what comes later is not taken.
    """

    def __init__(self, most: int = MAX_SPOOL) -> None:
        self._most = most
        self._file: IO[bytes] | None = None
        self._places: dict[Hashable, tuple[int, int]] = {}
        self._end = 0

    def __contains__(self, key: Hashable) -> bool:
        return key in self._places

    def keep(self, key: Hashable, content: bytes) -> None:
        """Takes the content, unless there is no room for it."""
        packed = zlib.compress(content, 1)
        if self._end + len(packed) > self._most:
            return
        try:
            self._file = self._file or tempfile.TemporaryFile()  # noqa: SIM115
            self._file.seek(self._end)
            self._file.write(packed)
            self._file.flush()
        except OSError:
            self._most = 0
            return
        self._places[key] = self._end, len(packed)
        self._end += len(packed)

    def take(self, key: Hashable) -> bytes | None:
        """What was kept under the key; None where nothing was."""
        place = self._places.get(key)
        if place is None or self._file is None:
            return None
        self._file.seek(place[0])
        return zlib.decompress(self._file.read(place[1]))

    def close(self) -> None:
        """Forgets everything."""
        self._places.clear()
        if self._file is not None:
            self._file.close()
