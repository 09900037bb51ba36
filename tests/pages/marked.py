"""How much of a quote is marked on its page, and how much else, where each character is known: ``sheets``.

python -m tests.pages.marked
"""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import NamedTuple

import qa
from qa.corpus import read
from tests.pages.sheets import SENTENCES, Drawn, Layout, sheets, words_of

LAYOUTS = [
    Layout(),
    Layout(leading=1.0),
    Layout(size=8),
    Layout(size=16, hyphens=True),
    Layout(hyphens=True),
    Layout(ligatures=True),
    Layout(footnotes=True),
    Layout(columns=2),
    Layout(columns=2, hyphens=True),
    Layout(columns=2, ligatures=True, hyphens=True),
    Layout(columns=2, footnotes=True, hyphens=True),
    Layout(columns=3, size=8, hyphens=True),
    Layout(rotation=90),
    Layout(rotation=180),
    Layout(rotation=270),
    Layout(rotation=90, columns=2, hyphens=True),
    Layout(rotation=270, columns=2, footnotes=True),
    Layout(rotation=180, ligatures=True, hyphens=True),
    Layout(sideways=True),
    Layout(sideways=True, columns=2, hyphens=True),
]


class Counts(NamedTuple):
    """Quotes, those on the right page, their characters, how many of these are marked, and how many of others."""

    quotes: int
    right_pages: int
    characters: int
    inside: int
    others: int


def measured(layout: Layout, folder: Path) -> Counts:
    """A sentence of the first page, one of the last, and all of the second, each marked."""
    data, drawn = sheets(layout)
    (folder / "a.pdf").write_bytes(data)
    document = read_one(folder / "a.pdf")
    total = Counts(0, 0, 0, 0, 0)
    for page, number in [(1, 0), (3, 7), *((2, number) for number in range(len(SENTENCES)))]:
        image = qa.page_image(document, *span_of(document, number, page))
        marked = [one for one in drawn if one.page == image.page and not one.text.isspace() and _is_in(one, image)]
        quoted = [one for one in drawn if one.page == page and one.sentence == number and not one.text.isspace()]
        inside = sum(one.page == page and one.sentence == number for one in marked)
        is_right = image.page == page and image.note is None
        one = Counts(1, int(is_right), len(quoted), inside, len(marked) - inside)
        total = Counts(*map(sum, zip(total, one, strict=True)))
    return total


def name_of(layout: Layout) -> str:
    """What differs from the plainest."""
    others = (f"{k}={v}" for k, v in layout._asdict().items() if v != Layout._field_defaults[k])
    return ", ".join(others) or "plain"


def read_one(path: Path) -> qa.Document:
    """The file's one document. Raises where there is any problem."""

    def fail(problem: qa.Problem) -> None:
        raise AssertionError(str(problem))

    (document,) = read([path], fail)
    return document


def span_of(document: qa.Document, number: int, page: int) -> tuple[int, int]:
    """Where a sentence of a page stands in the text; ligatures may be one letter there or two."""
    pattern = re.escape(words_of(number, page)).replace("fi", "(?:fi|\ufb01)").replace("fl", "(?:fl|\ufb02)")
    (match,) = re.finditer(pattern, document.text)
    return match.span()


def _is_in(drawn: Drawn, image: qa.PageImage, scale: float = 2.0) -> bool:
    return any(
        box.left <= drawn.x * scale < box.right and box.top <= drawn.y * scale < box.bottom for box in image.boxes
    )


def main() -> None:
    """Prints the table."""
    print(f"{'file':<52}{'quotes':>7}{'right page':>12}{'marked':>9}{'outside':>9}")
    every = list[Counts]()
    with tempfile.TemporaryDirectory() as folder:
        for layout in LAYOUTS:
            every.append(measured(layout, Path(folder)))
            print(_row(name_of(layout), every[-1]), flush=True)
    print(_row(f"all {len(every)}", Counts(*map(sum, zip(*every, strict=True)))))


def _row(name: str, one: Counts) -> str:
    outside = one.others / (one.inside + one.others)
    shares = f"{one.right_pages / one.quotes:>12.1%}{one.inside / one.characters:>9.2%}{outside:>9.2%}"
    return f"{name:<52}{one.quotes:>7}{shares}"


if __name__ == "__main__":
    main()
