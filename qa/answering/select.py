"""Ranked passages -> those to cite, each with its quote -> the citations that show them, word for word.

In: every candidate with its score, best first. Out: at most ``k`` of them, nothing twice, until the score falls off.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush
from typing import NamedTuple

import numpy as np

from qa.answering.retrieve import RankedPassage
from qa.backends.base import Candidate
from qa.config import SearchConfig
from qa.types import BoolArray, ChannelScore, Citation, DocumentRef, Excerpt, Hit, Span
from qa.types.fragments import text_fragment

#: Weight of a passage's fused score against that of its quote, where several passages are one citation. Set by hand: a
#: neighbour has to hold a clearly better quote to be cited instead of the best ranked.
RANK_WEIGHT = 0.5

#: Decimal places of a citation's scores.
DIGITS = 6


class QuotedPassage(NamedTuple):
    """A passage to cite, and the offsets of its quote."""

    retrieved: RankedPassage
    quote: Span

    @property
    def quoted(self) -> BoolArray:
        """``(n,)``: of each of the passage's sentences, whether the quote has it."""
        start, end = self.quote
        return np.array([start <= first and last <= end for first, last in self.retrieved.candidate.sentences])


def in_turn(ranked: Sequence[RankedPassage], discount: float) -> list[RankedPassage]:
    """The passages best first, where each further one of an article counts only ``discount`` times its score."""
    times: Counter[str] = Counter()
    order: list[tuple[float, RankedPassage]] = []
    for one in ranked:
        article = one.candidate.identity[0]
        order.append((one.score * discount ** times[article], one))
        times[article] += 1
    return [one for _, one in sorted(order, key=lambda pair: -pair[0])]


def select(
    retrieved: Sequence[RankedPassage], k: int, config: SearchConfig, quote: Callable[[Candidate], tuple[float, Span]]
) -> list[QuotedPassage]:
    """At most ``k`` passages to cite, until the score falls off: each article's best first, and nothing twice.

    Passages of one article that overlap, or repeat each other's sentences, are one citation: of those, the passage with
    the best quote (its rank counts too) is cited, in the place and with the scores of the best ranked. ``quote`` gives
    the score and the offsets of a passage's best quote. Each further passage of an article counts only
    ``config.repeat_discount`` times its score, so that one long article does not crowd out the others, while one that
    answers much better may come twice. What scores less than ``config.least_share`` of the first is not cited.
    """
    selection: list[QuotedPassage] = []
    times: Counter[str] = Counter()
    articles: dict[str, list[RankedPassage]] = {}
    for one in sorted(retrieved, key=lambda one: (-one.score, one.candidate.identity)):
        articles.setdefault(one.candidate.identity[0], []).append(one)

    def place(article: str) -> tuple[float, tuple[str, int]]:
        """What orders the articles: the score of the best passage, and where that stands."""
        best = articles[article][0]
        return -best.score * config.repeat_discount ** times[article], best.candidate.identity

    waiting = [place(article) for article in articles]
    heapify(waiting)
    while waiting and len(selection) < k:
        falling, (article, _) = heappop(waiting)
        score = -falling
        if selection and score < config.least_share * selection[0].retrieved.score:
            break
        best, *_ = remaining = articles[article]
        same = [one for one in remaining if _repeats(one.candidate, best.candidate)]
        quotes = {one.candidate.number: quote(one.candidate) for one in same}
        quoted = max(same, key=lambda one: quotes[one.candidate.number][0] + RANK_WEIGHT * one.score)
        selection.append(
            QuotedPassage(RankedPassage(quoted.candidate, score, best.scores), quotes[quoted.candidate.number][1])
        )
        times[article] += 1
        articles[article] = [one for one in remaining if not _repeats(one.candidate, quoted.candidate)]
        if articles[article]:
            heappush(waiting, place(article))
    return selection


def cite(rank: int, quoted: QuotedPassage) -> Citation:
    """The citation that shows a passage and its quote. Scores are rounded: the last digits tell nothing, and differ
    between processors."""
    plain = hit(rank, quoted.retrieved)
    scores = {
        name: ChannelScore(place.rank, *(round(value, DIGITS) for value in (place.score, place.weight)))
        for name, place in plain.scores.items()
    }
    document = quoted.retrieved.candidate.document
    excerpt = Excerpt.of(document.text, *quoted.quote)
    address = text_fragment(document.url, excerpt.text) if document.url else None
    place = {**(document.place_at(excerpt.start) or {}), **({"url": address} if address else {})} or None
    return Citation(rank, plain.document, plain.passage, excerpt, round(plain.score, DIGITS), scores, place)


def hit(rank: int, retrieved: RankedPassage) -> Hit:
    """The hit that shows a passage."""
    document, chunk = retrieved.candidate.document, retrieved.candidate.chunk
    excerpt = Excerpt.of(document.text, chunk.start, chunk.end)
    return Hit(rank, DocumentRef.of(document), excerpt, retrieved.score, retrieved.scores)


def _repeats(one: Candidate, other: Candidate) -> bool:
    """Whether two passages of one article overlap or have the same sentences; a passage repeats itself."""
    overlap = one.chunk.start < other.chunk.end and other.chunk.start < one.chunk.end
    return overlap or _sentence_texts(one) == _sentence_texts(other)


def _sentence_texts(candidate: Candidate) -> list[str]:
    return [candidate.document.text[s.start : s.end].casefold() for s in candidate.sentences]
