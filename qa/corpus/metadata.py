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

#: The source behind a date, up to the end of the line: a name, so that "source of the leak found." is text.
_SOURCE = re.compile(r"[ \t]+source[ \t]+((?=[^\W\d_a-zß-ÿ])[^\r\n.!?:;,]{2,60})(?=[\r\n])")

#: A line that is a date alone, or the byline's: "2024-09-03", "*By Ana Lopez, 3 September 2024*".
_MARKS = "*_ \t"
_BYLINE = re.compile(
    r"(?:by|von|por|par|di|de)[ \t]+(?P<author>[^\W\d_][^\r\n|•·]{1,80}?)[ \t]*(?:[,|•·]|[ \t][-\u2013\u2014])[ \t]*"
    r"(?P<date>[^\r\n]{6,60})",
    re.IGNORECASE,
)

#: Longest title that a date alone may stand below, in code points, and what does not end one.
_LONGEST_TITLE, _NO_TITLE_END = 200, tuple(":,;")

#: How far behind such a date no other may stand alone, in code points: in a chronicle each part has one.
_CHRONICLE = 20_000


class Header(NamedTuple):
    """What precedes an article: its date (ISO, or None), its source (or None), and the offset of the article's first
    character."""

    date: str | None
    source: str | None
    body_start: int


def parse_header(text: str) -> Header:
    """The header at the very start of ``text``.

    Either line may stand alone: ``date 2021-11-22`` (the article may follow on the same line, or ``source`` and a
    name), then ``Posted: 22 Nov 2021 23:29 GMT``, ``Published: …``, ``Publié le 3 mars 2024``, or the like. The first
    wins. Without either, or where the date does not exist, one of the second kind may stand below the first line,
    which is a title then, and is part of the article; so may a date alone, or in a byline, where no other line of the
    text is one, as in a chronicle. Else there is no date. ``body_start`` is the first non-blank character behind the
    lines at the start. It is ``len(text)`` where nothing follows.
    """
    date, position = _take(_DATE, text, 0)
    source = _SOURCE.match(text, position) if date else None
    if source and skip_blanks(text, source.end()) < len(text):
        position = source.end()
    else:
        source = None
    posted, position = _take(_POSTED, text, position)
    start = skip_blanks(text, position)
    return Header(date or posted or _below_title(text, start), source[1].strip() if source else None, start)


def _below_title(text: str, start: int) -> str | None:
    """The date in the line below the first one, where the article goes on behind it."""
    title = _line(text, start)
    date, end = _take(_POSTED, text, start + len(title))
    if not date and len(title) <= _LONGEST_TITLE and not title.rstrip().endswith(_NO_TITLE_END) and not _alone(title):
        line_start = skip_blanks(text, start + len(title))
        line = _line(text, line_start)
        date, end = _alone(line), line_start + len(line)
        if date and any(map(_alone, _LINE.findall(text, end, end + _CHRONICLE))):
            return None
    return date if date and skip_blanks(text, end) < len(text) else None


def _alone(line: str) -> str | None:
    """The date (ISO) that a line is, or that ends the byline that it is; None of any other line."""
    words = line.strip(_MARKS)
    byline = _BYLINE.fullmatch(words)
    return to_iso(byline["date"] if byline else words)


def _line(text: str, start: int) -> str:
    match = _LINE.match(text, start)
    return match[0] if match else ""


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
