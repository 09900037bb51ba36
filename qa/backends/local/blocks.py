"""Files that are read in small pieces, each checked before it is used.

A checksum of the whole file would have to read all of it, which is gigabytes for the sentences of a large index. So
each block of 4 KiB has its own, in a table beside the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from xxhash import xxh3_64_intdigest

from qa.backends.local.positioned import PositionedFile
from qa.backends.manifest import REBUILD
from qa.errors import IndexDamagedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

#: Bytes with one checksum. Smaller blocks make the table grow, larger ones each of the hundreds of small reads that a
#: question needs: one of 16 KiB takes three times as long.
BLOCK = 4_096

#: Bytes read at a time where many are: what stays in the processor's cache until it has been checked and copied.
_AT_ONCE = 64 * BLOCK

#: XXH3-64 of each block, little-endian, in block order.
TABLE_SUFFIX = ".sums"


class BlockWriter:
    """Writes a new file and, on ``close``, its table."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._stream = file.open("wb")
        self._sums: list[int] = []
        self._open_block = b""
        self.size = 0

    def write(self, data: bytes) -> None:
        """Appends ``data``."""
        self._stream.write(data)
        self.size += len(data)
        joined = memoryview(self._open_block + data) if self._open_block else memoryview(data)
        whole = len(joined) - len(joined) % BLOCK
        self._sums += [xxh3_64_intdigest(joined[at : at + BLOCK]) for at in range(0, whole, BLOCK)]
        self._open_block = bytes(joined[whole:])

    def close(self) -> None:
        """Finishes the file and writes its table."""
        self._stream.close()
        if self._open_block:
            self._sums.append(xxh3_64_intdigest(self._open_block))
        table = self._file.with_name(self._file.name + TABLE_SUFFIX)
        table.write_bytes(np.array(self._sums, dtype="<u8").tobytes())

    def abort(self) -> None:
        """Closes the file without finishing it."""
        with suppress(OSError):  # what was still to be written may not fit on the disk
            self._stream.close()


class BlockReader:
    """Reads a file whose table has been verified. Safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._sums = np.frombuffer(file.with_name(file.name + TABLE_SUFFIX).read_bytes(), dtype="<u8")
        try:
            self._stream = PositionedFile(file)
        except OSError as error:
            raise _unreadable(file, error) from error

    def read(self, start: int, size: int) -> memoryview:
        """The ``size`` bytes from ``start``. Raises IndexDamagedError unless they are what was written."""
        first = start // BLOCK
        return self._part(self._blocks(first, -(-(start + size) // BLOCK)), start - first * BLOCK, size)

    def read_into(self, target: NDArray[np.uint8], start: int) -> None:
        """Fills ``target`` with the bytes from ``start``, of which no second copy is made. Raises IndexDamagedError."""
        # From a first part that ends where a block does, so that no block is read for two parts.
        for at in range(-(start % BLOCK), len(target), _AT_ONCE):
            part = target[max(at, 0) : at + _AT_ONCE]
            part[:] = np.frombuffer(self.read(start + max(at, 0), len(part)), dtype=np.uint8)

    def read_all(self, starts: Sequence[int], sizes: Sequence[int]) -> list[memoryview]:
        """The same of several places, ``starts`` ascending: what lies in the same or in adjoining blocks is read at
        once."""
        # A question reads hundreds of single blocks, so that each step is taken for all of them at once.
        runs = list(_runs(starts, sizes))
        data = [self._unchecked(first, last) for first, last, _ in runs]
        blocks = [block for first, last, _ in runs for block in range(first, last)]
        if [one for part in data for one in _sums(part)] != self._sums[blocks].tolist():
            raise self._damaged()
        return [
            self._part(part, starts[place] - first * BLOCK, sizes[place])
            for part, (first, _, places) in zip(data, runs, strict=True)
            for place in places
        ]

    def close(self) -> None:
        """Closes the file."""
        self._stream.close()

    def _blocks(self, first: int, last: int) -> memoryview:
        """The blocks ``[first, last)``, checked; fewer where the file ends before."""
        data = self._unchecked(first, last)
        if _sums(data) != self._sums[first:last].tolist():
            raise self._damaged()
        return data

    def _unchecked(self, first: int, last: int) -> memoryview:
        try:
            return memoryview(self._stream.read(first * BLOCK, (last - first) * BLOCK))
        except OSError as error:
            raise _unreadable(self._file, error) from error

    def _part(self, data: memoryview, start: int, size: int) -> memoryview:
        part = data[start : start + size]
        if len(part) < size:
            raise self._damaged()
        return part

    def _damaged(self) -> IndexDamagedError:
        return IndexDamagedError(f"{self._file} is not what was written", REBUILD)


def verify_blocks(file: Path) -> None:
    """Raises IndexDamagedError unless every block of the file is what was written."""
    with closing(BlockReader(file)) as reader:
        size = file.stat().st_size
        for start in range(0, size, _AT_ONCE):
            reader.read(start, min(_AT_ONCE, size - start))


def _sums(data: memoryview) -> list[int]:
    if 0 < len(data) <= BLOCK:
        return [xxh3_64_intdigest(data)]
    return [xxh3_64_intdigest(data[at : at + BLOCK]) for at in range(0, len(data), BLOCK)]


def _runs(starts: Sequence[int], sizes: Sequence[int]) -> Iterator[tuple[int, int, range]]:
    """``(first, last, which)``: blocks ``[first, last)`` without a gap, and which of the places lie in them."""
    begun = first = last = 0
    for place, (start, size) in enumerate(zip(starts, sizes, strict=True)):
        block, end = start // BLOCK, -(-(start + size) // BLOCK)
        if place and block <= last:
            last = max(last, end)
            continue
        if place:
            yield first, last, range(begun, place)
        begun, first, last = place, block, end
    if len(starts):
        yield first, last, range(begun, len(starts))


def _unreadable(file: Path, error: OSError) -> IndexDamagedError:
    return IndexDamagedError(f"{file} cannot be read ({error.strerror})", REBUILD)
