"""BM25 in memory with the rank-bm25 package: the reference, and ``--lexical rank-bm25``.

Every question scores every passage in Python, so this is for some ten thousand passages.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from typing import Generic, TypeVar

import numpy as np

from qa.config import BM25_B, BM25_K1
from qa.types import BoolArray, FloatArray, IntArray

Term = TypeVar("Term", bound=Hashable)


class OkapiIndex(Generic[Term]):
    """``rank_bm25.BM25Okapi`` over the terms of each passage, which may be whatever can be told apart.

    ``lengths`` are those by which BM25 weighs the passages.
    """

    def __init__(self, passages: Sequence[Sequence[Term]], lengths: Sequence[int]) -> None:
        from rank_bm25 import BM25Okapi

        class PositiveBM25(BM25Okapi):  # type: ignore[misc]
            """BM25Okapi with Lucene's idf.

            Its own idf is negative for a term in over half of the passages, and the floor that it puts under it can
            reverse the order of a small corpus.
            """

            def _calc_idf(self, nd: dict[Term, int]) -> None:
                total = self.corpus_size
                self.idf = {term: idf(n, total) for term, n in nd.items()}

        self._vocabularies = [frozenset(passage) for passage in passages]
        # The package divides by the mean length.
        has_terms = any(self._vocabularies)
        self._bm25 = PositiveBM25([list(p) for p in passages], k1=BM25_K1, b=BM25_B) if has_terms else None
        if self._bm25:
            self._bm25.doc_len, self._bm25.avgdl = list(lengths), sum(lengths) / len(lengths)

    def search(self, terms: Sequence[Term], allowed: BoolArray | None) -> tuple[IntArray, FloatArray]:
        """The numbers of the passages with at least one of ``terms``, and their scores; ``allowed`` has one flag a
        passage."""
        query = set(terms)
        matching = [
            number
            for number, vocabulary in enumerate(self._vocabularies)
            if (allowed is None or allowed[number]) and not query.isdisjoint(vocabulary)
        ]
        numbers = np.array(matching, dtype=np.int64)
        if self._bm25 is None or not matching:
            return numbers, np.empty(0, dtype=np.float32)
        return numbers, np.asarray(self._bm25.get_scores(list(terms)), dtype=np.float32)[numbers]


def idf(frequency: int, passages: int) -> float:
    """Inverse document frequency of a term that ``frequency`` of the ``passages`` hold, in the form that Lucene's BM25
    uses: ln(1 + (N - n + 0.5) / (n + 0.5)), always positive."""
    return math.log1p((passages - frequency + 0.5) / (frequency + 0.5))
