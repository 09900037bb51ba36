"""Rows -> rows whose passage is one or two sentences of theirs: a quote alone, as the pipeline has one read again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from qa.text.analysis import terms
from training.rows import Row

#: How many of the passages have two sentences.
PAIRS = 0.3


def alone(rows: Sequence[Row], random: Random) -> Iterator[Row]:
    """Of each row a quote that answers, where its passage does, and the one without an answer that shares most words
    with the question, earlier ones first; none of a row that has but one sentence."""
    for row in rows:
        if len(row.sentences) < 2:
            continue
        size = 2 if random.random() < PAIRS else 1
        windows = [(first, first + size) for first in range(len(row.sentences) - size + 1)]
        gold = set(row.gold)
        telling = [window for window in windows if gold.intersection(range(*window))]
        if telling:
            yield _cut(row, *random.choice(telling))
        answers = {row.passage[start:end].lower() for start, end in row.answers}
        others = [
            window
            for window in windows
            if window not in telling and not any(answer in _text(row, *window).lower() for answer in answers)
        ]
        if others:
            asked = set(terms(row.question))
            nearest = max(others, key=lambda window: (len(asked.intersection(terms(_text(row, *window)))), -window[0]))
            yield _cut(row, *nearest)


def _text(row: Row, first: int, last: int) -> str:
    return row.passage[row.sentences[first][0] : row.sentences[last - 1][1]]


def _cut(row: Row, first: int, last: int) -> Row:
    """The row with the sentences ``[first, last)`` as its passage."""
    begin, end = row.sentences[first][0], row.sentences[last - 1][1]
    sentences = tuple((start - begin, stop - begin) for start, stop in row.sentences[first:last])
    answers = tuple(
        (max(start, begin) - begin, min(stop, end) - begin)
        for start, stop in row.answers
        if start < end and begin < stop
    )
    source = f"alone {row.source}"
    return Row(row.question, row.title, row.passage[begin:end], sentences, answers, source, row.exact, row.weight)
