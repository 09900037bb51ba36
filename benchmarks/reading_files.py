"""Files to measure reading with: reports of several pages as PDF, and news pages as HTML, of words drawn by number."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

PAGES, LINES, LINE_WORDS = 5, 48, 13
PARAGRAPHS, PARAGRAPH_WORDS = 30, 60

_SYLLABLES = ("ba", "co", "del", "en", "fir", "gu", "ho", "in", "ka", "lor", "mi", "ne", "os", "par", "ro", "su", "ta")


def make(folder: Path, each: int) -> None:
    """Writes ``each`` PDFs of ``PAGES`` pages, and as many HTML pages."""
    for number in range(each):
        words = _Words(number)
        _pdf(folder / f"{number:04}.pdf", words)
        paragraphs = "".join(f"<p>{words.sentence(PARAGRAPH_WORDS)}</p>" for _ in range(PARAGRAPHS))
        links = "".join(f'<li><a href="/{word}">{word}</a></li>' for word in words.sentence(40).split())
        head = f"<title>{words.sentence(6)}</title>"
        page = f"<html><head>{head}</head><body><ul>{links}</ul><article>{paragraphs}</article></body></html>"
        (folder / f"{number:04}.html").write_text(page, encoding="utf-8")


class _Words:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def sentence(self, words: int) -> str:
        drawn = ("".join(self._random.choices(_SYLLABLES, k=self._random.randint(1, 4))) for _ in range(words))
        return " ".join(drawn).capitalize() + "."


def _pdf(file: Path, words: _Words) -> None:
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfgen import canvas

    sheet: Any = canvas.Canvas(str(file), pagesize=A4)
    for page in range(PAGES):
        sheet.setFont("Times-Roman", 10)
        sheet.drawString(72, 810, f"Report {file.stem}, page {page + 1}")
        for line in range(LINES):
            sheet.drawString(72, 780 - 14 * line, words.sentence(LINE_WORDS))
        sheet.showPage()
    sheet.save()
