"""The reader's opinion of the best passages: which of their sentences answers, and whether any does.

In: the passages to cite with the quotes that the rules chose. Out: the same passages in a new order, with new quotes.
The reader never decides alone: its opinion is one more feature of a sentence, and one more share of a passage's score.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Executor

import numpy as np

from qa.answering.quote import NOT_GIVEN, InformationNeed, best_quote
from qa.answering.retrieve import RankedPassage, rescale
from qa.answering.select import QuotedPassage
from qa.models.base import Reader, TitledText
from qa.types import ChannelScore, FloatArray, Span

#: Share of the reader in a read passage's score; the searches keep the rest. Chosen on the tuning sets
#: (benchmarks/calibrate.py): SQuAD's even half without what trained the reader, SciFact's training claims, Chroma's.
SHARE = 0.4


def read(
    passages: Sequence[QuotedPassage],
    need: InformationNeed,
    reader: Reader,
    depth: int,
    pool: Executor,
    share: float = SHARE,
) -> list[QuotedPassage]:
    """The passages, the first ``depth`` of them read: best first by the searches' and the reader's score together.

    ``share`` is the reader's in the score: 0 leaves the order as it is, and the reader chooses the quotes alone.
    A passage that was read has the log-odds that it answers as its score in the channel ``reader``. The others come
    after all that were read, in their order: they keep what the searches gave them, at most as much as the worst read.
    """
    opinions = list(pool.map(lambda one: _opinion(one.retrieved, need.question, reader), passages[:depth]))
    odds = [log_sum(opinion) for opinion in opinions]
    order = sorted(range(len(opinions)), key=lambda number: -odds[number])
    ranks = {number: rank for rank, number in enumerate(order, start=1)}
    places = [ChannelScore(ranks[number], one, share * probability(one)) for number, one in enumerate(odds)]
    results = [
        _judge(rescale(one.retrieved, 1 - share), need, opinion, place)
        for one, opinion, place in zip(passages[:depth], opinions, places, strict=True)
    ]
    results.sort(key=lambda one: -one.retrieved.score)  # stable: equal ones stay in their order
    others = passages[depth:]
    if not others or not others[0].retrieved.score:
        return [*results, *others]
    factor = min(1 - share, results[-1].retrieved.score / others[0].retrieved.score)
    return [*results, *(one._replace(retrieved=rescale(one.retrieved, factor)) for one in others)]


def log_sum(odds: FloatArray) -> float:
    """The log-odds that any of several sentences answers."""
    return float(np.logaddexp.reduce(odds.astype(np.float64)))


def probability(odds: float) -> float:
    """``1 / (1 + exp(-odds))``."""
    return float(np.exp(-np.logaddexp(0.0, -odds)))


def _opinion(one: RankedPassage, question: str, reader: Reader) -> FloatArray:
    document, chunk, sentences = one.candidate.document, one.candidate.chunk, one.candidate.sentences
    spans = [Span(start - chunk.start, end - chunk.start) for start, end in sentences]
    return reader.read(question, TitledText(document.title_words, document.text[chunk.start : chunk.end]), spans)


def _judge(one: RankedPassage, need: InformationNeed, opinion: FloatArray, place: ChannelScore) -> QuotedPassage:
    _, quote = best_quote(need, opinion)(one.candidate)
    quoted = [quote.start <= start and end <= quote.end for start, end in one.candidate.sentences]
    if not need.is_given_by(one.candidate.document.text[quote.start : quote.end]):
        place = ChannelScore(place.rank, place.score, place.weight * NOT_GIVEN)
    scores = {**one.scores, "reader": place}
    return QuotedPassage(
        RankedPassage(one.candidate, one.score + place.weight, scores), quote, log_sum(opinion[quoted])
    )
