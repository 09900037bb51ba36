"""The public question sets -> rows whose passage answers, and the misleading questions that people wrote.

A set's README tells its origin and licence. Here each set gets a share: how many of its questions are used, and how
much each counts. Sets that teach bad habits get little: medquad's questions come from templates and its answers are
whole passages; reviews and forum posts are asked about in ways in which nobody asks about articles.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import unquote

from training.rows import Row, split


@dataclass(frozen=True, slots=True)
class Share:
    """At most ``most`` questions of a set, each with ``weight``; ``exact`` as in Row."""

    most: int
    weight: float = 1.0
    exact: bool = True


SHARES = {
    "squad1_train_44_articles": Share(9_000),
    "squadshifts_new_wiki": Share(5_500),
    "squadshifts_reddit": Share(1_200, 0.7),
    "squadshifts_amazon_reviews": Share(800, 0.7),
    "nq_gold_paragraphs": Share(3_000),
    "qed_dev": Share(500),
    "tydiqa_goldp_en_train": Share(3_000),
    "selqa": Share(2_000, exact=False),
    "fairytaleqa": Share(2_500),
    "covid_qa": Share(500),
    "hotpotqa_parts": Share(500, exact=False),
    "medquad": Share(200, 0.3, exact=False),
}

#: Sets whose titles are ids or names that an article would not have.
UNTITLED = {"squadshifts_reddit", "squadshifts_amazon_reviews", "fairytaleqa"}


def positives(folder: Path, random: Random) -> Iterator[Row]:
    """Questions with a passage that answers them, set by set."""
    for name, share in SHARES.items():
        records = _records(folder / f"{name}.jsonl.gz")
        for record in random.sample(records, min(share.most, len(records))):
            yield _row(record, name, share)
    yield from _joined(_records(folder / "qamr_dev_test.jsonl.gz"), 2_500, random)


def misleading(folder: Path) -> Iterator[Row]:
    """The questions of SQuAD 2.0's training part that their passages do not answer."""
    for record in _records(folder / "squad2_train_10_articles.jsonl.gz"):
        yield _row(record, "squad2_train", Share(0))


def lone_sentences(folder: Path) -> Iterator[tuple[str, str]]:
    """Question and answering sentence of a set that has no passages."""
    for record in _records(folder / "squad1_train_sentences.jsonl.gz"):
        yield record["q"].strip(), record["context"]


def _records(file: Path) -> list[dict[str, Any]]:
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def _row(record: dict[str, Any], source: str, share: Share) -> Row:
    passage = record["context"]
    answers = tuple((a["start"], a["start"] + len(a["text"])) for a in record["answers"])
    title = "" if source in UNTITLED else unquote(record.get("title") or "").replace("_", " ")
    exact = share.exact
    return Row(record["q"].strip(), title, passage, split(passage), answers, source, exact, share.weight)


def _joined(records: list[dict[str, Any]], most: int, random: Random) -> Iterator[Row]:
    """Questions on single sentences, each shown among other sentences of its article, in the article's order."""
    articles: dict[str, dict[tuple[int, ...], str]] = defaultdict(dict)
    for record in records:
        articles[_article(record)][_place(record)] = record["context"]
    for record in random.sample(records, min(most, len(records))):
        article, place = articles[_article(record)], _place(record)
        others = [other for other in article if other != place]
        chosen = sorted([place, *random.sample(others, min(len(others), random.randint(2, 5)))])
        passage = " ".join(article[each] for each in chosen)
        start = sum(len(article[each]) + 1 for each in chosen if each < place)
        answers = tuple((start + a["start"], start + a["start"] + len(a["text"])) for a in record["answers"])
        yield Row(record["q"].strip(), "", passage, split(passage), answers, "qamr", True, 0.5)


def _article(record: dict[str, Any]) -> str:
    return str(record["title"]).rsplit(":", 2)[0]


def _place(record: dict[str, Any]) -> tuple[int, ...]:
    return tuple(int(part) for part in record["title"].rsplit(":", 2)[1:])
