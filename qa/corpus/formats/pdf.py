"""PDF: the text of each page in reading order, without running heads, running feet and page numbers, by pdfium.

Characters and their boxes are taken one by one: ranges of characters drift where pdfium adds some of its own
(pypdfium2, issue 261). pdfium is not thread-safe: one lock serves all that use it in a process.
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from qa.corpus.formats.converted import Converted
from qa.corpus.formats.extract import Extract, UnreadableError
from qa.corpus.formats.pdf_layout import Box, Char, Line, PageText, joined, lines_of, reading_order

#: Characters that are read of a file, so that memory stays bounded: some 5,000 pages.
MAX_CHARS = 20_000_000

#: Which share of a page's height, at the top and at the bottom, may have running heads and feet, and on which share of
#: the pages the same line (numbers apart) has to stand to be one. Set by hand, on a dozen documents.
MARGIN, RUNNING_SHARE = 0.08, 0.5

LOCK = threading.Lock()

_NUMBERS = re.compile(r"\d+|\b[ivxlc]+\b")
_FILE_NAME = re.compile(r"^Microsoft Word - |\.\w{2,4}$|^untitled$", re.IGNORECASE)


def extract(data: bytes) -> Extract:
    """The text of all pages, with the page as place. Raises UnreadableError."""
    pages, told = read_pages(data)
    text, places = "", list[tuple[int, dict[str, object]]]()
    for number, page in enumerate(pages, start=1):
        if not page.text:
            continue
        text += _between(text, page.text)
        places.append((len(text), {"page": number}))
        text += page.text
    if not text:
        raise UnreadableError("has no text, only pictures of it", "recognise its text first, with ocrmypdf for one")
    title = " ".join(told.split())
    values = {"title": title} if title and not _FILE_NAME.search(title) else {}
    return Extract(text, values, tuple(places))


def read_pages(data: bytes) -> tuple[list[PageText], str]:
    """Each page's text with a box for each character, and the title in the file. Raises UnreadableError."""
    with LOCK:
        document = _open(data)
        try:
            pages, margins, total = list[list[Line]](), list[list[Line]](), 0
            for page in document:
                height = page.get_height()
                chars = list(_chars(page))
                total += len(chars)
                if total > MAX_CHARS:
                    raise UnreadableError(f"has more than {MAX_CHARS:,} characters", "split it")
                pages.append(lines_of(chars))
                margins.append([line for line in pages[-1] if _is_marginal(line, height)])
            title = str(document.get_metadata_value("Title") or "")
        finally:
            document.close()
    running = _running(margins)
    return [joined(reading_order([line for line in lines if id(line) not in running])) for lines in pages], title


def _open(data: bytes) -> Any:
    import pypdfium2

    try:
        return pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if "password" in str(error).lower():
            raise UnreadableError("is encrypted", "save it without a password") from None
        raise UnreadableError("is no PDF file, or damaged", "save it again") from None


def _chars(page: Any) -> Iterator[Char]:
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    for index in range(max(0, textpage.count_chars())):
        code = pdfium.FPDFText_GetUnicode(textpage.raw, index)
        pdfium.FPDFText_GetCharBox(textpage.raw, index, left, right, bottom, top)
        if code and not 0xD800 <= code < 0xE000 and code <= 0x10FFFF:
            yield Char(chr(code), Box(left.value, bottom.value, right.value, top.value))
    textpage.close()
    page.close()


def _running(margins: Sequence[Sequence[Line]]) -> set[int]:
    """Which lines of the pages' margins are running heads or feet, or page numbers, by ``id``."""
    times = Counter(key for lines in margins for key in {_key(line) for line in lines})
    least = max(2.0, RUNNING_SHARE * len(margins))
    return {id(line) for lines in margins for line in lines if times[_key(line)] >= least}


def _is_marginal(line: Line, height: float) -> bool:
    return line.box.bottom > (1 - MARGIN) * height or line.box.top < MARGIN * height


def _key(line: Line) -> tuple[str, int]:
    """What a running line has on every page: its words and its height on the page."""
    return _NUMBERS.sub("#", line.text.casefold().strip()), round(line.box.bottom / 6)


def _between(before: str, after: str) -> str:
    """What stands between two pages: a space where a sentence goes on, else a blank line."""
    if not before:
        return ""
    return " " if (before[-1].isalnum() and after[:1].islower()) or before[-1] in ",;" else "\n\n"


FORMATS = (Converted((".pdf",), "1", extract),)
