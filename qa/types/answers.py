"""What a question is answered with, as a value, as JSON, and for notebooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from qa.counting import count
from qa.errors import UsageError
from qa.escaping import json_text, one_line
from qa.types.documents import DocumentRef, Excerpt, Span
from qa.types.exchange import decoded, plain
from qa.types.frozen import freeze
from qa.types.search import ChannelScore, Filtered, IndexInfo

ANSWER_SCHEMA = "qa/answer/1"

#: What to do about an export that cannot be used.
UNCHANGED = "give it what qa ask --json printed, unchanged"

#: Code points of a question or quote in a ``repr``.
_MOST_SHOWN = 60

#: Code points of a passage in a notebook on either side of the quote, but for the word that they would cut.
_CONTEXT = 240


@dataclass(frozen=True, slots=True)
class Citation:
    """A ranked passage and the quote in it that answers best.

    ``score`` and those in ``scores`` are rounded to 6 digits. ``place`` is where the quote stands in a source that has
    pages, chapters or rows: ``{"page": 3}``; where the document has a web address, ``url`` is that with the quote as
    its text fragment, which browsers go to and mark.
    """

    rank: int
    document: DocumentRef
    passage: Excerpt
    quote: Excerpt
    score: float
    scores: Mapping[str, ChannelScore]
    place: Mapping[str, Any] | None = None

    def __post_init__(self) -> None:
        freeze(self, "scores", "place")

    def to_dict(self) -> dict[str, Any]:
        """The citation as the JSON interface shows it: values of its own, in the order of the fields."""
        values: dict[str, Any] = plain(self)
        return values

    def __repr__(self) -> str:
        start, end = self.quote.start, self.quote.end
        return f"<qa.Citation {self.rank}: {_shorten(self.quote.text)}, {one_line(self.document.id)}:{start}-{end}>"

    def _repr_html_(self) -> str:
        from qa.types import markup

        document, passage, quote = self.document, self.passage, self.quote
        first, last = quote.line_start, quote.line_end
        lines = f"line {first}" if first == last else f"lines {first}–{last}"
        place = dict(self.place or {})
        url = place.pop("url", document.url)
        where = ", ".join(f"{name} {value}" for name, value in place.items()) if place else lines
        facts = [document.date or "no date", document.source, document.author, f"{document.id}, {where}"]
        part = Span(quote.start - passage.start, quote.end - passage.start)
        title = markup.title(document.title or document.id, url, self.rank)
        excerpt = markup.excerpt(passage.text, part, _CONTEXT)
        return f'<div style="margin:.6em 0 0">{title}{markup.facts(facts)}{excerpt}</div>'


@dataclass(frozen=True, slots=True)
class Answer:
    """Cited passages, or an abstention with the nearest ones.

    ``confidence`` is in [0, 1], and ``threshold`` the one from which on the question was to be answered (None where an
    export of an older version does not tell). ``citations`` is empty when ``answered`` is false, and ``nearest`` when
    it is true. ``id`` depends only on the index's generation, the configuration and the question. ``evidence`` is what
    the confidence was computed from (``qa.answering.confidence.Evidence`` tells what each value means), empty where
    nothing was found; ``unknown`` holds the names and numbers of the question that no article mentions, and
    ``suggestions`` of those the words of the articles that may be meant; ``missing`` holds the phrases of a question
    that is not answered of which no nearest passage has a word, or else those of which the first has none.
    ``filtered`` is what the filters left; None without filters. ``confidence`` and ``evidence`` are rounded to 4
    digits; ``seconds`` make no other answer.
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
    missing: tuple[str, ...] = ()
    filtered: Filtered | None = None
    threshold: float | None = None
    seconds: float = field(default=0.0, compare=False)

    def __post_init__(self) -> None:
        freeze(self, "citations", "nearest", "evidence", "unknown", "suggestions", "missing")

    def to_dict(self) -> dict[str, Any]:
        """The answer as the JSON interface shows it, in its documented order of keys."""
        listed = "citations" if self.answered else "nearest"
        order = (
            "id",
            "question",
            "answered",
            "confidence",
            "threshold",
            "evidence",
            "unknown",
            "suggestions",
            "missing",
        )
        names = (*order, "filtered", listed, "index", "seconds")
        return {"schema": ANSWER_SCHEMA, **{name: plain(getattr(self, name)) for name in names}}

    def to_json(self, indent: int | None = None) -> str:
        """``to_dict`` as JSON text: printable characters as they are, those that could steer a terminal escaped."""
        return json_text(self.to_dict(), indent)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Answer:
        """The answer that ``to_dict`` gave, equal to it in every field.

        Fields that this version does not know are left out, and those that were added later may be absent. Raises
        UsageError, which names the JSON path, for whatever is no answer of schema ``qa/answer/1``.
        """
        return answer_of(values, "the answer")

    @classmethod
    def from_json(cls, text: str | bytes) -> Answer:
        """As ``from_dict``, of what ``to_json`` gave."""
        try:
            values = json.loads(text)
        except (TypeError, ValueError, RecursionError) as error:  # a number of too many digits is a ValueError, too
            raise UsageError(f"the answer is not JSON ({error})", UNCHANGED) from None
        return cls.from_dict(values)

    def __repr__(self) -> str:
        citations = count(len(self.citations or self.nearest), "citation" if self.answered else "nearest passage")
        verdict = "answered" if self.answered else "not answered"
        return f"<qa.Answer {_shorten(self.question)}: {verdict}, confidence {self.confidence:.2f}, {citations}>"

    def _repr_html_(self) -> str:
        from qa.types import markup

        verdict = "Answered" if self.answered else "The corpus does not say"
        phrases = " or ".join(f'"{phrase}"' for phrase in self.missing)
        lacking = f"; the nearest passage does not mention {phrases}" if phrases and self.nearest else ""
        unknown = f"; no article mentions {', '.join(self.unknown)}" if self.unknown else ""
        near = " or ".join(word for words in self.suggestions.values() for word in words)
        meant = f"; did you mean {near}?" if near else ""
        facts = markup.quiet(f"{verdict}, confidence {self.confidence:.2f}{unknown or lacking}{meant}")
        citations = self.citations or self.nearest
        nearest = [markup.quiet("The nearest passages:")] if citations and not self.answered else []
        notes = [markup.quiet(note) for note in (self.filtered.notes if self.filtered else ())]
        parts = [markup.heading(self.question), facts, *nearest, *(one._repr_html_() for one in citations), *notes]
        return markup.page(parts)


def answer_of(values: object, where: str) -> Answer:
    """``Answer.from_dict``, whose errors begin with ``where``."""
    if not isinstance(values, Mapping):
        raise UsageError(f"{where} is not a JSON object", UNCHANGED)
    schema = values.get("schema")
    if schema != ANSWER_SCHEMA:
        what = f"the schema is {str(schema)[:40]!r}" if schema is not None else "no schema is given"
        raise UsageError(f"{where}: {what}, not {ANSWER_SCHEMA!r}", UNCHANGED)
    answer = decoded(Answer, values, where, UNCHANGED)
    listed, other = ("citations", "nearest") if answer.answered else ("nearest", "citations")
    if listed not in values:
        raise UsageError(f"{where}: {listed} is missing", UNCHANGED)
    if answer.answered and not answer.citations:
        raise UsageError(f"{where} is answered without a citation", UNCHANGED)
    if getattr(answer, other):
        raise UsageError(f"{where} has {listed}, and yet {other}", UNCHANGED)
    return answer


def _shorten(text: str) -> str:
    line = one_line(text)
    return repr(line if len(line) <= _MOST_SHOWN else f"{line[: _MOST_SHOWN - 1]}…")
