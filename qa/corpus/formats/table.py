"""Tables with named columns: CSV and TSV, a row an article; and JSON: an array of articles, or one."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from qa.corpus.encoding import decode
from qa.corpus.formats.base import Complaints, bytes_of
from qa.corpus.formats.records import TEXT_NAMES, document_of
from qa.corpus.problem import READ_ERRORS, OnProblem, Problem, UnreadableError, unreadable
from qa.corpus.walk import Source
from qa.types import Document, field_name

#: Longest cell, in code points: as long as a file may be.
MAX_CELL = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Table:
    """A file of records. ``rows`` yields them, from the decoded file, and raises UnreadableError; ``unit`` is what one
    of them is called where it is cited."""

    extensions: tuple[str, ...]
    rows: Callable[[str], Iterator[object]]
    unit: str = "row"
    version: str = "2"
    holds_many: bool = True
    is_slow: bool = False

    def read(self, source: Source, tell: OnProblem) -> Iterator[tuple[str, Document]]:
        """The file's documents, each with ``path:NUMBER``; a problem for records that are none."""
        complaints = Complaints(tell)
        number = 0
        try:
            for number, record in enumerate(self.rows(decode(bytes_of(source)).text), start=1):
                where = f"{source.where}:{number}"

                def complain(_: str, what: str, advice: str, where: str = where) -> None:
                    complaints.add(Problem(where, what, advice))

                try:
                    yield where, _document(record, source, (self.unit, number), complain)
                except UnreadableError as error:
                    complaints.add(unreadable(where, error))
        except READ_ERRORS as error:
            tell(unreadable(source.where, error))
        else:
            if not number:
                tell(Problem(source.where, "has no text", "remove it, or add an article"))
        complaints.report()


def _document(
    record: object, source: Source, place: tuple[str, int], complain: Callable[[str, str, str], None]
) -> Document:
    if not isinstance(record, Mapping):
        raise UnreadableError("is not an object with fields", "write one object an article")
    raw = json.dumps(record, ensure_ascii=False, default=str).encode("utf-8", "surrogatepass")
    return document_of(record, raw, source, place, complain)


def _csv_rows(text: str) -> Iterator[object]:
    """The rows of comma- or semicolon-separated values, by the names of the first row."""
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return _rows(text, ";" if first.count(";") > first.count(",") else ",")


def _tsv_rows(text: str) -> Iterator[object]:
    return _rows(text, "\t")


def _rows(text: str, delimiter: str) -> Iterator[object]:
    csv.field_size_limit(MAX_CELL)
    try:
        for row in csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter):
            yield {name: value for name, value in row.items() if isinstance(name, str) and value is not None}
    except csv.Error as error:
        raise UnreadableError(f"is not a table of named columns ({error})", "save it again as CSV") from None


def _json_records(text: str) -> Iterator[object]:
    """The objects of an array, or of its one member that is an array of objects; or one object."""
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableError("is not valid JSON", "correct it") from None
    if isinstance(value, dict):
        lists = [one for one in value.values() if isinstance(one, list) and one and isinstance(one[0], dict)]
        has_text = any(field_name(name) in TEXT_NAMES for name in value)
        value = lists[0] if len(lists) == 1 and not has_text else [value]
    if not isinstance(value, list):
        raise UnreadableError("holds no articles", "write an array of objects")
    yield from value


FORMATS = (Table((".csv",), _csv_rows), Table((".tsv", ".tab"), _tsv_rows), Table((".json",), _json_records, "record"))
