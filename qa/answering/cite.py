"""A retrieved passage -> the hit or citation that shows it, word for word."""

from __future__ import annotations

from qa.answering.retrieve import Retrieved
from qa.answering.select import Quoted
from qa.types import Citation, DocumentRef, Excerpt, Hit


def cite(rank: int, quoted: Quoted) -> Citation:
    """The citation that shows a passage and its quote."""
    shown = hit(rank, quoted.retrieved)
    excerpt = Excerpt.of(quoted.retrieved.candidate.document.text, *quoted.quote)
    return Citation(rank, shown.document, shown.passage, excerpt, shown.score, shown.scores)


def hit(rank: int, retrieved: Retrieved) -> Hit:
    """The hit that shows a passage."""
    document, chunk = retrieved.candidate.document, retrieved.candidate.chunk
    excerpt = Excerpt.of(document.text, chunk.start, chunk.end)
    return Hit(rank, DocumentRef.of(document), excerpt, retrieved.score, retrieved.scores)
