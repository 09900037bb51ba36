"""A page of a PDF file, drawn by pdfium, with the characters of an excerpt marked.

The file has to be the one that was indexed. Which character of the page each one of the text is, is computed anew from
it: nothing of that is stored. Where the page no longer gives the text that was indexed, as after an upgrade of pdfium,
the excerpt is looked for on it word for word.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.corpus.formats.pdf import opened, page_texts
from qa.corpus.formats.pdf_layout import PageText
from qa.pages.marks import marks
from qa.pages.png import png_of
from qa.types.pages import Mark, PageImage

#: Pixels that a page is drawn with at most, altogether and on a side, so that memory stays bounded: those of an A3 page
#: at 200 dots an inch.
MOST_PIXELS, LONGEST_SIDE = 8_000_000, 20_000

#: What marked white becomes; marked black stays black.
COLOUR = (255, 228, 92)

UNPLACED = "nothing is marked: the words do not stand on this page as they were indexed"


class Target(NamedTuple):
    """``page`` counts from 1; ``text`` is what was indexed of it, and ``[start, end)`` is what to mark in that."""

    page: int
    text: str
    start: int
    end: int


def draw(data: bytes, target: Target, scale: float) -> PageImage:
    """The page with the target marked, ``scale`` pixels a point. Raises UnreadableError."""
    with opened(data) as document:
        page = document[target.page - 1]
        width, height = page.get_size()
        scale = min(scale, (MOST_PIXELS / max(1.0, width * height)) ** 0.5, LONGEST_SIDE / max(1.0, width, height))
        pixels: NDArray[np.uint8] = page.render(scale=scale, rev_byteorder=True).to_numpy()[..., :3].copy()
        indexes = placed(page_texts(page, target.text), target)
        boxes = marks(_on_picture(page, indexes or (), pixels.shape[1], pixels.shape[0]))
    for box in boxes:
        part = pixels[box.top : box.bottom, box.left : box.right]
        part[:] = part * np.array(COLOUR, dtype=np.uint16) // 255
    note = None if boxes else UNPLACED
    return PageImage(png_of(pixels), target.page, pixels.shape[1], pixels.shape[0], boxes, note)


def placed(candidates: Iterator[PageText], target: Target) -> Sequence[int] | None:
    """Which characters of the page are the target, by pdfium's numbers; None where that is not sure.

    ``candidates`` are what the page may give as text, the likeliest first.
    """
    excerpt = target.text[target.start : target.end]
    others: list[PageText] = []
    for page in candidates:
        if page.text == target.text:
            return _numbers(page, target.start, target.end)
        others.append(page)
    for page in others:
        if page.text.count(excerpt) == 1:
            start = page.text.index(excerpt)
            return _numbers(page, start, start + len(excerpt))
    return None


def _numbers(page: PageText, start: int, end: int) -> list[int]:
    every = zip(page.text[start:end], page.numbers[start:end], strict=True)
    return [number for char, number in every if number is not None and not char.isspace()]


def _on_picture(page: Any, numbers: Sequence[int], width: int, height: int) -> Iterator[Mark]:
    """The boxes of characters in pixels. pdfium knows how the page is turned and cut."""
    import pypdfium2.raw as pdfium

    textpage = page.get_textpage()
    fine = 64  # pdfium gives whole numbers
    sides = [ctypes.c_double() for _ in range(4)]  # left, right, bottom, top
    x, y = ctypes.c_int(), ctypes.c_int()
    for number in numbers:
        pdfium.FPDFText_GetCharBox(textpage.raw, number, *sides)
        left, right, bottom, top = (side.value for side in sides)
        corners = []
        for corner in ((left, bottom), (right, top)):
            pdfium.FPDF_PageToDevice(page.raw, 0, 0, width * fine, height * fine, 0, *corner, x, y)
            corners.append((x.value / fine, y.value / fine))
        (x1, x2), (y1, y2) = (sorted(values) for values in zip(*corners, strict=True))
        yield Mark(max(0, int(x1)), max(0, int(y1)), min(width, int(np.ceil(x2))), min(height, int(np.ceil(y2))))
    textpage.close()
