"""The benchmark's modules, and small sets in the layout that it reads."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

from tests.evaluation.support import ARTICLES
from tests.support import ROOT

# As where ``python benchmarks/quality.py`` runs.
sys.path.insert(0, str(ROOT / "benchmarks"))
machine: Any = import_module("machine")
public_sets: Any = import_module("public_sets")
quality: Any = import_module("quality")
quality_sets: Any = import_module("quality_sets")

TEXTS = {article.id: article.text for article in ARTICLES}

BAKERY = "The bakery in Holmby sells saffron buns on Fridays."
FERRY = "The ferry to Vestmark departs at nine every morning."
MAPS = "It keeps twelve maps of the northern coast."
MAYOR = "The mayor of Ulvik resigned in March."


def asked(query_id: str, text: str, context: str, *answers: str) -> dict[str, Any]:
    """A line of queries.jsonl: a question on the article ``context``, answered by these parts of it or not at all."""
    starts = [TEXTS[context].index(answer) for answer in answers]
    spans = [
        {"doc_id": context, "start": start, "end": start + len(answer), "text": answer}
        for start, answer in zip(starts, answers, strict=True)
    ]
    return {"id": query_id, "text": text, "answerable": bool(answers), "spans": spans, "context_doc": context}


QUESTIONS = [
    asked("buns", "Which bakery in Holmby sells saffron buns on Fridays?", "bakery.txt", BAKERY),
    asked("ferry", "When does the ferry to Vestmark depart every morning?", "ferry.txt", "nine"),
    asked("whales", "Which whales does the ferry pass?", "ferry.txt"),
    asked("maps", "Who keeps twelve maps of the northern coast?", "museum.txt", MAPS, "twelve maps"),
    asked("mayor", "Which mayor of Ulvik resigned in March?", "town hall.txt", MAYOR),
]


def write_set(folder: Path, questions: Sequence[Mapping[str, Any]] = QUESTIONS) -> Path:
    """The articles and the questions as a set, with qrels of the answerable ones."""
    folder.mkdir(parents=True)
    records = [{"id": article.id, "title": article.title, "text": article.text} for article in ARTICLES]
    _write(folder / "corpus.jsonl", *map(json.dumps, records))
    _write(folder / "queries.jsonl", *map(json.dumps, questions))
    relevant = [f"{q['id']}\t{q['context_doc']}\t1" for q in questions if q["answerable"]]
    _write(folder / "qrels.tsv", "query-id\tcorpus-id\tscore", *relevant)
    return folder


def _write(file: Path, *rows: str) -> None:
    file.write_text("".join(f"{row}\n" for row in rows), encoding="utf-8")
