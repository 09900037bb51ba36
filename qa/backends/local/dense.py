"""Exact dense search over several segments: their codes are scanned, and what may be among the best is compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from qa.backends.local.codes import Codes, Scanned
from qa.backends.local.compared import Compared
from qa.backends.local.segment import Segment
from qa.backends.shared.ranking import best
from qa.types import BoolArray, FloatArray, IntArray

#: Passages of an index from which on codes are scanned. As many take either way 0.4 ms.
LARGE = 5_000

#: How many times as many passages as asked for the scan of a segment lists. More may be near enough: then it is scanned
#: again. all-MiniLM-L6-v2 needs two to four times as many of a whole index.
_AHEAD = 4


class DenseSearch:
    """Searches segments whose passages are numbered on from each other. Safe to use from several threads.

    ``run`` is ``map``, or one that shares the segments among threads. Fewer than ``large`` passages in all are compared
    without a scan. Raises IndexDamagedError.
    """

    def __init__(self, segments: Sequence[Segment], run: Callable[..., Iterator[Any]], large: int = LARGE) -> None:
        self._segments = segments
        self._map = run
        is_large = sum(segment.sizes.passages for segment in segments) >= large
        self._codes: list[Codes | Compared] = list(run(Segment.codes if is_large else _compared, segments))

    def search(
        self, vector: FloatArray, depth: int, allowed: Sequence[BoolArray | None]
    ) -> tuple[IntArray, FloatArray]:
        """The ``depth`` passages nearest to the unit ``vector``, and all that are as near as the last of them.

        ``allowed`` has the flags of each segment's passages that may be found, None where all may. A scan with flags
        loses no recall, however few passages pass. Scores are the inner products of the 16-bit vectors.
        """

        def scan(codes: Codes | Compared, flags: BoolArray | None) -> Scanned:
            return codes.nearest(vector, _AHEAD * depth, flags)

        scans = list(self._map(scan, self._codes, allowed))
        least = _least(scans, depth)
        numbers, scores, first = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.float32)], 0
        for segment, codes, flags, scanned in zip(self._segments, self._codes, allowed, scans, strict=True):
            places = self._near(codes, vector, depth, least - scanned.error, flags, scanned)
            numbers.append(places + first)
            # Not a matrix product, which would give a passage another last digit among other passages.
            scores.append(np.einsum("ij,j->i", segment.passage_vectors_of(places.tolist()), vector))
            first += segment.sizes.passages
        return best(np.concatenate(numbers), np.concatenate(scores), depth)

    @staticmethod
    def _near(
        codes: Codes | Compared,
        vector: FloatArray,
        depth: int,
        least: float,
        allowed: BoolArray | None,
        scanned: Scanned,
    ) -> IntArray:
        """The segment's passages whose codes score at least ``least``, ascending. ``scanned`` lists the best."""
        if len(scanned.scores) == _AHEAD * depth and scanned.scores.min() >= least:
            scanned = codes.above(vector, least, allowed)
        return np.sort(scanned.numbers[scanned.scores >= least])


def _least(scans: Sequence[Scanned], depth: int) -> float:
    """What at least ``depth`` passages' vectors score: less than that is not among the best."""
    surely = np.concatenate([scanned.scores - scanned.error for scanned in scans])
    return float(np.partition(surely, len(surely) - depth)[len(surely) - depth]) if len(surely) > depth else -np.inf


def _compared(segment: Segment) -> Compared:
    return Compared(segment.passage_vectors(0, segment.sizes.passages))
