"""JSONL: one article a line, as BEIR and most data sets store them."""

from __future__ import annotations

import codecs
import hashlib
import json
from collections.abc import Iterator, Mapping
from typing import IO

from qa.corpus.encoding import is_unicode
from qa.corpus.fields import NAMES, check
from qa.corpus.metadata import skip_blanks
from qa.corpus.problem import OnProblem, Problem, unreadable
from qa.corpus.titles import title_from_text
from qa.corpus.walk import Source
from qa.escaping import has_control
from qa.types import Document

#: Longest line that is read, in bytes, so that memory stays bounded whatever the file.
MAX_LINE = 32 * 1024 * 1024

#: Longest id, in code points, so that it can be named on a line. The longest path in Linux has as many bytes.
MAX_ID = 4096


class _RecordError(Exception):
    """The record is no article. ``advice`` says what to do."""

    def __init__(self, what: str, advice: str = "correct the line") -> None:
        super().__init__(what)
        self.advice = advice


def read_jsonl(source: Source, on_problem: OnProblem) -> Iterator[tuple[str, Document]]:
    """The file's documents, each with its ``path:LINE``; a problem for each line that is none.

    ``document.text`` is the record's ``text`` exactly, and ``sha256`` that of the line's bytes without line
    end and byte-order mark. Holds one line in memory, of at most ``MAX_LINE`` bytes.
    """
    is_empty = True
    for where, line in _lines(source):
        is_empty = False
        try:
            if isinstance(line, Problem):
                on_problem(line)
            else:
                yield where, _document(source, where, line, on_problem)
        except _RecordError as error:
            on_problem(Problem(where, str(error), error.advice))
    if is_empty:
        on_problem(Problem(source.where, "has no text", "remove it, or write one JSON object a line"))


def _lines(source: Source) -> Iterator[tuple[str, bytes | Problem]]:
    """The lines that are not blank, or why one cannot be read, each with its ``path:LINE``."""
    try:
        with source.file.open("rb") as stream:
            for number, line in enumerate(_bounded_lines(stream), 1):
                where = f"{source.where}:{number}"
                content = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
                if len(line) > MAX_LINE:
                    yield where, Problem(where, f"is longer than {MAX_LINE} bytes", "split the record")
                elif content.strip():
                    yield where, content.removesuffix(b"\n").removesuffix(b"\r")
    except OSError as error:
        yield source.where, unreadable(source.where, error)


def _bounded_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines with their ends. One that is longer than ``MAX_LINE`` is cut to a byte more than that."""
    while line := stream.readline(MAX_LINE + 1):
        yield line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE + 1)


def _document(source: Source, where: str, line: bytes, on_problem: OnProblem) -> Document:
    """The document of one line. Raises _RecordError."""

    def complain(_: str, what: str, advice: str) -> None:
        on_problem(Problem(where, what, advice))

    record = _parse(line)
    text, identifier = _text(record), _identifier(record)
    fields = check(_values(record), complain)
    return Document(
        id=identifier,
        text=text,
        title=fields.title or title_from_text(text, 0),
        date=fields.date,
        source=fields.source,
        path=source.path,
        url=fields.url,
        language=fields.language,
        sha256=hashlib.sha256(line).hexdigest(),
        body_start=skip_blanks(text, 0),
    )


def _parse(line: bytes) -> dict[str, object]:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise _RecordError("is not valid UTF-8", "save the file as UTF-8") from None
    except RecursionError:
        raise _RecordError("is nested too deep") from None
    except ValueError:
        # Besides JSONDecodeError, a number of too many digits.
        raise _RecordError("is not valid JSON", "write one JSON object a line") from None
    if not isinstance(record, dict):
        raise _RecordError("is not a JSON object", "write one JSON object a line")
    return record


def _text(record: Mapping[str, object]) -> str:
    text = record.get("text")
    if not isinstance(text, str) or not text.strip():
        raise _RecordError("has no text", "give the article in the field 'text'")
    if not is_unicode(text):
        raise _RecordError("its text is not valid Unicode", "remove the lone surrogate")
    return text


def _identifier(record: Mapping[str, object]) -> str:
    value = next((record[key] for key in ("_id", "id") if record.get(key) is not None), None)
    if isinstance(value, bool) or not isinstance(value, str | int) or not str(value).strip():
        raise _RecordError("has no id", "give a text or a whole number in the field '_id' or 'id'")
    if not is_unicode(str(value)):
        raise _RecordError("its id is not valid Unicode", "remove the lone surrogate")
    if has_control(str(value)):
        raise _RecordError("its id has a control character", "give it another one")
    if len(str(value)) > MAX_ID:
        raise _RecordError(f"its id is longer than {MAX_ID:,} characters", "give it another one")
    return str(value)


def _values(record: Mapping[str, object]) -> dict[str, object]:
    """The metadata: the record's own fields, then those of its ``metadata`` object as in BEIR."""
    metadata = record.get("metadata")
    nested = metadata if isinstance(metadata, dict) else {}
    return {name: nested.get(name) if record.get(name) in (None, "") else record[name] for name in NAMES}
