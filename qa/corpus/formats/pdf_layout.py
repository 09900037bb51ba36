"""The characters of a page with their boxes -> its text in reading order, each with the number that it has on the page.

A page is cut into columns and blocks by its white space, from the whole page down: recursive XY-cut (Nagy & Seth,
"Hierarchical Representation of Optically Scanned Documents", ICPR 1984). Lines of a paragraph are joined by a space; a
word that is hyphenated at a line's end is put together again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from statistics import median
from typing import NamedTuple

#: How pdfium writes a hyphen at which a line breaks a word: character by character, and in a page's text.
LINE_HYPHENS = ("\x02", "\ufffe")

#: White space that parts two columns, and one piece of a line from the next, in heights of a character.
COLUMN_GAP, PIECE_GAP = 1.0, 1.5

#: How many characters the lines of a column of text have at least.
COLUMN_WIDTH = 15

#: From which distance between two lines, in heights of a character, a new paragraph begins.
PARAGRAPH_GAP = 0.9


#: From how far above the line's foot a digit is raised, and below which height it is small, in heights of a character.
RAISED, SMALL = 0.25, 0.85

_DIGITS = frozenset("0123456789")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

#: What a raised digit belongs to; how many characters before it are looked at; behind which punctuation it is that of a
#: footnote.
_UNITS = frozenset(("m", "km", "cm", "mm", "dm", "ft", "in", "yd", "mi", "nm"))
_CHARS_BEFORE = 4
_ENDS = tuple(".,;:!?)]\"'»”’")


class Box(NamedTuple):
    """A rectangle in points; ``y`` grows upwards, as in PDF."""

    left: float
    bottom: float
    right: float
    top: float


class Char(NamedTuple):
    """A character of a page, where it stands as seen by who reads it, and pdfium's number of it."""

    text: str
    box: Box
    number: int


@dataclass(frozen=True, slots=True)
class PageLine:
    """A piece of a line that belongs to one column, from left to right."""

    chars: tuple[Char, ...]
    box: Box

    @property
    def text(self) -> str:
        """What the line says."""
        return "".join(char.text for char in self.chars)

    @property
    def height(self) -> float:
        """How high its characters are, in points."""
        return self.box.top - self.box.bottom


@dataclass(frozen=True, slots=True)
class PageText:
    """The text of a page. ``numbers[i]`` is pdfium's number of the character ``text[i]``; None for space that the page
    does not have."""

    text: str
    numbers: tuple[int | None, ...]


def lines_of(chars: Sequence[Char]) -> list[PageLine]:
    """The page's lines, cut where white space parts columns. ``chars`` come in the order of the file."""
    pieces: list[list[Char]] = [[]]
    height = 1.0  # of the highest character in the piece: quotation marks and full stops are low, blanks are flat
    for char in chars:
        last = pieces[-1][-1] if pieces[-1] else None
        height = max(height, char.box.top - char.box.bottom)
        if char.text in "\r\n":
            pieces.append([])
        elif last is not None and _parts(last, char, height):
            pieces.append([char])
            height = max(1.0, char.box.top - char.box.bottom)
        else:
            pieces[-1].append(char)
            if char.text in LINE_HYPHENS:
                pieces.append([])
        height = height if pieces[-1] else 1.0
    trimmed = (_without_marks(_trimmed(piece)) for piece in pieces)
    return [PageLine(tuple(piece), _around([char.box for char in piece])) for piece in trimmed if piece]


def reading_order(lines: Sequence[PageLine]) -> list[list[PageLine]]:
    """The lines in blocks, both in the order in which a person reads them."""
    if len(lines) < 2:
        return [list(lines)] if lines else []
    height = median(line.height for line in lines) or 1.0
    # Columns first: what is full width parts what stands above it from what stands below.
    for side, low, high in ((True, 0, 2), (False, 1, 3)):
        gap = COLUMN_GAP * height if side else PARAGRAPH_GAP * height
        cut = _widest_gap([(line.box[low], line.box[high]) for line in lines], gap)
        if cut is None:
            continue
        before = [line for line in lines if line.box[high] <= cut]
        after = [line for line in lines if line.box[high] > cut]
        if side and min(_width(before), _width(after)) < COLUMN_WIDTH:  # cells of a table are read row by row
            continue
        first, second = (before, after) if side else (after, before)
        return reading_order(first) + reading_order(second)
    return [[line for row in _rows(lines) for line in sorted(row, key=lambda line: line.box.left)]]


def joined(blocks: Sequence[Sequence[PageLine]]) -> PageText:
    """The text of the blocks: a blank line between them, a space between the lines of one."""
    text: list[str] = []
    numbers: list[int | None] = []

    def add(what: str, char: int | None) -> None:
        text.append(what)
        numbers.extend([char] * len(what))

    for number, block in enumerate(blocks):
        if number:
            add("\n\n", None)
        for line, following in zip_longest(block, block[1:]):
            is_broken = following is not None and _breaks_a_word(line, following)
            for char in line.chars[:-1] if is_broken else line.chars:
                if char.text not in LINE_HYPHENS:
                    add(char.text, char.number)
            if following is not None and not is_broken:
                add(" ", None)
    return PageText("".join(text), tuple(numbers))


def _breaks_a_word(line: PageLine, following: PageLine) -> bool:
    """Whether a word is hyphenated at the line's end. pdfium tells, but for text that is turned."""
    last, before = line.chars[-1].text, line.chars[-2].text if len(line.chars) > 1 else ""
    return last in LINE_HYPHENS or (last in "-\u2010" and before.isalpha() and following.chars[0].text.islower())


def _width(lines: Sequence[PageLine]) -> float:
    """How many characters the line has in which a character stands, on average: labels of a figure count for little."""
    lengths = [len(line.chars) for line in lines]
    return sum(length * length for length in lengths) / sum(lengths)


def _rows(lines: Sequence[PageLine]) -> list[list[PageLine]]:
    """Pieces of lines that stand beside each other, from the top down."""
    rows: list[list[PageLine]] = []
    low = high = 0.0
    for line in sorted(lines, key=lambda line: -(line.box.bottom + line.box.top)):
        overlap = min(high, line.box.top) - max(low, line.box.bottom)
        if rows and overlap > 0.5 * min(high - low, line.height):
            rows[-1].append(line)
        else:
            rows.append([line])
            low, high = line.box.bottom, line.box.top
    return rows


def _parts(last: Char, char: Char, height: float) -> bool:
    """Whether white space of a column's width stands between two characters, or they are on different lines."""
    return abs(char.box.left - last.box.right) > PIECE_GAP * height or last.box.bottom - char.box.top > height


def _trimmed(piece: list[Char]) -> list[Char]:
    first = next((i for i, char in enumerate(piece) if not char.text.isspace()), len(piece))
    last = next((i for i, char in reversed(list(enumerate(piece))) if not char.text.isspace()), -1)
    return piece[first : last + 1]


def _without_marks(piece: list[Char]) -> list[Char]:
    """The characters without the numbers of footnotes: raised digits behind a word or a punctuation mark. Others, as in
    km² and 10⁵, are written as what they are."""
    raised = _raised(piece)
    if not raised:
        return piece
    kept = list[Char]()
    is_mark = False
    for place, char in enumerate(piece):
        if place not in raised:
            kept.append(char)
        else:
            if place - 1 not in raised:
                is_mark = _takes_mark("".join(one.text for one in kept[-_CHARS_BEFORE:]))
            if not is_mark:
                kept.append(char._replace(text=char.text.translate(_SUPERSCRIPTS)))
    return kept


def _raised(piece: Sequence[Char]) -> set[int]:
    """The places of raised digits behind something, and of what joins them: ``1,2``."""
    places = [place for place, char in enumerate(piece) if place and char.text in _DIGITS]
    if not places:
        return set()
    boxes = [char.box for char in piece if char.text.isalpha()]
    if not boxes:
        return set()
    height = sorted(box.top - box.bottom for box in boxes)[len(boxes) * 4 // 5]
    least = median(box.bottom for box in boxes) + RAISED * height
    raised = {
        place for place in places if (box := piece[place].box).bottom > least and box.top - box.bottom < SMALL * height
    }
    joins = {place + 1 for place in raised if place + 2 in raised and piece[place + 1].text in ",-\u2013"}
    return raised | joins if 0 not in raised else set()


def _takes_mark(before: str) -> bool:
    """Whether a number is that of a footnote, behind these last characters of the line."""
    word = before.rpartition(" ")[2]
    if word[-1:].isalpha():
        return len(word) > 1 and word not in _UNITS
    return word.endswith(_ENDS)


def _around(boxes: Sequence[Box]) -> Box:
    """The smallest box that holds all of them."""
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return Box(min(lefts), min(bottoms), max(rights), max(tops))


def _widest_gap(intervals: Sequence[tuple[float, float]], least: float) -> float | None:
    """The middle of the widest stretch between intervals that none of them covers, if it is at least so wide."""
    best, middle, reach = least, None, float("-inf")
    for start, end in sorted(intervals):
        if reach > float("-inf") and start - reach >= best:
            best, middle = start - reach, (start + reach) / 2
        reach = max(reach, end)
    return middle
