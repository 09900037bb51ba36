"""Eighty short articles, an index of them on disk, and gold that is asked in their words."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import product
from pathlib import Path
from typing import Any

import qa
from qa.evaluation.calibration.fitting import SIGNS
from qa.evaluation.report import Row

TOWNS = "Holmby Vestmark Tarnby Ulvik Skarholm Dorpe Kelling Ostrach Lunden Morvik".split()
OPENS = {
    "bakery": "seven",
    "museum": "nine",
    "library": "ten",
    "harbour": "five",
    "chapel": "eight",
    "market": "six",
    "school": "noon",
    "theatre": "dusk",
}
PAIRS = list(product(OPENS, TOWNS))
ROUTER = "how do i reset my router password with a paper clip?"


def sentence(thing: str, town: str) -> str:
    """What an article says."""
    return f"The {thing} in {town} opens at {OPENS[thing]} every morning."


def build_index(folder: Path) -> Path:
    """An index of all articles, made with the default model: a tiny one tells the reader nothing of meaning."""
    articles = folder / "articles.jsonl"
    rows = ({"id": f"{thing}-{town}", "text": sentence(thing, town)} for thing, town in PAIRS)
    write_lines(articles, rows)
    qa.build(articles, folder / "index").close()
    return folder / "index"


def right(thing: str, town: str) -> dict[str, Any]:
    """A question that the index answers."""
    gold = [{"doc": f"{thing}-{town}", "quote": sentence(thing, town)}]
    question = f"At what hour does the {thing} in {town} open every morning?"
    return {"id": f"{thing} {town}", "question": question, "answerable": True, "kind": "fact", "gold": gold}


def wrong(thing: str, town: str) -> dict[str, Any]:
    """A question that looks as one that the index answers, and is not."""
    line = right(thing, town)
    return line | {"id": f"not {line['id']}", "answerable": False, "kind": "unanswerable", "gold": []}


def unrelated(number: int) -> dict[str, Any]:
    """A question that nothing speaks for."""
    return {"id": f"router {number}", "question": ROUTER, "answerable": False, "kind": "unanswerable", "gold": []}


def write_lines(file: Path, rows: Iterable[dict[str, Any]]) -> Path:
    """A JSONL file."""
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    return file


def row(query_id: str, correct: bool, **evidence: float) -> Row:
    """A question as ``qa.evaluate`` reports it, with this evidence, and none for what is not given."""
    nothing = dict.fromkeys(SIGNS, 0.0)
    return Row(
        query_id=query_id,
        question="?",
        kind="fact",
        answerable=True,
        answered=True,
        confidence=0.5,
        correct=correct,
        first=None,
        measures={},
        evidence=nothing | evidence,
    )
