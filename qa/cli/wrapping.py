"""Text -> lines that fit the terminal, counted in the columns that characters take there."""

from __future__ import annotations

import os
import re
import shutil
import sys
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator

import qa
from qa.escaping import one_line, printable
from qa.types import Context, Span

#: Columns. Wider lines are hard to read, however wide the terminal is; narrower ones than the least are not wrapped to.
MAX_WIDTH, LEAST_WIDTH = 100, 40

#: Stand for the marks around a quote while a text is wrapped: no text that was made printable holds them.
OPEN, CLOSE = "\x01", "\x02"

#: Columns that a line of an article is set in at most.
MOST_MARGIN = 8

#: Stands at the end of what was cut.
_CUT = " ..."

_BLANKS = re.compile(r"\s+")
_WORD = re.compile(r"\S+")
_MARKER = re.compile(r"(?:[-*+\u2022]|\(?\d{1,3}[.)])\s+(?=\S)")
_NO_BEGINNING = frozenset(
    CLOSE + "\u3001\u3002\uff0c\uff0e\uff01\uff1f\u300d\u300f\uff09\u3011\u3009\u300b\u30fc\uff1a\uff1b"
)


def width() -> int:
    """Columns to wrap to: those of the terminal that stdout is, or stderr if stdout is none."""
    size = None if "COLUMNS" in os.environ or sys.stdout.isatty() or not sys.stderr.isatty() else sys.stderr.fileno()
    terminal = shutil.get_terminal_size() if size is None else os.get_terminal_size(size)
    return max(LEAST_WIDTH, min(MAX_WIDTH, terminal.columns))


def columns(text: str, mark: int = 0) -> int:
    """The columns that printable text takes on a terminal, where each of ``OPEN`` and ``CLOSE`` takes ``mark``."""
    if text.isascii() and text.isprintable():
        return len(text)
    return sum(mark if c in (OPEN, CLOSE) else _columns(c) for c in text)


def wrapped(text: str, indent: str) -> str:
    """``text`` on one or more lines of at most ``width()`` columns, each behind ``indent``. No word is broken."""
    return _filled(one_line(text), indent, indent, 0)


def beside(name: str, text: str, size: int, *, whole: bool = False) -> str:
    """``text`` beside a name that takes ``size`` columns, on as many lines as it needs; below it where a word has no
    room beside it. A text that is to be copied, or read by a program, as a ``whole`` is not wrapped."""
    words = [text] if whole else one_line(text).split()
    if sys.stdout.isatty() and max(map(columns, words), default=0) + size > width():
        return f"{name.rstrip()}\n{f'  {text}' if whole else wrapped(text, '  ')}"
    indent = " " * size
    return f"{name:{size}}{text if whole else wrapped(text, indent).removeprefix(indent)}"


def packed(parts: Iterable[str], indent: str, joint: str = " | ") -> str:
    """``parts`` between joints, each whole on a line, so that it can be copied; as many on a line as there is room."""
    lines: list[str] = []
    for part in map(one_line, parts):
        if lines and columns(joined := f"{lines[-1]}{joint}{part}") <= width():
            lines[-1] = joined
        else:
            lines.append(indent + part)
    return "\n".join(lines)


def laid_out(text: str, context: Context, quote: Span, indent: str, marks: tuple[str, str]) -> str:
    """The slice ``context`` of ``text``, wrapped, with ``marks`` around the quote; offsets count in ``text``.

    Headings, items of lists, rows of tables and paragraphs keep lines of their own; what was wrapped before is wrapped
    anew, as all of ``text`` tells. Marks that are escape codes take no columns.
    """
    mark = 0 if marks[0].startswith("\033") else len(marks[0])
    opens, closes = _without_blanks(text, *quote)
    cut = (Span(max(first, context.start), min(last, context.end)) for first, last in qa.paragraphs(text))
    pieces = [_printed(text, piece, opens, closes) for piece in cut if text[piece.start : piece.end].strip()]
    lines = list[str]()
    for number, (words, margin, hanging) in enumerate(pieces, start=1):
        lead, trail = "... " * (context.cut_start and number == 1), _CUT * (context.cut_end and number == len(pieces))
        lines.append(_filled(lead + words + trail, indent + margin, indent + margin + hanging, mark))
    return "\n".join(lines).replace(OPEN, marks[0]).replace(CLOSE, marks[1])


def first_lines(text: str, quote: Span, indent: str, marks: tuple[str, str], most: int) -> str:
    """As ``laid_out``, of the quote alone, cut after the last word with which it takes at most so many lines."""
    ends = [quote.start + word.end() for word in _WORD.finditer(text[quote.start : quote.end])]

    def up_to(end: int) -> str:
        context = Context(quote.start, end, cut_start=False, cut_end=end < ends[-1])
        return laid_out(text, context, Span(quote.start, end), indent, marks)

    fitting = bisect_right(ends, most, key=lambda end: up_to(end).count("\n") + 1)
    return up_to(ends[max(fitting, 1) - 1])


def on_one_line(text: str, indent: str) -> str:
    """``text`` behind the indent, cut after the last word for which there is room on the line."""
    line, *more = wrapped(text, indent).split("\n")
    while more and columns(line) + len(_CUT) > width() and " " in line[len(indent) :]:
        line = line.rpartition(" ")[0]
    return line + _CUT if more else line


def page(text: str) -> str:
    """A whole text as it stands, but that long lines are wrapped, each set in as its beginning is."""
    return "\n".join(map(_line, re.split(r"\r\n|[\r\n]", text)))


def _line(text: str) -> str:
    line = printable(text.expandtabs(4)).rstrip()
    if columns(line) <= width():
        return line
    words, margin, hanging = _printed(text, Span(0, len(text)), -1, -1)
    return _filled(words, margin, margin + hanging, 0)


def _without_blanks(text: str, start: int, end: int) -> Span:
    part = text[start:end]
    return Span(start + len(part) - len(part.lstrip()), start + len(part.rstrip()))


def _printed(text: str, piece: Span, opens: int, closes: int) -> tuple[str, str, str]:
    """A piece on one line, with stand-ins for the marks; how far it is set in; and how far its further lines are."""
    first, last = piece
    opened, closed = OPEN * (first <= opens < last), CLOSE * (first < closes <= last)
    opens, closes = min(max(first, opens), last), min(max(first, closes), last)
    parts = (text[first:opens], text[opens:closes], text[closes:last])
    before, inside, after = (printable(_BLANKS.sub(" ", part)) for part in parts)
    words = " ".join(f"{before}{opened}{inside}{closed}{after}".split())
    begin = first + len(text[first:last]) - len(text[first:last].lstrip())
    blanks = text[text.rfind("\n", 0, begin) + 1 : begin]
    margin = "" if blanks.strip() else " " * min(MOST_MARGIN, columns(blanks.expandtabs(4)))
    marker = _MARKER.match(words.replace(OPEN, ""))
    return words, margin, " " * len(marker[0]) if marker else ""


def _filled(text: str, first: str, further: str, mark: int) -> str:
    lines, line, used, room = list[str](), first, columns(first), width()
    is_empty = True
    for word in text.split(" "):
        for blank, part in _parts(word):
            size = columns(part, mark)
            joint = "" if is_empty else blank
            if not is_empty and used + len(joint) + size > room:
                lines.append(line)
                line, used, joint = further, columns(further), ""
            line, used, is_empty = line + joint + part, used + len(joint) + size, False
    return "\n".join([*lines, line])


def _parts(word: str) -> Iterator[tuple[str, str]]:
    """What of a word may stand on a line, each with the blank before it: between wide characters a line may end."""
    if word.isascii():
        yield " ", word
        return
    blank, part = " ", ""
    for character in word:
        breaks = part and _columns(character) + _columns(part[-1]) > 2 and character not in _NO_BEGINNING
        if breaks and part != OPEN:
            yield blank, part
            blank, part = "", ""
        part += character
    yield blank, part


def _columns(character: str) -> int:
    if unicodedata.east_asian_width(character) in "WF":
        return 2
    return 0 if unicodedata.category(character) in ("Mn", "Me", "Cf") else 1
