"""Gold questions from a file or a folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from qa.errors import UsageError
from qa.evaluation.beir import read_beir
from qa.evaluation.gold import Gold, GoldEntry, GoldQuestion
from qa.evaluation.lines import records
from qa.types.exchange import decoded

_ADVICE = 'write {"id": …, "question": …, "answerable": …, "kind": …, "gold": [{"doc": …, "quote": …}]}'


class _LineEntry(NamedTuple):
    """An entry of a line's gold."""

    doc: str
    quote: str


class _GoldLine(NamedTuple):
    """A line of a file of gold questions."""

    id: str
    question: str
    answerable: bool
    kind: str
    gold: tuple[_LineEntry, ...]


def read_gold(path: Path | str) -> Gold:
    """The questions of a JSONL file, or of a folder in the BEIR layout.

    A line is ``{"id", "question", "answerable", "kind", "gold": [{"doc", "quote"}, …]}``; other fields are passed over.
    Raises UsageError that names the file and the line.
    """
    path = Path(path)
    if path.is_dir():
        return read_beir(path)
    questions = tuple(_question(record, where) for where, record in records(path))
    if not questions:
        raise UsageError(f"{path} holds no question", "write one JSON object a line")
    return Gold(questions)


def _question(record: Mapping[str, Any], where: str) -> GoldQuestion:
    line = decoded(_GoldLine, record, where, _ADVICE)
    gold = tuple(GoldEntry(entry.doc, entry.quote, where=where) for entry in line.gold)
    return GoldQuestion(line.id, line.question, line.answerable, line.kind, gold, where)
