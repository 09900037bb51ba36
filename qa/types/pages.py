"""A page of a document as a picture."""

from __future__ import annotations

from typing import NamedTuple


class Mark(NamedTuple):
    """A rectangle of a picture, in pixels from its top left corner; ``right`` and ``bottom`` are outside of it."""

    left: int
    top: int
    right: int
    bottom: int


class PageImage(NamedTuple):
    """A page as a PNG, ``width`` times ``height`` pixels, on which the rectangles ``boxes`` are marked.

    ``page`` counts from 1. ``note`` says what the picture does not show: why nothing is marked, or where the excerpt
    goes on; None where there is nothing to say.
    """

    png: bytes
    page: int
    width: int
    height: int
    boxes: tuple[Mark, ...]
    note: str | None = None

    def __repr__(self) -> str:
        return f"<qa.PageImage page {self.page}, {self.width} x {self.height} pixels>"

    def _repr_png_(self) -> bytes:
        return self.png
