"""What is added up over the documents of a generation: how many there are, and in how many passages each term occurs,
and in how many documents beside them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qa.backends.identity import digest_of
from qa.backends.manifest import NOTHING, Sizes
from qa.backends.milvus.documents import Head
from qa.backends.milvus.layout import key, written
from qa.backends.milvus.pieces import Kind, Pieces, packed, rows, unpacked
from qa.backends.shared.mentioned import beside, field_terms

#: The terms' counts are stored in so many parts, so that a question reads a few kilobytes.
BUCKETS = 1024


class Tally:
    """Adds up what is written. Its memory grows with the vocabulary, not with the documents."""

    def __init__(self) -> None:
        self.sizes = NOTHING
        self.digest = 0
        self._counts: Counter[str] = Counter()

    def add(self, head: Head) -> None:
        """Counts a document."""
        documents, passages, sentences = self.sizes
        self.sizes = Sizes(documents + 1, passages + head.passages, sentences + head.sentences)
        self.digest += digest_of(head.reference)
        self._counts.update(written(beside(term)) for term in field_terms(head.reference))

    def add_passage(self, row: Mapping[str, Any]) -> None:
        """Counts the terms in the row of a passage."""
        self._counts.update(set(row["terms"].split()))

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows that hold the terms' counts."""
        buckets: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for term, count in sorted(self._counts.items()):
            buckets[key(term) % BUCKETS][term] = count
        for bucket, counts in buckets.items():
            yield from rows(Kind.COUNTS, bucket, packed(counts))


def frequencies(texts: Pieces, terms: Sequence[str]) -> list[int]:
    """The counts of terms in a collection. Raises IndexDamagedError."""
    names = [written(term) for term in terms]
    buckets = texts.read(Kind.COUNTS, sorted({key(name) % BUCKETS for name in names}))
    counts = {name: count for data in buckets.values() for name, count in unpacked(data).items()}
    return [counts.get(name, 0) for name in names]
