"""Four short articles, an index of them in memory, and gold questions about them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qa.answering.current import OpenGeneration
from qa.answering.index import Index
from qa.backends.memory import MemoryIndex
from qa.config import IndexConfig, SearchConfig
from qa.evaluation.gold import GoldEntry, GoldQuestion
from qa.indexing.encode import Indexer
from qa.types import Document
from tests.support import WordEncoder, article

FERRY = "The ferry to Vestmark departs at nine every morning."
MUSEUM = "The museum of Tarnby opened in 1912. It keeps twelve maps of the northern coast."
ARTICLES = [
    article("bakery.txt", "The bakery in Holmby sells saffron buns on Fridays. Its ovens burn birch wood."),
    article("ferry.txt", f"{FERRY} In winter the crossing takes two hours."),
    article("museum.txt", MUSEUM),
    article("town hall.txt", "The mayor of Ulvik resigned in March. The council elects another one in May."),
]


def memory_index(documents: Sequence[Document] = ARTICLES) -> Index:
    """A real index whose vectors come from ``WordEncoder``."""
    encoder = WordEncoder()
    index = MemoryIndex(encoder.dimension, "generation", encoder.name)
    for encoded in Indexer(encoder, IndexConfig()).encode(documents):
        index.add(encoded)
    return Index(OpenGeneration(index, index.info, encoder), SearchConfig())


def fact(query_id: str, question: str, doc_id: str, quote: str | None, kind: str = "fact") -> GoldQuestion:
    """A question that one document answers."""
    return GoldQuestion(query_id, question, True, kind, (GoldEntry(doc_id, quote),))


#: Each answerable one holds the words of its gold quote, and of no other sentence.
QUESTIONS = [
    fact("ferry", "When does the ferry to Vestmark depart every morning?", "ferry.txt", FERRY),
    fact("maps", "Who keeps twelve maps of the northern coast?", "museum.txt", "twelve maps", kind="number"),
    GoldQuestion("router", "How do I reset my router password?", False, "unanswerable"),
]


def gold_line(**changes: Any) -> str:
    """A sound line of gold, with changes; a field that is None is left out."""
    record = {
        "id": "ferry",
        "question": "When does the ferry depart?",
        "answerable": True,
        "kind": "fact",
        "gold": [{"doc": "ferry.txt", "quote": FERRY}],
    } | changes
    return json.dumps({name: value for name, value in record.items() if value is not None}, ensure_ascii=False)


def write(file: Path, *rows: str) -> Path:
    """A text file of these lines."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes("".join(f"{row}\n" for row in rows).encode())
    return file
