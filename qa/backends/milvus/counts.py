"""In how many passages each term occurs, and what else is added up over the documents of a generation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from qa.backends.milvus.documents import Head
from qa.backends.milvus.layout import key
from qa.backends.milvus.manifest import SOURCES, Holdings
from qa.backends.milvus.pieces import Kind, packed, rows

#: The terms' counts are stored in so many parts, so that a question reads a few kilobytes.
BUCKETS = 1024


def bucket(term: str) -> int:
    """The part in which the count of a term stands."""
    return key(term) % BUCKETS


class Tally:
    """Adds up what was written. Its memory grows with the vocabulary, not with the documents."""

    def __init__(self) -> None:
        self.holdings = Holdings()
        self._counts: Counter[str] = Counter()
        self._sources: set[str] = set()

    def add(self, head: Head) -> None:
        """Counts a document."""
        added = (1, head.passages, head.sentences)
        self.holdings = Holdings(*map(sum, zip(self.holdings, added, strict=True)))
        if head.source:
            self._sources.add(head.source)

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
        yield from rows(Kind.META, SOURCES, packed(sorted(self._sources)))
