"""Documents, what refers to them, and slices of their texts."""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from qa.types.frozen import freeze

#: Stands at the end of a title that goes on in the text.
CUT = "…"


class Span(NamedTuple):
    """A slice ``[start, end)`` of a document's text, in code points."""

    start: int
    end: int


class Context(NamedTuple):
    """A slice ``[start, end)`` of a text around a quote; ``cut_start`` and ``cut_end`` say whether it begins and ends
    within a sentence."""

    start: int
    end: int
    cut_start: bool
    cut_end: bool


@dataclass(frozen=True, slots=True)
class Document:
    """One article.

    ``body_start`` is the offset where the article proper begins: what stands before it (front matter, a date line)
    is part of ``text`` and of all offsets, but is neither indexed nor quoted. ``date`` is ISO 8601 (``YYYY-MM-
    DD``), as which a ``datetime.date`` is kept, or None; ``sha256`` is the hex digest of the source's bytes, or
    None before the document is indexed. ``meta`` is what else the article tells of itself, as JSON values.
    ``extractor`` is what made the text of a file that has to be converted, with its version; None where the text is
    the file's own. ``places`` are pairs of an offset and what begins there, such as ``{"page": 3}``, in ascending
    order; empty for plain text.
    """

    id: str
    text: str
    title: str = ""
    date: str | datetime.date | None = None
    source: str | None = None
    path: str | None = None
    url: str | None = None
    language: str | None = None
    sha256: str | None = None
    body_start: int = 0
    author: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    extractor: str | None = None
    places: tuple[tuple[int, Mapping[str, Any]], ...] = ()

    def __post_init__(self) -> None:
        freeze(self, "meta", "places")
        if isinstance(self.date, datetime.date):  # a datetime is one, too
            object.__setattr__(self, "date", self.date.isoformat()[:10])

    @property
    def day(self) -> str | None:
        """The date, as which text stands for a ``datetime.date`` also where that was given."""
        return self.date  # type: ignore[return-value]

    @property
    def title_words(self) -> str:
        """The title without the mark that it was cut, as it is read together with a passage."""
        return self.title.removesuffix(CUT)

    def place_at(self, offset: int) -> Mapping[str, Any] | None:
        """The page, the chapter or the row in which an offset of the text stands; None where there is none."""
        number = bisect_right([start for start, _ in self.places], offset)
        return self.places[number - 1][1] if number else None


@dataclass(frozen=True, slots=True)
class DocumentRef:
    """A document without its text: what a citation needs to find it again."""

    id: str
    title: str
    date: str | None
    source: str | None
    path: str | None
    sha256: str
    url: str | None = None
    author: str | None = None
    language: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)
    extractor: str | None = None

    def __post_init__(self) -> None:
        freeze(self, "meta")

    @classmethod
    def of(cls, document: Document) -> DocumentRef:
        """The reference to a document that has been indexed (whose ``sha256`` is known)."""
        d = document
        told = (d.id, d.title, d.day, d.source, d.path, d.sha256 or "", d.url, d.author, d.language, d.meta)
        return cls(*told, d.extractor)


class Chunk(NamedTuple):
    """A passage as an index stores it: its offsets, and its sentences ``[first, last)`` among the document's."""

    start: int
    end: int
    first_sentence: int
    last_sentence: int


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A verbatim slice of a document: ``text == document.text[start:end]``."""

    text: str
    start: int
    end: int
    line_start: int
    line_end: int

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Excerpt:
        """The excerpt ``[start, end)`` of ``text``, with its lines (as an editor counts them, by line feeds)."""
        first = text.count("\n", 0, start) + 1
        return cls(text[start:end], start, end, first, first + text.count("\n", start, max(start, end - 1)))


def field_name(name: str) -> str:
    """A field's name without letter case and joints: ``datePublished`` and ``date_published`` are one."""
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")
