"""A segment of a small index: all of its passages are compared with a question, and nothing is scanned before."""

from __future__ import annotations

import numpy as np

from qa.backends.local.codes import Scanned
from qa.types import BoolArray, FloatArray


class Compared:
    """What ``Codes`` is in a large index, over ``vectors (passages, dimension)`` that are held in memory.

    For a scan FAISS would have to be loaded, which takes a fresh process longer than dozens of questions take here.
    """

    def __init__(self, vectors: FloatArray) -> None:
        self._vectors = vectors

    def nearest(self, vector: FloatArray, count: int, allowed: BoolArray | None) -> Scanned:  # noqa: ARG002
        """All passages that ``allowed`` marks, however many are asked for."""
        # Not a matrix product, which would give a passage another last digit among other passages.
        scores = np.einsum("ij,j->i", self._vectors, vector)
        numbers = np.arange(len(scores)) if allowed is None else np.flatnonzero(allowed)
        return Scanned(numbers, scores[numbers], 0.0)

    def above(self, vector: FloatArray, least: float, allowed: BoolArray | None) -> Scanned:
        """Those of them that have a score of at least ``least``."""
        numbers, scores, error = self.nearest(vector, 0, allowed)
        return Scanned(numbers[scores >= least], scores[scores >= least], error)
