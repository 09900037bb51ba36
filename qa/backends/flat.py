"""Exact dense search: FAISS flat inner product over unit vectors, which is the cosine."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.types import FloatArray, IntArray, Ranking


def new_index(dimension: int) -> Any:
    """An empty ``faiss.IndexFlatIP``; passage number n is the n-th vector added."""
    import faiss

    return faiss.IndexFlatIP(dimension)


def search(index: Any, vector: FloatArray, depth: int, allowed: NDArray[np.bool_] | None) -> Ranking:
    """The ``depth`` nearest of ``index`` to ``vector`` among those that ``allowed`` (one flag a passage) marks.

    A flat scan with a bitmap selector loses no recall, however few passages pass.
    """
    import faiss

    parameters = None
    if allowed is not None:
        bitmap = np.packbits(allowed, bitorder="little")
        parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bitmap))
    depth = min(depth, index.ntotal)
    if depth == 0:
        return ranking(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32), 0)
    scores, numbers = index.search(vector[np.newaxis, :], depth, params=parameters)
    found = numbers[0] >= 0
    return ranking(numbers[0][found], scores[0][found], depth)


def ranking(numbers: IntArray, scores: FloatArray, depth: int) -> Ranking:
    """The ``depth`` best of passages with scores, in the order that a Ranking promises."""
    order = np.lexsort((numbers, -scores))[:depth]
    return Ranking(
        np.ascontiguousarray(numbers[order], dtype=np.int64), np.ascontiguousarray(scores[order], dtype=np.float32)
    )
