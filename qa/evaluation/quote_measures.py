"""How well quotes hit the gold quotes: by containment, and word by word.

Precision, recall and intersection over union of the words are those of Smith & Troynikov, "Evaluating Chunking
Strategies for Retrieval" (Chroma technical report, 2024), for one quote against the gold span that it fits best.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from qa.types import Citation, Span

QUOTE_MEASURES = ("quote@1", "quote@3", "token-P", "token-R", "token-IoU")

GoldQuotes = Mapping[str, Sequence[str]]

#: The tokens that quotes are compared by: runs of letters, digits and underscores.
_WORD = re.compile(r"\w+")


class Overlap(NamedTuple):
    """Words in common: as a share of the quote's, of the gold's, and of both together. From 0 to 1."""

    precision: float
    recall: float
    iou: float


def quotes_gold(citation: Citation, gold: GoldQuotes) -> bool:
    """Whether the citation's quote contains, or is contained in, a gold quote of its document."""
    quote = citation.quote.text
    return any(other in quote or quote in other for other in gold.get(citation.document.id, ()))


def quote_measures(citations: Sequence[Citation], gold: GoldQuotes, text: str) -> dict[str, float]:
    """``QUOTE_MEASURES`` of one question. ``text`` is that of the first citation's document."""
    overlap = Overlap(0.0, 0.0, 0.0)
    if citations:
        first = citations[0]
        spans = occurrences(text, gold.get(first.document.id, ()))
        overlap = best_overlap(text, Span(first.quote.start, first.quote.end), spans)
    hits = [float(any(quotes_gold(c, gold) for c in citations[:depth])) for depth in (1, 3)]
    return dict(zip(QUOTE_MEASURES, [*hits, *overlap], strict=True))


def best_overlap(text: str, quote: Span, gold: Iterable[Span]) -> Overlap:
    """The quote against the gold span that gives the largest IoU; all 0 where there is none."""
    overlaps = (_overlap(word_starts(text, quote), word_starts(text, span)) for span in gold)
    return max(overlaps, key=lambda overlap: overlap.iou, default=Overlap(0.0, 0.0, 0.0))


def occurrences(text: str, quotes: Iterable[str]) -> Iterator[Span]:
    """Every place in ``text`` where one of the ``quotes``, none of them empty, stands."""
    for quote in quotes:
        start = text.find(quote)
        while start >= 0:
            yield Span(start, start + len(quote))
            start = text.find(quote, start + 1)


def _overlap(quote: frozenset[int], gold: frozenset[int]) -> Overlap:
    common = len(quote & gold)
    if not common:
        return Overlap(0.0, 0.0, 0.0)
    return Overlap(common / len(quote), common / len(gold), common / len(quote | gold))


def has_word(text: str) -> bool:
    """Whether there is anything to compare."""
    return _WORD.search(text) is not None


def word_starts(text: str, span: Span) -> frozenset[int]:
    """The offsets in ``text`` at which the words of its slice ``span`` start."""
    return frozenset(match.start() for match in _WORD.finditer(text, span.start, span.end))
