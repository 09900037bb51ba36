"""Questions to judge a reader by: sets that trained nothing, each question on its own passage.

The news here are told and asked for in other words than those of ``training.news``, and of other events.
"""

from __future__ import annotations

import json
from pathlib import Path
from random import Random

from training import squad, written
from training.news.stories import parse
from training.news.write import rows as news_rows
from training.rows import Row, split

#: Questions on invented news, and the seed that invents them.
NEWS, SEED = 600, 99


def squad_odd(data: Path) -> list[Row]:
    """SQuAD 2.0, odd paragraphs: a test set."""
    return list(squad.half(data / "squad2_dev_cs224n", squad.ODD))


def squad_kept(data: Path) -> list[Row]:
    """SQuAD 2.0, the even paragraphs that trained nothing: a tuning set."""
    return squad.kept_rows(data / "squad2_dev_cs224n")


def clapnq(data: Path) -> list[Row]:
    """CLAPNQ's development set: a test set."""
    folder = data / "clapnq_dev"
    documents = {d["id"]: d for d in map(json.loads, (folder / "corpus.jsonl").read_text("utf-8").splitlines())}
    found = []
    for query in map(json.loads, (folder / "queries.jsonl").read_text("utf-8").splitlines()):
        document = documents[query["context_doc"]]
        spans = tuple((s["start"], s["end"]) for s in query["spans"] if s["doc_id"] == query["context_doc"])
        text = document["text"]
        found.append(Row(query["text"], document["title"], text, split(text), spans, "clapnq", False))
    return found


def news(_: Path) -> list[Row]:
    """Invented news of other kinds than those that train, in other words."""
    stories = parse((Path(__file__).parent / "heldout.txt").read_text("utf-8"))
    return list(news_rows(NEWS, Random(SEED), stories))


def stories(_: Path) -> list[Row]:
    """Questions on written stories that trained nothing."""
    return written.kept()


SETS = {
    "squad2 odd": squad_odd,
    "squad2 kept": squad_kept,
    "clapnq": clapnq,
    "invented news": news,
    "written stories": stories,
}
