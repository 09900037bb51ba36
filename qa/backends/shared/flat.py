"""Exact dense search: a FAISS scan over all unit vectors, whose inner product is the cosine.

A scan with a bitmap selector loses no recall, however few vectors pass. It is one thread's work: FAISS would only have
a second one wait for the first.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from qa.types import BoolArray, FloatArray, IntArray


def search(index: Any, vector: FloatArray, depth: int, allowed: BoolArray | None) -> tuple[IntArray, FloatArray]:
    """The ``depth`` nearest of ``index`` to ``vector`` among those that ``allowed`` (one flag a vector) marks, and all
    that are as near as the last of them; in no particular order."""
    # One more than asked for shows whether equals stand on both sides of the cut.
    numbers, scores = nearest(index, vector, depth + 1, allowed)
    if len(scores) > depth and scores[depth - 1] == scores[depth]:
        # FAISS keeps any of the equals.
        return above(index, vector, float(np.nextafter(scores[depth], np.float32(-np.inf))), allowed)
    return numbers, scores


def nearest(index: Any, vector: FloatArray, count: int, allowed: BoolArray | None) -> tuple[IntArray, FloatArray]:
    """The ``count`` nearest, best first; of equals any."""
    if index.ntotal == 0:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
    with _one_thread():
        scores, places = index.search(vector[np.newaxis], min(count, index.ntotal), params=_parameters(allowed))
    listed = places[0] >= 0
    return places[0][listed], scores[0][listed]


def above(index: Any, vector: FloatArray, least: float, allowed: BoolArray | None) -> tuple[IntArray, FloatArray]:
    """All with a score of more than ``least``, in no particular order."""
    with _one_thread():
        _, scores, numbers = index.range_search(vector[np.newaxis], least, params=_parameters(allowed))
    return numbers, scores


def _parameters(allowed: BoolArray | None) -> Any:
    import faiss

    if allowed is None:
        return None
    return faiss.SearchParameters(sel=faiss.IDSelectorBitmap(np.packbits(allowed, bitorder="little")))


@contextmanager
def _one_thread() -> Iterator[None]:
    import faiss

    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        yield
    finally:
        faiss.omp_set_num_threads(threads)
