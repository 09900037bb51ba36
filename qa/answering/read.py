"""The reader's opinion of the best passages: which of their sentences answers, and whether any does.

In: every passage with its score, best first. Out: the same in a new order, and what the reader thinks of the first.
The reader never decides alone: its opinion is one more feature of a sentence, and one more share of a passage's score.
It looks twice at what is cited first: at the passage, for what its sentences refer to, and at the quote alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np

from qa.answering.quote import NOT_GIVEN, InformationNeed, best_quote
from qa.answering.retrieve import RankedPassage, rescale
from qa.answering.select import QuotedPassage
from qa.models.base import Reader, TitledText
from qa.types import ChannelScore, FloatArray, Span

#: Share of the reader in a read passage's score; the searches keep the rest. Chosen on the tuning sets
#: (benchmarks/calibrate.py): SQuAD's even half without what trained the reader, SciFact's training claims, Chroma's.
SHARE = 0.4


class Reading(NamedTuple):
    """The ranked passages, best first by the searches' and the reader's score together, and what the reader thinks of
    the first: by the number of each, the log-odds ``(n,)`` that each of its sentences answers. ``reader`` is None, and
    there are no opinions, where none reads."""

    ranked: Sequence[RankedPassage]
    opinions: Mapping[int, FloatArray]
    reader: Reader | None


def read(
    ranked: Sequence[RankedPassage],
    need: InformationNeed,
    reader: Reader,
    depth: int,
    pool: Executor,
    share: float = SHARE,
) -> Reading:
    """The ranked passages as they rank once the reader has read the first ``depth`` of them, with its opinions.

    ``share`` is the reader's in the score: 0 leaves the order as it is. A passage that was read has the log-odds that
    it answers as its score in the channel ``reader``. The others come after all that were read, in their order: they
    keep what the searches gave them, at most as much as the worst read.
    """
    first, others = ranked[:depth], ranked[depth:]
    opinions = list(pool.map(lambda one: _opinion(one, need.question, reader), first))
    odds = [log_sum(opinion) for opinion in opinions]
    order = sorted(range(len(opinions)), key=lambda number: -odds[number])
    ranks = {number: rank for rank, number in enumerate(order, start=1)}
    places = [ChannelScore(ranks[number], one, share * probability(one)) for number, one in enumerate(odds)]
    results = [
        _judge(rescale(one, 1 - share), need, opinion, place)
        for one, opinion, place in zip(first, opinions, places, strict=True)
    ]
    results.sort(key=lambda one: -one.score)  # stable: equal ones stay in their order
    numbers = (one.candidate.number for one in first)
    by_number = dict(zip(numbers, opinions, strict=True))
    best_other = max((one.score for one in others), default=0)
    if not best_other:
        return Reading([*results, *others], by_number, reader)
    factor = min(1 - share, results[-1].score / best_other)
    return Reading([*results, *(rescale(one, factor) for one in others)], by_number, reader)


def log_sum(odds: FloatArray) -> float:
    """The log-odds that any of several sentences answers."""
    return float(np.logaddexp.reduce(odds.astype(np.float64)))


def probability(odds: float) -> float:
    """``1 / (1 + exp(-odds))``."""
    return float(np.exp(-np.logaddexp(0.0, -odds)))


def quote_odds(one: QuotedPassage, question: str, reader: Reader, opinions: Mapping[int, FloatArray]) -> float:
    """The log-odds that the quote answers: the mean of what the reader thinks of it in its passage, which is read now
    where ``opinions`` lack it, and of what it thinks of the quote alone, below the title. On the tuning sets
    (benchmarks/calibrate.py) both together tell right quotes from others better than the former: AUROC .83 without and
    .85 with the latter on SQuAD's kept titles, .85 and .87 on the stories kept."""
    candidate, (start, end) = one.retrieved.candidate, one.quote
    opinion = opinions.get(candidate.number)
    opinion = _opinion(one.retrieved, question, reader) if opinion is None else opinion
    text = TitledText(candidate.document.title, candidate.document.text[start:end])
    (alone,) = reader.read(question, text, [Span(0, end - start)])
    return (log_sum(opinion[one.quoted]) + float(alone)) / 2


def _opinion(one: RankedPassage, question: str, reader: Reader) -> FloatArray:
    document, chunk, sentences = one.candidate.document, one.candidate.chunk, one.candidate.sentences
    spans = [Span(start - chunk.start, end - chunk.start) for start, end in sentences]
    return reader.read(question, TitledText(document.title_words, document.text[chunk.start : chunk.end]), spans)


def _judge(one: RankedPassage, need: InformationNeed, opinion: FloatArray, place: ChannelScore) -> RankedPassage:
    if need.asks_for_an_act and not need.is_given_by(_quote(one, need, opinion)):
        place = ChannelScore(place.rank, place.score, place.weight * NOT_GIVEN)
    return RankedPassage(one.candidate, one.score + place.weight, {**one.scores, "reader": place})


def _quote(one: RankedPassage, need: InformationNeed, opinion: FloatArray) -> str:
    _, (start, end) = best_quote(need, {one.candidate.number: opinion})(one.candidate)
    return one.candidate.document.text[start:end]
