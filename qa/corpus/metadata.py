"""The date lines that some plain-text articles begin with, or have below their title."""

from __future__ import annotations

import re
from typing import NamedTuple

from qa.corpus.dates import to_iso

_DATE = re.compile(r"\s*date[ \t]+([0-9]{4}-[0-9]{2}-[0-9]{2})(?=\s|\Z)")
_LABELS = (
    r"(?:posted|published|date)(?:[ \t]+on)?|fecha(?:[ \t]+de[ \t]+publicación)?|publicado(?:[ \t]+(?:el|em))?"
    r"|publié(?:[ \t]+le)?|datum|veröffentlicht(?:[ \t]+am)?|data|pubblicato(?:[ \t]+il)?"
)
_POSTED = re.compile(rf"\s*(?:{_LABELS})(?:[ \t]*:[ \t]*|[ \t]+)([^\r\n]{{1,80}})(?=[\r\n]|\Z)", re.IGNORECASE)
_LINE = re.compile(r"[^\r\n]*")


class Header(NamedTuple):
    """What precedes an article: its date (ISO, or None) and the offset of the article's first character."""

    date: str | None
    body_start: int


def parse_header(text: str) -> Header:
    """The header at the very start of ``text``.

    Either line may stand alone: ``date 2021-11-22`` (the article may follow on the same line), then
    ``Posted: 22 Nov 2021 23:29 GMT``, ``Published: …``, ``Publié le 3 mars 2024``, or the like. The first wins.
    Without either, or where the date does not exist, the second kind may stand below the first line, which is a title
    then, and is part of the article; else there is no date. ``body_start`` is the first non-blank character behind the
    lines at the start. It is ``len(text)`` where nothing follows.
    """
    date, position = _take(_DATE, text, 0)
    posted, position = _take(_POSTED, text, position)
    start = skip_blanks(text, position)
    return Header(date or posted or _below_title(text, start), start)


def _below_title(text: str, start: int) -> str | None:
    """The date in the line below the first one, where the article goes on behind it."""
    first = _LINE.match(text, start)
    date, end = _take(_POSTED, text, first.end() if first else start)
    return date if date and skip_blanks(text, end) < len(text) else None


def skip_blanks(text: str, start: int) -> int:
    """The offset of the first non-blank character from ``start`` on; ``len(text)`` if there is none."""
    while start < len(text) and text[start].isspace():
        start += 1
    return start


def _take(line: re.Pattern[str], text: str, position: int) -> tuple[str | None, int]:
    """The date of ``line`` if it stands at ``position``, and the offset after it."""
    match = line.match(text, position)
    date = to_iso(match[1]) if match else None
    return (date, match.end()) if match and date else (None, position)
