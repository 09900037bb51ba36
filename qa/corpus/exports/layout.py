"""What the layouts of exports have in common."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from qa.corpus.dates import to_iso

#: Words that may follow a date on its line: a weekday, a time, its zone, an edition.
_MOST_BEHIND_DATE = 6

#: "355 words", in the languages in which the archives have their labels.
_WORDS = r"(?:words?|wörter|worte|mots?|palabras?|palavras?|parole|woorden)"
WORD_COUNT = re.compile(rf"[0-9][0-9.,\u00a0 ]* *{_WORDS}", re.IGNORECASE)

_COPYRIGHT = re.compile(r"(?:©|\(c\)|copyright\b|copr\.)", re.IGNORECASE)
_BY = re.compile(r"(?:By|Von|Par|Por|Di)\s+(?=\S)", re.IGNORECASE)


class ExportedArticle(NamedTuple):
    """An article of an export: its text, and what is told of it, named as front matter names it."""

    text: str
    values: Mapping[str, object]


def line_of(mark: str) -> re.Pattern[str]:
    """What finds the lines that a mark is alone on."""
    return re.compile(rf"^[ \t]*{mark}[ \t\r]*$", re.MULTILINE)


def exported(body: str, values: Mapping[str, str]) -> ExportedArticle | None:
    """The article, with the values that are not empty; None where it has no text."""
    text = "\n".join(line.rstrip() for line in body.split("\n")).strip("\n")
    told = {name: " ".join(value.split()) for name, value in values.items()}
    return ExportedArticle(text, {name: value for name, value in told.items() if value}) if text.strip() else None


def day(line: str) -> str | None:
    """The date (ISO) that a line begins with: ``July 1, 2019 Monday 9:20 AM GMT``."""
    words = line.split()
    for end in range(len(words), max(0, len(words) - _MOST_BEHIND_DATE), -1):
        if date := to_iso(" ".join(words[:end]).rstrip(",;")):
            return date
    return None


def without_by(byline: str) -> str:
    """The author of a byline: ``By Ana Lopez`` without its first word."""
    return _BY.sub("", byline.strip(), count=1)


def is_copyright(line: str) -> bool:
    """Whether a line says who has the rights."""
    return bool(_COPYRIGHT.match(line.strip()))


def behind(marks: Sequence[re.Match[str]], text: str) -> list[str]:
    """What stands behind each of the marks in a text, up to the next one."""
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return [text[mark.end() : end] for mark, end in zip(marks, ends, strict=False)]


def blocks(lines: Iterable[str]) -> Iterator[list[str]]:
    """Runs of lines that are not blank."""
    block: list[str] = []
    for line in lines:
        if line.strip():
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block
