"""An exported answer, as ``qa ask --json`` prints it -> the citations that it claims, checked for sense.

Whatever is wrong with an export is an error here and no finding later: a claim that does not hold together could match
by luck.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qa.corpus.encoding import is_unicode
from qa.errors import UsageError
from qa.types import ANSWER_SCHEMA, DocumentRef, Excerpt

#: A quote with fewer words, or fewer letters and digits, may stand anywhere in an article by chance.
MIN_WORDS, MIN_LETTERS = 2, 8

#: A character of a script that puts no blanks between words counts as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|\w+")
_KINDS: dict[type, str] = {str: "text", int: "a whole number", bool: "true or false", dict: "an object", list: "a list"}
_ADVICE = "give it what qa ask --json printed, unchanged"


@dataclass(frozen=True, slots=True)
class Claim:
    """One citation of an exported answer. ``where`` names it in messages; ``nearest``: the answer was an abstention;
    ``generation`` is that of the index which answered.

    ``quote`` lies inside ``passage``, and both are as long as their offsets say.
    """

    where: str
    answer: str
    question: str
    generation: str
    nearest: bool
    rank: int
    document: DocumentRef
    passage: Excerpt
    quote: Excerpt

    @property
    def is_short(self) -> bool:
        """Whether the quote is so short that it says something only in its passage."""
        words, letters = len(_WORD.findall(self.quote.text)), sum(map(str.isalnum, self.quote.text))
        return words < MIN_WORDS or letters < MIN_LETTERS


def claims(answer: object, where: str) -> list[Claim]:
    """The citations of an answer given as JSON values, or the nearest passages of an abstention.

    Raises UsageError, which begins with ``where``, for anything that is no answer of schema ``qa/answer/1``.
    """
    fields = _object(answer, where)
    schema = fields.get("schema")
    if schema != ANSWER_SCHEMA:
        what = f"the schema is {str(schema)[:40]!r}" if schema is not None else "no schema is given"
        raise UsageError(f"{where}: {what}, not {ANSWER_SCHEMA!r}", _ADVICE)
    answered = _get(fields, "answered", bool, where)
    listed, other = ("citations", "nearest") if answered else ("nearest", "citations")
    cited = _get(fields, listed, list, where)
    if fields.get(other) or (answered and not cited):
        what = "is answered without a citation" if not cited else f"has {listed}, and yet {other}"
        raise UsageError(f"{where} {what}", _ADVICE)
    identifier, question = _get(fields, "id", str, where), _get(fields, "question", str, where)
    generation = _get(_get(fields, "index", dict, where), "generation", str, f"{where}, index")
    label = "citation" if answered else "nearest passage"
    return [
        _claim(value, f"{where}, {label} {number}", identifier, question, generation, nearest=not answered)
        for number, value in enumerate(cited, start=1)
    ]


def _claim(value: object, where: str, answer: str, question: str, generation: str, *, nearest: bool) -> Claim:
    fields = _object(value, where)
    rank = _get(fields, "rank", int, where)
    passage, quote = (_excerpt(fields, name, where) for name in ("passage", "quote"))
    inside = passage.text[max(0, quote.start - passage.start) :]
    if quote.start < passage.start or not inside.startswith(quote.text):
        raise UsageError(f"{where}: the quote does not stand in its passage where its offsets say", _ADVICE)
    return Claim(where, answer, question, generation, nearest, rank, _document(fields, where), passage, quote)


def _document(fields: Mapping[str, Any], where: str) -> DocumentRef:
    where = f"{where}, document"
    values = _object(fields.get("document"), where)
    return DocumentRef(
        id=_get(values, "id", str, where),
        title=_get(values, "title", str, where),
        date=_optional(values, "date", where),
        source=_optional(values, "source", where),
        path=_optional(values, "path", where),
        sha256=_get(values, "sha256", str, where),
    )


def _excerpt(fields: Mapping[str, Any], name: str, where: str) -> Excerpt:
    where = f"{where}, {name}"
    values = _object(fields.get(name), where)
    text = _get(values, "text", str, where)
    start, end, first, last = (_get(values, key, int, where) for key in ("start", "end", "line_start", "line_end"))
    if not text.strip():
        raise UsageError(f"{where}: the text is empty, and an empty text stands everywhere", _ADVICE)
    if not 0 <= start < end or not 1 <= first <= last:
        raise UsageError(f"{where}: the offsets or the lines are negative, or end before they start", _ADVICE)
    if end - start != len(text):
        raise UsageError(f"{where}: the text has {len(text)} characters, which is not what its offsets say", _ADVICE)
    return Excerpt(text, start, end, first, last)


def _object(value: object, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UsageError(f"{where} is not a JSON object", _ADVICE)
    return value


def _get(fields: Mapping[str, Any], name: str, kind: type, where: str) -> Any:
    """The field, of exactly this type: for JSON, true is no number. Raises UsageError."""
    if name not in fields:
        raise UsageError(f"{where}: {name!r} is missing", _ADVICE)
    value = fields[name]
    if type(value) is not kind:
        raise UsageError(f"{where}: {name!r} is not {_KINDS[kind]}", _ADVICE)
    if isinstance(value, str) and not is_unicode(value):
        raise UsageError(f"{where}: {name!r} is not valid Unicode", _ADVICE)
    return value


def _optional(fields: Mapping[str, Any], name: str, where: str) -> str | None:
    return None if name in fields and fields[name] is None else _get(fields, name, str, where)
