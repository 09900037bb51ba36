"""Text -> the blocks in which a sentence may go on from line to line.

A line feed in an article is the end of a paragraph, of a headline, of a row, or nothing but the margin of an editor or
a mail program. Which of them is told by its neighbourhood: a line that is longer than any margin, or that had room for
the next line's first word, was ended on purpose.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from qa.text.analysis import FUNCTION_WORDS, fold
from qa.text.kinds import ends, is_byline, is_row
from qa.types import Span

#: Code points. Text wrapped by an editor or a mail program keeps its lines under this. Usual columns are 72 to 120.
HARD_WRAP = 160

#: Code points. No text is wrapped narrower: the columns of a newspaper have some 30.
NARROWEST = 24

#: Lines before and after a line feed that tell the width to which they are wrapped, and the share of that width which
#: a wrapped line fills with the word that did not fit: words of other lines may be wider in print.
NEIGHBOURS, FILLED = 5, 0.9

_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(r"\S+")
_LAST_WORD = re.compile(r"[^\W\d_]+$")
_LINK = re.compile(r"\S+")
_BULLET = re.compile("[\u2022\u25aa\u25cf\u00b7]\\s")
_DASH = re.compile(r"[-*+\u2013]\s+\S")
_NUMBERED = re.compile(r"\(?(?:\d{1,3}|[a-z])[.)]\s+\S")
_ALONE = re.compile(r"#{1,6}\s|```|~~~|[-*_=~\s]{3,}$|\[[^\]]*\]:")
_SEPARATOR = re.compile(r"[\s|:+-]*---?[\s|:+-]*")
_OPENING = "\"'\u2018\u201c\u201e\u00ab\u2039([*_\u00bf\u00a1"

#: Code points.
LONGEST_DATELINE = 120

#: Code points of a table that is quoted as a whole: as many as two long sentences have.
SMALL_TABLE = 400

# CARACAS, July 30 (Agency) – or Caracas, 30 jul (Agency).- or CARACAS - or Caracas (AGY) -, and the beginning of a
# sentence.
_CAPITALS = r"[A-Z\u00c0-\u00de][A-Z\u00c0-\u00de.'\u2019-]{1,20}"
_PLACE = rf"{_CAPITALS}(?:[ \u00a0]{_CAPITALS}){{0,3}}"
_AGENCY = r"[ \u00a0]?\([^()\n]{2,40}\)"
_WIRE = r"[ \u00a0]\((?:[A-Z]{2,6}|[a-z]{3})(?:/[^()\n]{2,20})?\)"
_DATELINE = re.compile(
    rf"(?:{_PLACE}(?:,[^\n!?\u2013\u2014()]{{1,40}}(?:{_AGENCY})?|{_AGENCY}|(?<=[A-Z][A-Z][A-Z][A-Z][A-Z])[ \u00a0])"
    rf"|[A-Z\u00c0-\u00de][^\n!?()]{{2,30}},[^\n!?()]{{0,20}}\d[^\n!?()]{{0,20}}{_AGENCY}"
    rf"|[A-Z\u00c0-\u00de][^\W\d_]{{1,20}}(?:[ -][^\W\d_]{{1,20}}){{0,3}}{_WIRE})"
    rf"\.?[ \u00a0]?(?:\u2013|\u2014|--?)[ \u00a0]+(?=[{re.escape(_OPENING)}]*[A-Z\u00c0-\u00de\d])"
)


class _Line(NamedTuple):
    """A line that is not blank: its offsets in the text, its words, and whether a blank line stands before it."""

    start: int
    end: int
    words: str
    apart: bool


def blocks(text: str, start: int = 0) -> list[Span]:
    """The blocks of ``text[start:]``, in order: they hold every character of it that is not white space.

    A heading, a dateline, a small table, a row of a larger one (the first with the rule under it), an item of a list, a
    link on a line of its own is a block.
    """
    lines = _lines(text, start)
    edges = [start, *(line.end for place, line in enumerate(lines) if not _goes_on(lines, place)), len(text)]
    spans = [Span(*edge) for edge in pairwise(edges)]
    return [part for span in spans for part in _without_dateline(text, span)]


def paragraphs(text: str) -> list[Span]:
    """What of a text stands on lines of its own however wide a page is: its paragraphs, headings, items of lists, and
    rows of tables. Lines of one that were broken at a margin belong together."""
    return [row for block in blocks(text) for row in _rows(text, block)]


def _rows(text: str, block: Span) -> list[Span]:
    """The rows of a block that is a table; any other block as it is."""
    part = text[block.start : block.end]
    if not is_row(part.strip()):
        return [block]
    return [Span(block.start + line.start(), block.start + line.end()) for line in _LINE.finditer(part)]


def _lines(text: str, start: int) -> list[_Line]:
    lines: list[_Line] = []
    end, blank = start, True
    for match in _LINE.finditer(text, start):
        words = match.group().strip()
        blank = blank or match.start() > end + 1 or not words
        end = match.end()
        if words:
            lines.append(_Line(match.start(), match.end(), words, blank))
            blank = False
    return lines


def _goes_on(lines: Sequence[_Line], place: int) -> bool:
    """Whether a sentence may go on from a line to the next one."""
    if place + 1 == len(lines) or lines[place + 1].apart:
        return False
    one, other = lines[place].words, lines[place + 1].words
    if is_row(one) or is_row(other):
        return is_row(one) and is_row(other) and _is_small_table(lines, place)
    if _ALONE.match(one) or _ALONE.match(other) or _begins_item(one, other, lines[place].apart):
        return False
    if is_byline(other) and not ends(one) and (place + 2 == len(lines) or lines[place + 2].apart):
        return False
    if _is_link(one) or _is_link(other):
        return not ends(one) and not _begins_large(other)
    if not _begins_large(other) and not ends(one):
        return True
    if max(len(one), len(other)) > HARD_WRAP:
        return False
    return ends(one) or _is_unfinished(one) or _is_wrapped(lines, place)


def _is_small_table(lines: Sequence[_Line], place: int) -> bool:
    """Whether the rows around a line feed may be quoted together, so that figures have their headings; of a longer
    table, the first row and the rule under it are."""
    if _SEPARATOR.fullmatch(lines[place + 1].words):
        return True
    first = last = place
    while first and lines[place].end - lines[first].start <= SMALL_TABLE and _continues(lines, first):
        first -= 1
    while last + 1 < len(lines) and lines[last].end - lines[place].start <= SMALL_TABLE and _continues(lines, last + 1):
        last += 1
    return lines[last].end - lines[first].start <= SMALL_TABLE


def _continues(lines: Sequence[_Line], place: int) -> bool:
    """Whether a row and the line before it belong to one table."""
    return not lines[place].apart and is_row(lines[place].words) and is_row(lines[place - 1].words)


def _begins_item(one: str, other: str, apart: bool) -> bool:
    """Whether the line ``other`` begins an item of a list. A dash or a number may also stand there by chance."""
    if _BULLET.match(other):
        return True
    marks = next((mark for mark in (_DASH, _NUMBERED) if mark.match(other)), None)
    return marks is not None and (ends(one) or marks.match(one) is not None or (apart and marks is _DASH))


def _begins_large(line: str) -> bool:
    return not line.lstrip(_OPENING)[:1].islower()


def _is_link(line: str) -> bool:
    return len(line) > NARROWEST and _LINK.fullmatch(line) is not None and ("/" in line or "@" in line)


def _is_unfinished(line: str) -> bool:
    """Whether a line ends in a comma or in a word after which no headline ends."""
    last = _LAST_WORD.search(line)
    return line.endswith((",", "-", "\u2013", "\u2014", "(")) or (
        last is not None and fold(last.group()) in FUNCTION_WORDS
    )


def _is_wrapped(lines: Sequence[_Line], place: int) -> bool:
    """Whether the next line's first word had no room in this line, in text that does not end its lines on purpose."""
    near = [line.words for line in lines[max(0, place - NEIGHBOURS) : place + NEIGHBOURS + 2]]
    near = [words for words in near if len(words) <= HARD_WRAP and not _is_link(words)]
    if len(near) > 3 and 2 * sum(map(ends, near)) > len(near):
        return False
    first = _WORD.match(lines[place + 1].words)
    width = max(NARROWEST, *map(len, near))
    return len(lines[place].words) + 1 + (first.end() if first else 0) > FILLED * width


def _without_dateline(text: str, span: Span) -> list[Span]:
    first = next((at for at in range(span.start, span.end) if not text[at].isspace()), span.end)
    dateline = _DATELINE.match(text[first : min(span.end, first + LONGEST_DATELINE)])
    if dateline is None:
        return [span]
    cut = first + dateline.end()
    return [Span(span.start, cut), Span(cut, span.end)]
