"""Exact dense search: a FAISS scan over all unit vectors, whose inner product is the cosine."""

from __future__ import annotations

from typing import Any

import numpy as np

from qa.types import BoolArray, FloatArray, IntArray


def search(index: Any, vector: FloatArray, depth: int, allowed: BoolArray | None) -> tuple[IntArray, FloatArray]:
    """The ``depth`` nearest of ``index`` to ``vector`` among those that ``allowed`` (one flag a vector) marks, and all
    that are as near as the last of them; in no particular order.

    A scan with a bitmap selector loses no recall, however few vectors pass. It is one thread's work: FAISS would only
    have a second one wait for the first.
    """
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        return _search(index, vector, depth, allowed)
    finally:
        faiss.omp_set_num_threads(threads)


def _search(index: Any, vector: FloatArray, depth: int, allowed: BoolArray | None) -> tuple[IntArray, FloatArray]:
    import faiss

    parameters = None
    if allowed is not None:
        bitmap = np.packbits(allowed, bitorder="little")
        parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bitmap))
    if index.ntotal == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    query = vector[np.newaxis, :]
    # One more than asked for shows whether equals stand on both sides of the cut.
    found, places = index.search(query, min(depth + 1, index.ntotal), params=parameters)
    scores, numbers = found[0][places[0] >= 0], places[0][places[0] >= 0]
    if len(scores) > depth and scores[depth - 1] == scores[depth]:
        # FAISS keeps any of the equals.
        below = np.nextafter(scores[depth], np.float32(-np.inf))
        _, scores, numbers = index.range_search(query, float(below), params=parameters)
    return numbers, scores
