"""Rows with an answer -> rows without: another question, another passage, or the answer taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random

from training.changes import Changer, names
from training.lookalikes import Lookalikes
from training.neighbours import Neighbours
from training.rows import Row, split


def changed(rows: Sequence[Row], neighbours: Neighbours, random: Random) -> Iterator[Row]:
    """The rows' own passages, asked for something else; rows in whose question nothing can be changed are left out."""
    pool = sorted({name for row in rows for name in names(row.question)})
    changer = Changer(pool, neighbours)
    for row in rows:
        question = changer.change(row, random)
        if question is not None:
            yield row.unanswered("changed " + row.source, question=question)


def emptied(rows: Sequence[Row]) -> Iterator[Row]:
    """The rows' passages without the sentences that hold an answer, where at least two sentences remain."""
    for row in rows:
        answers = {row.passage[start:end].lower() for start, end in row.answers}
        pieces = [row.passage[start:end] for start, end in row.sentences]
        gold = set(row.gold)
        kept = [p for i, p in enumerate(pieces) if i not in gold and not any(a in p.lower() for a in answers)]
        if len(kept) >= 2:
            yield _with_passage(row, " ".join(kept), row.title, "emptied ")


def mistaken(rows: Sequence[Row], passages: Sequence[tuple[str, str]]) -> Iterator[Row]:
    """Each question on the passage (title, text) that looks most like its own and does not hold the answer."""
    found = Lookalikes([text for _, text in passages], [title for title, _ in passages]).find(rows)
    for row, number in zip(rows, found, strict=True):
        if number is not None:
            title, text = passages[number]
            yield _with_passage(row, text, title, "mistaken ")


def strange(rows: Sequence[Row], passages: Sequence[tuple[str, str]], random: Random) -> Iterator[Row]:
    """Each question on a passage drawn by chance, of another title."""
    for row in rows:
        title, text = random.choice(passages)
        if title != row.title or not title:
            yield _with_passage(row, text, title, "strange ")


def _with_passage(row: Row, passage: str, title: str, kind: str) -> Row:
    source = kind + row.source
    return Row(row.question, title, passage, split(passage), (), source, weight=row.weight)
