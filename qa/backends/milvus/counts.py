"""In how many passages each term occurs, in how many documents beside them, and what else is added up over these."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from qa.backends.manifest import NOTHING, Sizes
from qa.backends.milvus.documents import Head
from qa.backends.milvus.layout import key
from qa.backends.milvus.pieces import Kind, packed, rows
from qa.backends.shared.mentioned import beside, field_terms

#: The terms' counts are stored in so many parts, so that a question reads a few kilobytes.
BUCKETS = 1024


def bucket(term: str) -> int:
    """The part in which the count of a term stands."""
    return key(term) % BUCKETS


class Tally:
    """Adds up what was written. Its memory grows with the vocabulary, not with the documents."""

    def __init__(self) -> None:
        self.sizes = NOTHING
        self._counts: Counter[str] = Counter()

    def added(self, head: Head) -> Head:
        """Counts a document, and gives it back."""
        documents, passages, sentences = self.sizes
        self.sizes = Sizes(documents + 1, passages + head.passages, sentences + head.sentences)
        self._counts.update(map(beside, field_terms(head.reference)))
        return head

    def add_passage(self, terms: Iterable[str]) -> None:
        """Counts the terms of a passage."""
        self._counts.update(set(terms))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows that hold the sums."""
        parts: dict[int, dict[str, int]] = {}
        for term, count in sorted(self._counts.items()):
            parts.setdefault(bucket(term), {})[term] = count
        for number, counts in parts.items():
            yield from rows(Kind.COUNTS, number, packed(counts))
