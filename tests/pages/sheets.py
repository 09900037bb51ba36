"""PDF files of which it is known where each character stands: as who drew them knows, not as a reader of PDF does."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

WIDTH, HEIGHT = 595.0, 842.0

SENTENCES = [
    "The northern quay of Port Selden was closed on Tuesday after divers found cracks below the waterline.",
    "Repairs will cost 2.4 million crowns, and the harbour master expects them to last until the end of May.",
    "“Nobody was hurt,” said Orla Venn, who has run the port for eleven years; “we were warned in time.”",
    "Ferries of the coastal line are not affected by the closure, the shipping company told its passengers.",
    "Fishermen have moved to the southern quay, which was built for the grain trade and stands empty now.",
    "A commission is to find out by the autumn why the inspection of two years ago had noticed nothing.",
    "The minister refused to comment on the report, which the newspaper had published on the evening before.",
    "Insurers, however, called the undocumented subcontractors of the reconstruction a considerable liability.",
]


class Drawn(NamedTuple):
    """A character on a page of the file: the middle of the lower half of its letter, in points from the top left corner
    of the page as it is shown, and the number of the sentence it is of; None for what is no sentence."""

    page: int
    text: str
    x: float
    y: float
    sentence: int | None


class Layout(NamedTuple):
    """How pages look. ``rotation`` is the page's own in degrees; ``sideways``: the text runs up an upright page."""

    columns: int = 1
    rotation: int = 0
    sideways: bool = False
    hyphens: bool = False
    ligatures: bool = False
    footnotes: bool = False
    size: float = 11
    leading: float = 1.18


def sheets(layout: Layout, pages: int = 3) -> tuple[bytes, list[Drawn]]:
    """The file, and what stands in it. Each page has the sentences in another order, each in a paragraph of its own."""
    from reportlab.pdfgen import canvas

    stream = io.BytesIO()
    sheet = canvas.Canvas(stream, pagesize=(WIDTH, HEIGHT))
    every: list[Drawn] = []
    for page in range(1, pages + 1):
        sheet.setPageRotation(layout.rotation)
        every += _Page(sheet, layout, page).draw()
        sheet.showPage()
    sheet.save()
    return stream.getvalue(), every


def words_of(number: int, page: int) -> str:
    """A sentence as it stands on a page, which no other page has."""
    return f"Page {page}, item {number + 1}: {SENTENCES[number]}"


class _Page:
    def __init__(self, sheet: Any, layout: Layout, page: int) -> None:
        self._sheet, self._layout, self._page = sheet, layout, page
        self._width, self._height = (HEIGHT, WIDTH) if layout.sideways else (WIDTH, HEIGHT)
        self._drawn: list[Drawn] = []

    def draw(self) -> list[Drawn]:
        sheet, layout = self._sheet, self._layout
        sheet.saveState()
        # Pages that are turned have their width and height exchanged in the file, so that they are shown upright.
        across = WIDTH if layout.sideways else {0: 0, 90: HEIGHT, 180: WIDTH, 270: 0}[layout.rotation]
        sheet.translate(across, {0: 0, 90: 0, 180: HEIGHT, 270: WIDTH}[layout.rotation])
        sheet.rotate(90 if layout.sideways else layout.rotation)
        self._line("The Harbour Post, Volume 3", 60, self._height - 30, 8, None)
        self._line(f"Page {self._page}", self._width - 100, 20, 8, None)
        body = (self._width - 120 - 25 * (layout.columns - 1)) / layout.columns
        order = [(number + self._page) % len(SENTENCES) for number in range(len(SENTENCES))]
        share = -(-len(order) // layout.columns)
        for column in range(layout.columns):
            y = self._height - 80
            for number in order[column * share : (column + 1) * share]:
                y = self._paragraph(number, 60 + column * (body + 25), y, body)
        if layout.footnotes:
            self._line("1 See the report of the harbour board, page 12.", 60, 96, 8, None)
            self._line("2 The figures are those of the ministry.", 60, 86, 8, None)
        sheet.restoreState()
        return self._drawn

    def _paragraph(self, number: int, x: float, y: float, width: float) -> float:
        layout = self._layout
        for text, is_broken in self._wrapped(words_of(number, self._page), width):
            end = self._line(text, x, y, layout.size, number)
            if is_broken:
                self._line("-", end, y, layout.size, None)
            y -= layout.leading * layout.size
        if layout.footnotes:
            self._line("1", end, y + (layout.leading + 0.35) * layout.size, 0.6 * layout.size, None)
        return y - layout.size

    def _wrapped(self, text: str, width: float) -> list[tuple[str, bool]]:
        """The text in lines, each with whether its last word goes on in the next."""
        lines: list[tuple[str, bool]] = []
        line = ""
        for word in text.split():
            longer = f"{line} {word}".strip()
            if self._extent(longer) <= width:
                line = longer
            elif self._layout.hyphens and len(word) > 8 and self._extent(f"{line} {word[:4]}-") <= width:
                lines.append((f"{line} {word[:4]}", True))
                line = word[4:]
            else:
                lines.append((line, False))
                line = word
        return [*lines, (line, False)]

    def _extent(self, text: str) -> float:
        return sum(self._advance(one, self._layout.size) for one in self._glyphs(text))

    def _line(self, text: str, x: float, y: float, size: float, sentence: int | None) -> float:
        """Draws a line whose first letter stands at ``x``; where the next would."""
        self._sheet.setFont(self._font, size)
        for one in self._glyphs(text):
            advance = self._advance(one, size)
            shown = self._shown(x + advance / 2, y + 0.25 * size)
            self._drawn.append(Drawn(self._page, one, *shown, sentence))
            x += advance
        self._sheet.drawString(
            x - sum(self._advance(one, size) for one in self._glyphs(text)), y, "".join(self._glyphs(text))
        )
        return x

    def _shown(self, x: float, y: float) -> tuple[float, float]:
        """A point as seen on the page, on which the text may run upwards."""
        return (WIDTH - y, HEIGHT - x) if self._layout.sideways else (x, self._height - y)

    def _glyphs(self, text: str) -> Sequence[str]:
        return list(text.replace("fi", "\ufb01").replace("fl", "\ufb02")) if self._layout.ligatures else list(text)

    def _advance(self, glyph: str, size: float) -> float:
        from reportlab.pdfbase.pdfmetrics import stringWidth

        return float(stringWidth(glyph, self._font, size))

    @property
    def _font(self) -> str:
        if not self._layout.ligatures:
            return "Times-Roman"
        import reportlab
        from reportlab.pdfbase import pdfmetrics
        from reportlab.pdfbase.ttfonts import TTFont

        if "Vera" not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont("Vera", str(Path(reportlab.__file__).parent / "fonts" / "Vera.ttf")))
        return "Vera"
