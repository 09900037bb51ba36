"""JSONL: one article a line, as BEIR and most data sets store them."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from qa.corpus.formats.base import Complaints
from qa.corpus.formats.records import document_of
from qa.corpus.problem import READ_ERRORS, OnProblem, Problem, UnreadableError, unreadable
from qa.corpus.walk import Source
from qa.types import Document

#: Longest line that is read, in bytes, so that memory stays bounded whatever the file.
MAX_LINE = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class JsonLines:
    """``document.text`` is the record's text exactly, and ``sha256`` that of the line's bytes without line end and
    byte-order mark. Holds one line in memory, of at most ``MAX_LINE`` bytes."""

    extensions: tuple[str, ...] = (".jsonl", ".ndjson")
    version: str = "2"
    holds_many: bool = True
    is_slow: bool = False

    def read(self, source: Source, tell: OnProblem) -> Iterator[tuple[str, Document]]:
        """The file's documents, each with its ``path:LINE``; a problem for lines that are none."""
        is_empty, complaints = True, Complaints(tell)
        for number, line in _lines(source):
            is_empty = False
            where = f"{source.where}:{number}" if number else source.where

            def complain(_: str, what: str, advice: str, where: str = where) -> None:
                complaints.add(Problem(where, what, advice))

            try:
                if isinstance(line, Problem):
                    complaints.add(line)
                else:
                    yield where, document_of(_parse(line), line, source, ("line", number), complain)
            except UnreadableError as error:
                complaints.add(unreadable(where, error))
        if is_empty:
            tell(Problem(source.where, "has no text", "remove it, or write one JSON object a line"))
        complaints.report()


FORMATS = (JsonLines(),)


def _lines(source: Source) -> Iterator[tuple[int, bytes | Problem]]:
    """The lines that are not blank, or why one cannot be read, each with its number; 0 is the file itself."""
    try:
        with source.open() as stream:
            for number, line in enumerate(_bounded_lines(stream), 1):
                content = line.removeprefix(codecs.BOM_UTF8) if number == 1 else line
                if len(line) > MAX_LINE:
                    where = f"{source.where}:{number}"
                    yield number, Problem(where, f"is longer than {MAX_LINE} bytes", "split the record")
                elif content.strip():
                    yield number, content.removesuffix(b"\n").removesuffix(b"\r")
    except READ_ERRORS as error:
        yield 0, unreadable(source.where, error)


def _bounded_lines(stream: IO[bytes]) -> Iterator[bytes]:
    """The lines with their ends. One that is longer than ``MAX_LINE`` is cut to a byte more than that."""
    while line := stream.readline(MAX_LINE + 1):
        yield line
        while len(line) > MAX_LINE and not line.endswith(b"\n"):
            line = stream.readline(MAX_LINE + 1)


def _parse(line: bytes) -> dict[str, object]:
    try:
        record = json.loads(line.decode("utf-8"))
    except UnicodeDecodeError:
        raise UnreadableError("is not valid UTF-8", "save the file as UTF-8") from None
    except RecursionError:
        raise UnreadableError("is nested too deep", "correct the line") from None
    except ValueError:
        # Besides JSONDecodeError, a number of too many digits.
        raise UnreadableError("is not valid JSON", "write one JSON object a line") from None
    if not isinstance(record, dict):
        raise UnreadableError("is not a JSON object", "write one JSON object a line")
    return record
