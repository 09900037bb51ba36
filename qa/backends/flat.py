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
    if index.ntotal == 0:
        return ranking(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32), 0)
    query = vector[np.newaxis, :]
    # One more than asked for shows whether equals stand on both sides of the cut.
    found, places = index.search(query, min(depth + 1, index.ntotal), params=parameters)
    scores, numbers = found[0][places[0] >= 0], places[0][places[0] >= 0]
    if len(scores) > depth and scores[depth - 1] == scores[depth]:
        # FAISS keeps any of the equals, a Ranking those with the lowest numbers: so all of them are needed.
        below = np.nextafter(scores[depth], np.float32(-np.inf))
        _, scores, numbers = index.range_search(query, float(below), params=parameters)
    return ranking(numbers, scores, depth)


def ranking(numbers: IntArray, scores: FloatArray, depth: int) -> Ranking:
    """The ``depth`` best of passages with scores, in the order that a Ranking promises."""
    order = np.lexsort((numbers, -scores))[:depth]
    return Ranking(
        np.ascontiguousarray(numbers[order], dtype=np.int64), np.ascontiguousarray(scores[order], dtype=np.float32)
    )
