"""PDF: the text of each page in reading order, without running heads, running feet and page numbers, by pdfium.

Characters and their boxes are taken one by one: ranges of characters drift where pdfium adds some of its own
(pypdfium2, issue 261). Text that runs up or down the page is turned until it is level, and follows the rest. pdfium is
not thread-safe: one lock serves all that use it in a process.
"""

from __future__ import annotations

import ctypes
import math
import re
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from qa.corpus.formats.converted import Converted
from qa.corpus.formats.extract import Extract
from qa.corpus.formats.pdf_layout import Box, Char, PageLine, PageText, joined, lines_of, reading_order
from qa.corpus.problem import UnreadableError

#: Characters that are read of a file, so that memory stays bounded: some 5,000 pages.
MAX_CHARS = 20_000_000

#: Which share of a page's height, at the top and at the bottom, may have running heads and feet, and on which share of
#: the pages the same line (numbers apart) has to stand to be one. Set by hand, on a dozen documents.
MARGIN, RUNNING_SHARE = 0.08, 0.5

#: Of how many characters one is asked for its angle, until one is not level: to ask costs as much as the character.
ANGLE_STEP = 8

LOCK = threading.Lock()

_NUMBERS = re.compile(r"\d+|\b[ivxlc]+\b")
_FILE_NAME = re.compile(r"^Microsoft Word - |\.\w{2,4}$|^untitled$", re.IGNORECASE)


class PageLines(NamedTuple):
    """The lines of a page, a list for each direction in which text runs on it, the upright one first; and those of its
    margins."""

    directions: list[list[PageLine]]
    margins: list[PageLine]

    def without(self, left_out: set[int]) -> PageText:
        """The page's text without some of the lines, by ``id``."""
        blocks: list[list[PageLine]] = []
        for lines in self.directions:
            blocks += reading_order([line for line in lines if id(line) not in left_out])
        return joined(blocks)


def extract(data: bytes) -> Extract:
    """The text of all pages, with the page as place. Raises UnreadableError."""
    pages, note = read_pages(data)
    text, places = "", list[tuple[int, dict[str, object]]]()
    for number, page in enumerate(pages, start=1):
        if not page.text:
            continue
        text += _between(text, page.text)
        places.append((len(text), {"page": number}))
        text += page.text
    if not text:
        raise UnreadableError("has no text, only pictures of it", "recognise its text first, with ocrmypdf for one")
    title = " ".join(note.split())
    values = {"title": title} if title and not _FILE_NAME.search(title) else {}
    return Extract(text, values, tuple(places))


def read_pages(data: bytes) -> tuple[list[PageText], str]:
    """Each page's text, and the title in the file. Raises UnreadableError."""
    with opened(data) as document:
        pages, total = list[PageLines](), 0
        for page in document:
            chars = _chars(page)
            total += sum(map(len, chars.values()))
            if total > MAX_CHARS:
                raise UnreadableError(f"has more than {MAX_CHARS:,} characters", "split it")
            pages.append(_lines(page, chars))
            page.close()
        title = str(document.get_metadata_value("Title") or "")
    running = _running([page.margins for page in pages])
    return [page.without(running) for page in pages], title


def page_texts(page: Any, expected: str) -> Iterator[PageText]:
    """What one page by itself may give as text, where ``expected`` was read of it: which lines are running heads is
    known from the other pages only, and so those that are not in ``expected`` are left out first, then all, then none
    of the lines in its margins."""
    lines = _lines(page, _chars(page))
    for left_out in ([line for line in lines.margins if line.text not in expected], lines.margins, []):
        yield lines.without({id(line) for line in left_out})


@contextmanager
def opened(data: bytes) -> Iterator[Any]:
    """The document, which nobody else uses pdfium beside. Raises UnreadableError, also for pdfium's errors inside the
    block."""
    import pypdfium2

    with LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
            try:
                yield document
            finally:
                document.close()
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise UnreadableError("is encrypted", "save it without a password") from None
            raise UnreadableError("is no PDF file, or damaged", "save it again") from None


def _chars(page: Any) -> dict[int, list[Char]]:
    """The page's characters, by the quarters of a turn against the clock in which they are written; those that are
    level where the page is shown come first."""
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    text, sides = textpage.raw, [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = sides
    level = list[Char]()
    chars = {page.get_rotation() // 90: level}
    count = max(0, textpage.count_chars())
    turned = any(_quarters(pdfium.FPDFText_GetCharAngle(text, number)) for number in range(0, count, ANGLE_STEP))
    upright = level if turned else chars.setdefault(0, [])
    for number in range(count):
        code = pdfium.FPDFText_GetUnicode(text, number)
        if code and not 0xD800 <= code < 0xE000 and code <= 0x10FFFF:
            pdfium.FPDFText_GetCharBox(text, number, *sides)
            if turned:
                upright = chars.setdefault(_quarters(pdfium.FPDFText_GetCharAngle(text, number)), [])
            box = Box(left.value, bottom.value, right.value, top.value)
            upright.append(Char(chr(code), box, number))
    textpage.close()
    return chars


def _quarters(angle: float) -> int:
    """The nearest number of quarters of a turn against the clock, 0 to 3. pdfium gives radians with the clock, and -1
    where it knows none."""
    return 0 if angle < 0 else -round(angle / (math.pi / 2)) % 4


def _lines(page: Any, chars: Mapping[int, list[Char]]) -> PageLines:
    """The lines of a page, turned until they are level."""
    rotation = page.get_rotation() // 90
    whole = Box(*page.get_bbox())
    directions = [lines_of(_level(several, quarters, whole)) for quarters, several in chars.items()]
    height = whole.top - whole.bottom if rotation % 2 == 0 else whole.right - whole.left
    return PageLines(directions, [line for line in directions[0] if _is_marginal(line, height)])


def _level(chars: list[Char], quarters: int, whole: Box) -> list[Char]:
    """The characters where they stand once the page is turned with the clock, whose lower left corner is 0, 0."""
    turn = _TURNS[quarters]
    x, y, _, _ = turn(whole)
    if not (quarters or x or y):
        return chars
    moved = (turn(char.box) for char in chars)
    boxes = (Box(left - x, bottom - y, right - x, top - y) for left, bottom, right, top in moved)
    return [char._replace(box=box) for char, box in zip(chars, boxes, strict=True)]


#: What turns a box by so many quarters.
_TURNS: tuple[Callable[[Box], Box], ...] = (
    lambda box: box,
    lambda box: Box(box.bottom, -box.right, box.top, -box.left),
    lambda box: Box(-box.right, -box.top, -box.left, -box.bottom),
    lambda box: Box(-box.top, box.left, -box.bottom, box.right),
)


def _running(margins: Sequence[Sequence[PageLine]]) -> set[int]:
    """Which lines of the pages' margins are running heads or feet, or page numbers, by ``id``."""
    times = Counter(key for lines in margins for key in {_key(line) for line in lines})
    least = max(2.0, RUNNING_SHARE * len(margins))
    return {id(line) for lines in margins for line in lines if times[_key(line)] >= least}


def _is_marginal(line: PageLine, height: float) -> bool:
    return line.box.bottom > (1 - MARGIN) * height or line.box.top < MARGIN * height


def _key(line: PageLine) -> tuple[str, int]:
    """What a running line has on every page: its words and its height on the page."""
    return _NUMBERS.sub("#", line.text.casefold().strip()), round(line.box.bottom / 6)


def _between(before: str, after: str) -> str:
    """What stands between two pages: a space where a sentence goes on, else a blank line."""
    if not before:
        return ""
    return " " if (before[-1].isalnum() and after[:1].islower()) or before[-1] in ",;" else "\n\n"


FORMATS = (Converted((".pdf",), "pdf 2", extract, ("pypdfium2",)),)
