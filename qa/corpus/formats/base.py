"""What a format is: files with some extensions -> documents. And what all formats do alike."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import IO, Any, Protocol

from qa.corpus.fields import Fields
from qa.corpus.metadata import skip_blanks
from qa.corpus.named_dates import date_in_name, date_in_url
from qa.corpus.problem import OnProblem, Problem, UnreadableError
from qa.corpus.titles import title_from_text
from qa.corpus.walk import Source
from qa.escaping import has_control, is_unicode
from qa.types import Document

#: Longest file that is read as a whole, in bytes, so that memory stays bounded whatever the file. The Bible has some 4
#: million.
MAX_FILE = 64 * 1024 * 1024


#: Longest id, in code points, so that it can be named on a line. The longest path in Linux has as many bytes.
MAX_ID = 4096


class Format(Protocol):
    """How files of one kind become documents. A module of this package has each, and ``registry`` lists them."""

    @property
    def extensions(self) -> tuple[str, ...]:
        """The extensions of its files, in lower case, with their dot."""

    @property
    def version(self) -> str:
        """Changes when the same file comes to give another text: then files of this format alone are read again."""

    @property
    def holds_many(self) -> bool:
        """Whether a file may hold several documents, whose ids are then their own, not the file's path."""

    @property
    def is_slow(self) -> bool:
        """Whether a file takes long to convert, and fits into memory with all that it gives: other processes read it
        then, where there are many."""

    def read(self, source: Source, tell: OnProblem) -> Iterator[tuple[str, Document]]:
        """The documents of a file, each with where it stands, as ``path`` or ``path:LINE``.

        Calls ``tell`` for whatever cannot be read, and goes on or ends; raises nothing for what a file holds. A
        document's text is valid Unicode without NUL; its ``sha256`` is that of its source's bytes.
        """


def bytes_of(source: Source, limit: int = MAX_FILE) -> bytes:
    """What the file holds. Raises one of READ_ERRORS: UnreadableError where it is too long."""
    with source.open() as stream:
        return whole(stream, limit)


def whole(stream: IO[bytes], limit: int = MAX_FILE) -> bytes:
    """What the stream holds. Raises as ``bytes_of``."""
    # Its size is not asked for: it may have grown since, or not be told, as for files that the system makes up.
    data = stream.read(limit + 1)
    if len(data) > limit:
        raise UnreadableError(f"is longer than {limit // 1024**2} MiB", "split it")
    return data


def article(
    source: Source,
    identifier: str,
    text: str,
    fields: Fields,
    sha256: str,
    *,
    body_start: int | None = None,
    title: str = "",
    places: tuple[tuple[int, Mapping[str, Any]], ...] = (),
    extractor: str | None = None,
) -> Document:
    """The document with this text and these fields.

    Where these have no title, ``title`` stands in; where they have no date, the one in the address or, of an article
    that is a file, in the file's name.
    """
    named = date_in_name(source.id) if identifier == source.id else None
    start = skip_blanks(text, 0) if body_start is None else body_start
    return Document(
        id=identifier,
        text=text,
        title=fields.title or title or title_from_text(text, start),
        date=fields.date or date_in_url(fields.url or "") or named,
        source=fields.source,
        path=source.path,
        url=fields.url,
        language=fields.language,
        sha256=sha256,
        body_start=start,
        author=fields.author,
        meta=fields.meta,
        extractor=extractor,
        places=places,
    )


def sha256_of(data: bytes) -> str:
    """The hex digest of a source's bytes."""
    return hashlib.sha256(data).hexdigest()


class Complaints:
    """Complaints about the records of a file, of which those that are alike are told once, with their number."""

    def __init__(self, tell: OnProblem) -> None:
        self._tell = tell
        self._first: dict[tuple[str, str], Problem] = {}
        self._times: Counter[tuple[str, str]] = Counter()

    def add(self, problem: Problem) -> None:
        """Takes note of a complaint."""
        key = problem.what, problem.advice
        self._first.setdefault(key, problem)
        self._times[key] += 1

    def report(self) -> None:
        """Tells them, in the order in which each kind came first."""
        for key, first in self._first.items():
            more = self._times[key] - 1
            self._tell(replace(first, what=f"{first.what} (and {more:,} more like it in this file)") if more else first)


def id_flaw(identifier: str) -> str | None:
    """Why an id that a file tells cannot be one: "is not valid Unicode"; None where it can."""
    if not is_unicode(identifier):
        return "is not valid Unicode"
    if has_control(identifier):
        return "has a control character"
    return f"is longer than {MAX_ID:,} characters" if len(identifier) > MAX_ID else None
