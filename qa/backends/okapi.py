"""BM25 in memory with the rank-bm25 package: the reference, and ``--lexical rank-bm25``.

Every question scores every passage in Python, so this is for some ten thousand passages.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.backends.flat import ranking
from qa.config import BM25_B, BM25_K1
from qa.types import Ranking


class OkapiIndex:
    """``rank_bm25.BM25Okapi`` over the terms of each passage."""

    def __init__(self, passages: Sequence[Sequence[str]]) -> None:
        from rank_bm25 import BM25Okapi

        class PositiveBM25(BM25Okapi):  # type: ignore[misc]
            """BM25Okapi with Lucene's idf, ln(1 + (N - n + 0.5) / (n + 0.5)).

            Its own idf is negative for a term in over half of the passages, and the floor that it puts under it can
            reverse the order of a small corpus.
            """

            def _calc_idf(self, nd: dict[str, int]) -> None:
                total = self.corpus_size
                self.idf = {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in nd.items()}

        self._vocabularies = [frozenset(passage) for passage in passages]
        # The package divides by the mean length.
        has_terms = any(self._vocabularies)
        self._bm25 = PositiveBM25([list(p) for p in passages], k1=BM25_K1, b=BM25_B) if has_terms else None

    def search(self, terms: Sequence[str], depth: int, allowed: NDArray[np.bool_] | None) -> Ranking:
        """As ``Searcher.lexical``; ``allowed`` has one flag a passage."""
        wanted = set(terms)
        matching = [
            number
            for number, vocabulary in enumerate(self._vocabularies)
            if (allowed is None or allowed[number]) and not wanted.isdisjoint(vocabulary)
        ]
        numbers = np.array(matching, dtype=np.int64)
        if self._bm25 is None or not matching:
            return ranking(numbers, np.empty(0, dtype=np.float32), 0)
        scores = np.asarray(self._bm25.get_scores(list(terms)), dtype=np.float32)[numbers]
        return ranking(numbers, scores, depth)

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """In how many passages each term occurs."""
        return [sum(term in vocabulary for vocabulary in self._vocabularies) for term in terms]
