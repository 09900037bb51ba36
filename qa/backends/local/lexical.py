"""BM25 over several segments, as if they were one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import compress

import numpy as np

from qa.backends.local.postings import Postings, key, length_norms, scores_of
from qa.backends.local.segment import Segment
from qa.backends.shared.okapi import OkapiIndex, idf
from qa.backends.shared.ranking import best
from qa.types import BoolArray, FloatArray, IntArray


class LexicalSearch:
    """Searches segments whose passages are numbered on from each other. Safe to use from several threads."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        lengths = [s.postings.lengths[s.live_passages] for s in segments]
        self._passages = sum(map(len, lengths))
        # As whole numbers, so that the mean does not depend on the order of the segments.
        mean = sum(int(part.sum()) for part in lengths) / max(self._passages, 1)
        self._norms = [length_norms(s.postings.lengths, mean) for s in segments]

    def search(
        self, terms: Sequence[str], depth: int, allowed: Sequence[BoolArray | None]
    ) -> tuple[IntArray, FloatArray]:
        """The ``depth`` best passages with at least one of ``terms``, and all that are as good as the last of them.

        ``allowed`` has the flags of each segment's passages that may be found, None where all may.
        """
        by_segment = [{term: s.postings.read(term) for term in terms} for s in self._segments]
        total = self._added_up(by_segment, terms)
        weights = {term: idf(total[term], self._passages) for term in terms}
        numbers, scores, first = [np.empty(0, dtype=np.int64)], [np.empty(0, dtype=np.float32)], 0
        for segment, postings, norms, flags in zip(self._segments, by_segment, self._norms, allowed, strict=True):
            places, values = best(*scores_of([(postings[t], weights[t]) for t in terms], norms, flags), depth)
            numbers.append(places + first)
            scores.append(values)
            first += segment.sizes.passages
        return best(np.concatenate(numbers), np.concatenate(scores), depth)

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """In how many passages each term occurs, removed ones not counted."""
        if not terms:
            return []
        keys = np.fromiter(map(key, terms), dtype=np.uint64, count=len(terms))
        total = np.zeros(len(terms), dtype=np.int64)
        for segment in self._segments:
            counts = segment.postings.frequencies(keys)
            if segment.removed:  # what occurs in it may occur in what was removed only
                for place in np.flatnonzero(counts).tolist():
                    counts[place] = _live(segment, segment.postings.read(terms[place]))
            total += counts
        return total.tolist()

    def _added_up(self, by_segment: Sequence[dict[str, Postings]], terms: Sequence[str]) -> dict[str, int]:
        pairs = list(zip(self._segments, by_segment, strict=True))
        return {term: sum(_live(segment, postings[term]) for segment, postings in pairs) for term in terms}


def _live(segment: Segment, postings: Postings) -> int:
    return int(segment.live_passages[postings.passages].sum()) if segment.removed else len(postings.passages)


class OkapiSearch:
    """The same with the package rank-bm25, as if nothing had ever been removed from the segments."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments
        self._index = OkapiIndex(
            [keys for s in segments for keys in compress(s.postings.keys_of_all(), s.live_passages)],
            [length for s in segments for length in s.postings.lengths[s.live_passages].tolist()],
        )
        (self._numbers,) = np.nonzero(np.concatenate([segment.live_passages for segment in segments]))

    def search(
        self, terms: Sequence[str], depth: int, allowed: Sequence[BoolArray | None]
    ) -> tuple[IntArray, FloatArray]:
        """As ``LexicalSearch.search``."""
        pairs = zip(self._segments, allowed, strict=True)
        passing = [(s.live_passages if flags is None else flags)[s.live_passages] for s, flags in pairs]
        places, scores = self._index.search([key(term) for term in terms], np.concatenate(passing))
        return best(self._numbers[places], scores, depth)
