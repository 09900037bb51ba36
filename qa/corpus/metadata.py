"""The date lines that some plain-text articles begin with."""

from __future__ import annotations

import re
from typing import NamedTuple

from qa.corpus.dates import to_iso

_DATE = re.compile(r"\s*date[ \t]+([0-9]{4}-[0-9]{2}-[0-9]{2})(?=\s|\Z)")
_POSTED = re.compile(r"\s*(?:posted|published|date)(?:[ \t]+on)?:[ \t]*([^\r\n]{1,80})(?=[\r\n]|\Z)", re.IGNORECASE)


class Header(NamedTuple):
    """What precedes an article: its date (ISO, or None) and the offset of the article's first character."""

    date: str | None
    body_start: int


def parse_header(text: str) -> Header:
    """The header at the very start of ``text``.

    Either line may stand alone: ``date 2021-11-22`` (the article may follow on the same line), then
    ``Posted: 22 Nov 2021 23:29 GMT``, ``Published: …`` or ``Date: …``. The first wins. Without either, or where the
    date does not exist, there is no date and ``body_start`` is the first non-blank character. It is ``len(text)``
    where nothing follows.
    """
    date, position = _take(_DATE, text, 0)
    posted, position = _take(_POSTED, text, position)
    return Header(date or posted, skip_blanks(text, position))


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
