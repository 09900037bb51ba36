"""Gold questions from a file or a folder."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

from qa.errors import UsageError
from qa.evaluation.beir import read_beir
from qa.evaluation.gold import Gold, GoldEntry, GoldQuestion
from qa.evaluation.lines import records

_T = TypeVar("_T")
_KIND_OF = {str: "a text", bool: "true or false", list: "a list"}


def read_gold(path: Path | str) -> Gold:
    """The questions of a JSONL file, or of a folder in the BEIR layout.

    A line is ``{"id", "question", "answerable", "kind", "gold": [{"doc", "quote"}, …]}``; other fields are passed over.
    Raises UsageError that names the file and the line.
    """
    path = Path(path)
    if path.is_dir():
        return read_beir(path)
    questions = tuple(_questions(path))
    if not questions:
        raise UsageError(f"{path} holds no question", "write one JSON object a line")
    return Gold(questions)


def _questions(path: Path) -> Iterator[GoldQuestion]:
    for where, record in records(path):
        yield GoldQuestion(
            query_id=_field(record, "id", str, where),
            question=_field(record, "question", str, where),
            answerable=_field(record, "answerable", bool, where),
            kind=_field(record, "kind", str, where),
            gold=tuple(_entry(entry, where) for entry in _field(record, "gold", list, where)),
            where=where,
        )


def _entry(entry: object, where: str) -> GoldEntry:
    if not isinstance(entry, dict):
        raise UsageError(f"{where}: an entry of 'gold' is not an object", 'write {"doc": …, "quote": …}')
    return GoldEntry(_field(entry, "doc", str, where), _field(entry, "quote", str, where), where=where)


def _field(record: Mapping[str, Any], name: str, kind: type[_T], where: str) -> _T:
    if name not in record:
        raise UsageError(f"{where}: the field {name!r} is missing", f"give {_KIND_OF[kind]}")
    value = record[name]
    if not isinstance(value, kind):
        raise UsageError(f"{where}: the field {name!r} is not {_KIND_OF[kind]}", "correct the line")
    return value
