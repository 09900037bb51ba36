"""Pixels -> a PNG file (https://www.w3.org/TR/png-3/)."""

from __future__ import annotations

import struct
import zlib

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"

#: Of the header: bits a sample, colours as red, green and blue, and the only methods of compression and filtering that
#: PNG has, not interlaced.
_TRUE_COLOUR = (8, 2, 0, 0, 0)


#: How hard to compress: 6 makes a page's file a sixth smaller, and takes more than twice as long.
LEVEL = 3


def png_of(pixels: NDArray[np.uint8]) -> bytes:
    """The file of a picture of shape (height, width, 3): red, green, blue."""
    height, width, _ = pixels.shape
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)  # each begins with its filter, of which 0 is none
    rows[:, 1:] = pixels.reshape(height, -1)
    header = struct.pack(">IIBBBBB", width, height, *_TRUE_COLOUR)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows.tobytes(), LEVEL)), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
