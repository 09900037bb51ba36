"""The even half of SQuAD 2.0's development set -> rows to train on, and rows kept to fit the confidence.

Paragraphs are numbered from 0 in the order of corpus.jsonl; the odd ones stay a test set. Of the even ones, those of
every third title in alphabetical order are kept out of training: what trained the reader would make it look surer than
it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from training.rows import Row, split

EVEN, ODD = 0, 1

#: Of the titles in alphabetical order, those whose number leaves this remainder are kept for the confidence.
KEPT_OF, KEPT = 3, 2


def kept_titles(titles: set[str]) -> set[str]:
    """The titles whose even paragraphs fit the confidence and train nothing."""
    return {title for number, title in enumerate(sorted(titles)) if number % KEPT_OF == KEPT}


def half(folder: Path, parity: int) -> Iterator[Row]:
    """The questions on every second paragraph, in the order of queries.jsonl."""
    documents = {d["id"]: d for d in _lines(folder / "corpus.jsonl")[parity::2]}
    parts = {name: split(document["text"]) for name, document in documents.items()}
    for query in _lines(folder / "queries.jsonl"):
        name = query["context_doc"]
        if name in documents:
            answers = tuple((s["start"], s["end"]) for s in query["spans"] if s["doc_id"] == name)
            document = documents[name]
            if bool(answers) == query["answerable"]:
                yield Row(query["text"].strip(), document["title"], document["text"], parts[name], answers, "squad2")


def training_rows(folder: Path) -> list[Row]:
    """The even half without the kept titles."""
    rows = list(half(folder, EVEN))
    kept = kept_titles({row.title for row in rows})
    return [row for row in rows if row.title not in kept]


def kept_rows(folder: Path) -> list[Row]:
    """The even half's kept titles."""
    rows = list(half(folder, EVEN))
    kept = kept_titles({row.title for row in rows})
    return [row for row in rows if row.title in kept]


def _lines(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
