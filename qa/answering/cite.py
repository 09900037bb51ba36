"""A retrieved passage -> the hit or citation that shows it, word for word."""

from __future__ import annotations

from qa.answering.retrieve import Retrieved
from qa.answering.select import Quoted
from qa.types import ChannelScore, Citation, DocumentRef, Excerpt, Hit
from qa.types.fragments import text_fragment

#: Decimal places of a citation's scores.
DIGITS = 6


def cite(rank: int, quoted: Quoted) -> Citation:
    """The citation that shows a passage and its quote. Scores are rounded: the last digits tell nothing, and differ
    between processors."""
    shown = hit(rank, quoted.retrieved)
    scores = {
        name: ChannelScore(place.rank, *(round(value, DIGITS) for value in (place.score, place.weight)))
        for name, place in shown.scores.items()
    }
    document = quoted.retrieved.candidate.document
    excerpt = Excerpt.of(document.text, *quoted.quote)
    address = text_fragment(document.url, excerpt.text) if document.url else None
    place = {**(document.place_at(excerpt.start) or {}), **({"url": address} if address else {})} or None
    return Citation(rank, shown.document, shown.passage, excerpt, round(shown.score, DIGITS), scores, place)


def hit(rank: int, retrieved: Retrieved) -> Hit:
    """The hit that shows a passage."""
    document, chunk = retrieved.candidate.document, retrieved.candidate.chunk
    excerpt = Excerpt.of(document.text, chunk.start, chunk.end)
    return Hit(rank, DocumentRef.of(document), excerpt, retrieved.score, retrieved.scores)
