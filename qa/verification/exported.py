"""An exported answer, as ``qa ask --json`` prints it -> the citations that it claims, checked for sense.

Whatever is wrong with an export is an error here and no finding later: a claim that does not hold together could match
by luck.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from qa.corpus.encoding import decode
from qa.corpus.problem import UnreadableError
from qa.errors import UsageError
from qa.types import Answer, Citation, DocumentRef, Excerpt
from qa.types.answers import UNCHANGED, answer_of

#: A quote with fewer words, or fewer letters and digits, may stand anywhere in an article by chance.
MIN_WORDS, MIN_LETTERS = 2, 8

#: A character of a script that puts no blanks between words counts as a word.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|\w+")


#: An answer, what its ``to_dict`` gives, several of either, or what ``qa ask --json`` printed: a file, or its bytes.
Exported: TypeAlias = "Answer | Mapping[str, Any] | Sequence[Answer | Mapping[str, Any]] | Path | bytes"

_ADVICE = "give it what qa ask --json printed"


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


def all_claims(exported: Exported) -> list[Claim]:
    """The citations of all that was exported. Raises UsageError."""
    return [claim for where, answer in _answers(exported) for claim in claims(answer, where)]


def claims(answer: object, where: str) -> list[Claim]:
    """The citations of an Answer, or of one given as JSON values; or the nearest passages of an abstention.

    Raises UsageError, which begins with ``where``, for anything that is no answer of schema ``qa/answer/1``.
    """
    export = answer if isinstance(answer, Answer) else answer_of(answer, where)
    label = "citation" if export.answered else "nearest passage"
    citations = export.citations if export.answered else export.nearest
    return [
        _claim(export, citation, f"{where}, {label} {number}") for number, citation in enumerate(citations, start=1)
    ]


def _claim(answer: Answer, citation: Citation, where: str) -> Claim:
    passage, quote = citation.passage, citation.quote
    _check(passage, f"{where}, passage")
    _check(quote, f"{where}, quote")
    inside = passage.text[max(0, quote.start - passage.start) :]
    if quote.start < passage.start or not inside.startswith(quote.text):
        raise UsageError(f"{where}: the quote does not stand in its passage where its offsets say", UNCHANGED)
    generation, nearest = answer.index.generation, not answer.answered
    fields = (answer.id, answer.question, generation, nearest, citation.rank, citation.document)
    return Claim(where, *fields, passage, quote)


def _check(excerpt: Excerpt, where: str) -> None:
    """Raises UsageError where an excerpt does not hold together."""
    if not excerpt.text.strip():
        raise UsageError(f"{where}: the text is empty, and an empty text stands everywhere", UNCHANGED)
    if not 0 <= excerpt.start < excerpt.end or not 1 <= excerpt.line_start <= excerpt.line_end:
        raise UsageError(f"{where}: the offsets or the lines are negative, or end before they start", UNCHANGED)
    if excerpt.end - excerpt.start != len(excerpt.text):
        characters = f"{len(excerpt.text)} characters, which is not what its offsets say"
        raise UsageError(f"{where}: the text has {characters}", UNCHANGED)


def _answers(exported: Exported) -> list[tuple[str, object]]:
    """Answers, or JSON values that stand for some, each with a name for messages."""
    if isinstance(exported, Path):
        try:
            return _answers_in(exported.read_bytes(), str(exported))
        except OSError as error:
            raise UsageError(f"{exported} cannot be read ({error.strerror})", "check the path") from None
    if isinstance(exported, bytes):
        return _answers_in(exported, "the export")
    several = list(exported) if isinstance(exported, list | tuple) else [exported]
    if len(several) == 1:
        return [("the answer", several[0])]
    return [(f"answer {number}", answer) for number, answer in enumerate(several, start=1)]


def _answers_in(data: bytes, name: str) -> list[tuple[str, object]]:
    """The JSON value in a text, or those on its lines."""
    try:
        text = decode(data).text
    except UnreadableError as error:
        raise UsageError(f"{name} {error}", _ADVICE) from None
    lines = [(f"line {number}", line) for number, line in enumerate(text.split("\n"), start=1) if line.strip()]
    if not lines:
        raise UsageError("there is no answer to verify", _ADVICE)
    try:
        return [("the answer", _parsed(text.rstrip(), "the input"))]
    except UsageError:
        if len(lines) == 1 or not _is_whole(lines[0][1]):
            raise
    return [(where, _parsed(line, where)) for where, line in lines]


def _parsed(text: str, where: str) -> object:
    """The value of JSON text. Raises UsageError."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{where}:{error.lineno}:{error.colno}" if "\n" in text else where
        raise UsageError(f"{place} is not valid JSON ({error.msg})", _ADVICE) from None
    except (RecursionError, ValueError):  # ValueError: a number of more digits than Python reads
        raise UsageError(f"{where} is nested too deep, or has a number of too many digits", _ADVICE) from None


def _is_whole(line: str) -> bool:
    """Whether the line is a JSON object by itself, which the first line of a pretty-printed one is not."""
    try:
        return isinstance(_parsed(line, ""), dict)
    except UsageError:
        return False
