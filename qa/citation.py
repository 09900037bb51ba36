"""A retrieved passage -> the hit or citation that shows it, word for word."""

from __future__ import annotations

from qa.retrieval import Retrieved
from qa.types import Citation, DocumentRef, Excerpt, Hit, Span


def cite(rank: int, retrieved: Retrieved, quote: Span) -> Citation:
    """The citation of a passage with its quote ``[start, end)``."""
    document, chunk = retrieved.candidate.document, retrieved.candidate.chunk
    return Citation(
        rank,
        DocumentRef.of(document),
        Excerpt.of(document.text, chunk.start, chunk.end),
        Excerpt.of(document.text, quote.start, quote.end),
        retrieved.score,
        retrieved.scores,
    )


def hit(rank: int, retrieved: Retrieved) -> Hit:
    """The hit that shows a passage."""
    document, chunk = retrieved.candidate.document, retrieved.candidate.chunk
    excerpt = Excerpt.of(document.text, chunk.start, chunk.end)
    return Hit(rank, DocumentRef.of(document), excerpt, retrieved.score, retrieved.scores)
