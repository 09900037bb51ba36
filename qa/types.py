"""The values that flow through the system. All are immutable; none knows how it was made.

Offsets are half-open ``[start, end)`` in Unicode code points of the document's text; lines count from 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from qa.escaping import json_text

if TYPE_CHECKING:  # the index of a question is looked up, and its model being checked, before numpy is loaded
    import numpy as np
    from numpy.typing import NDArray

FloatArray: TypeAlias = "NDArray[np.float32]"
IntArray: TypeAlias = "NDArray[np.int64]"
BoolArray: TypeAlias = "NDArray[np.bool_]"

ANSWER_SCHEMA = "qa/answer/1"


class Span(NamedTuple):
    """A slice ``[start, end)`` of a document's text, in code points."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One article.

    ``body_start`` is the offset where the article proper begins: what stands before it (front matter, a date line)
    is part of ``text`` and of all offsets, but is neither indexed nor quoted. ``date`` is ISO 8601 (``YYYY-MM-DD``)
    or None; ``sha256`` is the hex digest of the source's bytes, or None before the document is indexed. ``meta`` is
    what else the article tells of itself, as JSON values. ``places`` are pairs of an offset and what begins there, such
    as ``{"page": 3}``, in ascending order; empty for plain text.
    """

    id: str
    text: str
    title: str = ""
    date: str | None = None
    source: str | None = None
    path: str | None = None
    url: str | None = None
    language: str | None = None
    sha256: str | None = None
    body_start: int = 0
    author: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict, hash=False)
    places: tuple[tuple[int, Mapping[str, Any]], ...] = field(default=(), hash=False)


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
    meta: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def of(cls, document: Document) -> DocumentRef:
        """The reference to a document that has been indexed (whose ``sha256`` is known)."""
        d = document
        return cls(d.id, d.title, d.date, d.source, d.path, d.sha256 or "", d.url, d.author, d.language, d.meta)


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


@dataclass(frozen=True, slots=True)
class Filter:
    """Restricts both searches to some documents.

    ``since`` and ``until`` are ISO dates, inclusive; a document without a date does not pass either of them.
    ``source`` passes documents whose source contains it, and each ``(name, value)`` of ``where`` those whose field of
    that name contains the value, whatever the letter case and the accents. ``qa.backends.shared.filtering`` applies it.
    """

    since: str | None = None
    until: str | None = None
    source: str | None = None
    where: tuple[tuple[str, str], ...] = ()

    def __bool__(self) -> bool:
        return any((self.since, self.until, self.source, self.where))


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a filter left of an index: how many ``documents`` pass, how many were left out for want of a date
    (``undated``), and, where nothing passes for the ``source`` that was asked for, the ``sources`` that there are."""

    documents: int
    undated: int = 0
    sources: tuple[str, ...] = ()


def field_name(name: str) -> str:
    """A field's name without letter case and joints: ``datePublished`` and ``date_published`` are one."""
    return name.casefold().replace("-", "").replace("_", "").replace(" ", "")


@dataclass(frozen=True, slots=True)
class Query:
    """A question made ready for both searches: its index terms, what gives its unit vector, and the filter."""

    question: str
    terms: tuple[str, ...]
    encoded: Callable[[], FloatArray]
    filter: Filter = Filter()

    @property
    def vector(self) -> FloatArray:
        """The unit vector ``(dimension,)``, for which the first to ask may have to wait."""
        return self.encoded()


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passage numbers ``int64 (n,)`` with their scores ``float32 (n,)``, best first; ties by document
    id and start."""

    numbers: IntArray
    scores: FloatArray

    def __len__(self) -> int:
        return len(self.numbers)


class ChannelScore(NamedTuple):
    """Where one search, or the reranker, placed a passage: its rank from 1, its raw score, and its share of the
    passage's score."""

    rank: int
    score: float
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked passage, before any quote is chosen."""

    rank: int
    document: DocumentRef
    passage: Excerpt
    score: float
    scores: Mapping[str, ChannelScore]


@dataclass(frozen=True, slots=True)
class Citation:
    """A ranked passage and the quote in it that answers best.

    ``place`` is where the quote stands in a source that has pages, chapters or rows: ``{"page": 3}``.
    """

    rank: int
    document: DocumentRef
    passage: Excerpt
    quote: Excerpt
    score: float
    scores: Mapping[str, ChannelScore]
    place: Mapping[str, Any] | None = field(default=None, hash=False)

    def to_dict(self) -> dict[str, Any]:
        """The citation as the JSON interface shows it."""
        return {
            "rank": self.rank,
            "document": asdict(self.document),
            "passage": asdict(self.passage),
            "quote": asdict(self.quote),
            "place": None if self.place is None else dict(self.place),
            "score": round(self.score, 6),
            "scores": {name: {"rank": s.rank, "score": round(s.score, 6)} for name, s in self.scores.items()},
        }


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an answer says of the index it came from. ``generation`` names the index's content."""

    generation: str
    embedder: str
    documents: int
    passages: int


@dataclass(frozen=True, slots=True)
class Answer:
    """Cited passages, or an abstention with the nearest ones.

    ``confidence`` is in [0, 1], and ``threshold`` the one from which on the question was to be answered (None where an
    export of an older version does not tell). ``citations`` is empty when ``answered`` is false, and ``nearest`` when
    it is true. ``id`` depends only on the index's generation, the configuration and the question. ``evidence`` is what
    the confidence was computed from (``qa.answering.confidence.Evidence`` tells what each value means), empty where
    nothing was found; ``unknown`` holds the names and numbers of the question that no article mentions, and
    ``suggestions`` of those the words of the articles that may be meant. ``filtered`` is what the filters left; None
    without filters.
    """

    id: str
    question: str
    answered: bool
    confidence: float
    index: IndexInfo
    citations: tuple[Citation, ...] = ()
    nearest: tuple[Citation, ...] = ()
    evidence: Mapping[str, float] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()
    suggestions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    filtered: Filtered | None = None
    threshold: float | None = None
    seconds: float = field(default=0.0, compare=False)

    def to_dict(self) -> dict[str, Any]:
        """The answer as the JSON interface shows it, in its documented order of keys."""
        answer = {
            "schema": ANSWER_SCHEMA,
            "id": self.id,
            "question": self.question,
            "answered": self.answered,
            "confidence": round(self.confidence, 4),
            "threshold": self.threshold,
            "evidence": {name: round(value, 4) for name, value in self.evidence.items()},
            "unknown": list(self.unknown),
            "suggestions": {word: list(words) for word, words in self.suggestions.items()},
            "filtered": None if self.filtered is None else asdict(self.filtered),
            "citations" if self.answered else "nearest": [c.to_dict() for c in self.citations or self.nearest],
        }
        return answer | {"index": asdict(self.index), "seconds": round(self.seconds, 6)}

    def to_json(self, indent: int | None = None) -> str:
        """``to_dict`` as JSON text: printable characters as they are, those that could steer a terminal escaped."""
        return json_text(self.to_dict(), indent)
