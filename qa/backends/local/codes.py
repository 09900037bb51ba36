"""A segment's passages in 8 bits a value: what a question is compared with first.

Codes are half as large as the 16-bit vectors, and alone kept in memory. The question is rounded to 8 bits too, so that
a scan adds up whole numbers, in half the time of one of 16 bits (``benchmarks/vectors.md``). How far a code's score can
be from its vector's is known, so that what a scan leaves out cannot be among the best.

A score's error is the sum of a vector's rounding errors, each times a value of the question, and of the question's,
each times a value of the vector. A rounding error is spread evenly over a step, with a variance of step² / 12, which is
also its sub-Gaussian variance proxy (Arbel, Marchal & Nguyen, "On strict sub-Gaussianity, optimal proxy variance and
symmetry for bounded random variables", ESAIM: Probability and Statistics 24, 2020). So for unit vectors either sum
exceeds t standard deviations with a probability below 2 exp(-t² / 2): for t = 8, once in 10¹³ passages. And it never
exceeds the distance between what was rounded and what it became (Cauchy-Schwarz).
"""

from __future__ import annotations

import math
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

import numpy as np

from qa.backends.local.blocks import BlockReader, BlockWriter
from qa.backends.shared import flat
from qa.backends.shared.quantising import passage_bytes, unpack_passages
from qa.types import BoolArray, FloatArray, IntArray

#: The step between two codes and the largest distance between a vector and its code, float32, then the codes, a byte a
#: value.
CODES_FILE = "passages.u8"

_HEADER = np.dtype("<f4")

#: A value is a whole number of steps from -127 to 127, and its code 127 more.
_STEPS = 127

#: What FAISS's QT_8bit_direct_signed takes from a code. With a question of whole numbers it scans sooner than
#: QT_8bit_uniform, which scales every value of every passage.
_TAKEN = 128

#: Standard deviations of a score's error that are allowed for; and what sums of float32 lose.
_DEVIATIONS, _SUMS = 8.0, 1e-5

_AT_ONCE = 8_192


class Scanned(NamedTuple):
    """Passages of a segment, int64, and the scores of their codes, float32, in no order.

    ``error`` is how far a score can be from that of the 16-bit vector, for unit vectors.
    """

    numbers: IntArray
    scores: FloatArray
    error: float


class _Rounded(NamedTuple):
    """A question in whole ``steps`` of ``step`` (float32), and how far they are from it."""

    steps: FloatArray
    step: float
    distance: float


def code_bytes(passages: int, dimension: int) -> int:
    """Bytes of the codes of so many passages."""
    return 2 * _HEADER.itemsize + passages * dimension


def write_codes(vectors: Path, passages: int, dimension: int) -> None:
    """Writes the codes of a finished file of 16-bit ``vectors`` beside it."""
    size = passage_bytes(dimension)
    with closing(BlockReader(vectors)) as reader:
        firsts = range(0, passages, _AT_ONCE)

        def part(first: int) -> FloatArray:
            return unpack_passages(reader.read(first * size, min(_AT_ONCE, passages - first) * size), dimension)

        largest = max([0.0, *(float(np.abs(part(first)).max()) for first in firsts)])
        step = np.float32(max(largest / _STEPS, _SUMS))  # for zeros any step would do
        distance = max([0.0, *(_distance(part(first), step) for first in firsts)])
        writer = BlockWriter(vectors.with_name(CODES_FILE))
        try:
            writer.write(np.array([step, distance], dtype=_HEADER).tobytes())
            for first in firsts:
                writer.write((_steps(part(first), step) + _STEPS).astype(np.uint8).tobytes())
            writer.close()
        except BaseException:
            writer.abort()
            raise


class Codes:
    """The codes of a segment, in memory. Safe to use from several threads. Raises IndexDamagedError."""

    def __init__(self, file: BlockReader, passages: int, dimension: int) -> None:
        import faiss

        header = 2 * _HEADER.itemsize
        self._step, self._distance = np.frombuffer(file.read(0, header), dtype=_HEADER).tolist()
        kind = faiss.ScalarQuantizer.QT_8bit_direct_signed
        self._index = faiss.IndexScalarQuantizer(dimension, kind, faiss.METRIC_INNER_PRODUCT)
        self._index.codes.resize(passages * dimension)
        file.read_into(faiss.rev_swig_ptr(self._index.codes.data(), passages * dimension), header)
        self._index.ntotal, self._index.is_trained = passages, True

    def nearest(self, vector: FloatArray, count: int, allowed: BoolArray | None) -> Scanned:
        """The ``count`` passages whose codes are nearest to the unit ``vector``, among those that ``allowed`` marks."""
        question = _rounded(vector)
        return self._scanned(question, *flat.nearest(self._index, question.steps, count, allowed))

    def above(self, vector: FloatArray, least: float, allowed: BoolArray | None) -> Scanned:
        """All passages whose codes have a score of more than ``least``, among those that ``allowed`` marks."""
        question = _rounded(vector)
        threshold = least / (question.step * self._step) - self._taken(question)
        return self._scanned(question, *flat.above(self._index, question.steps, threshold, allowed))

    def _scanned(self, question: _Rounded, numbers: IntArray, products: FloatArray) -> Scanned:
        scores = (products + np.float32(self._taken(question))) * np.float32(question.step * self._step)
        codes = _sum_of_errors(self._distance, self._step)
        error = codes * (1 + question.distance) + _sum_of_errors(question.distance, question.step) + _SUMS
        return Scanned(numbers, scores, error)

    @staticmethod
    def _taken(question: _Rounded) -> float:
        """How much less FAISS scores, in steps times steps."""
        return (_TAKEN - _STEPS) * float(question.steps.sum(dtype=np.float64))


def _rounded(vector: FloatArray) -> _Rounded:
    step = np.float32(max(float(np.abs(vector).max()) / _STEPS, _SUMS))  # for zeros any step would do
    steps = _steps(vector, step)
    return _Rounded(steps, float(step), float(np.linalg.norm(vector - steps * step)))


def _sum_of_errors(distance: float, step: float) -> float:
    """The most that rounding in steps of ``step`` changes the inner product with a unit vector; ``distance`` is how far
    the rounded vector is from what it was."""
    return min(distance, _DEVIATIONS * step / math.sqrt(12))


def _steps(vectors: FloatArray, step: np.float32) -> FloatArray:
    steps: FloatArray = np.rint(vectors / step)
    return steps


def _distance(vectors: FloatArray, step: np.float32) -> float:
    return float(np.linalg.norm(vectors - _steps(vectors, step) * step, axis=1).max())
