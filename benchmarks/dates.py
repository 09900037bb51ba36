"""How often the date that qa takes from a web page is that of its publication, on htmldate's public evaluation pages.

    python benchmarks/dates.py HTMLDATE/tests [--wrong 10]

Takes ``tests`` of https://github.com/adbar/htmldate, whose ``eval_default.json`` and ``eval_mediacloud_2020.json`` have
the date of each page, told by people. Prints, for each of them and for both, how many pages there are, of how many qa
tells a date, and which share of these is right (precision), and of all pages (recall); beside htmldate itself, which
also searches the text. ``--wrong`` names so many pages whose date is another one.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from failures import in_one_line
from htmldate import find_date

from qa.corpus.formats.registry import format_of
from qa.corpus.walk import Source


class Page(NamedTuple):
    """A page, and when it was published."""

    file: Path
    url: str
    date: str


@in_one_line
def main(argv: Sequence[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folder", type=Path, help="tests of htmldate")
    parser.add_argument(
        "--wrong", type=int, default=0, metavar="N", help="name so many pages whose date is another one"
    )
    arguments = parser.parse_args(argv)
    sets = {file.stem: pages_of(arguments.folder, file) for file in sorted(arguments.folder.glob("eval_*.json"))}
    sets["both"] = [page for pages in sets.values() for page in pages]
    print(f"{'pages':<22}{'reader':<12}{'number':>7}{'dated':>7}{'right':>7}{'precision':>11}{'recall':>8}")
    for reader, date_of in READERS.items():
        dates = {page.file: date_of(page) for page in sets["both"]}
        for name, pages in sets.items():
            dated = [page for page in pages if dates[page.file]]
            right = sum(dates[page.file] == page.date for page in dated)
            shares = f"{right / (len(dated) or 1):>11.3f}{right / len(pages):>8.3f}"
            print(f"{name:<22}{reader:<12}{len(pages):>7}{len(dated):>7}{right:>7}{shares}", flush=True)
        wrong = [page for page in sets["both"] if dates[page.file] not in (None, page.date)]
        for page in wrong[: arguments.wrong]:
            print(f"  {dates[page.file]} for {page.date}: {page.url} ({page.file.name})")


def pages_of(folder: Path, listed: Path) -> list[Page]:
    """The pages of a list that are there."""
    pages: list[Page] = []
    for url, item in json.loads(listed.read_text(encoding="utf-8")).items():
        places = (place / item["file"] for place in (folder / "cache", folder / "eval", folder / "test_set"))
        if file := next((place for place in places if place.exists()), None):
            pages.append(Page(file, url, item["date"]))
    return pages


def _qa(page: Page) -> str | None:
    one = format_of("page.html")
    assert one
    documents = one.read(Source(str(page.file), "page.html"), lambda _: None)
    return next((document.day for _, document in documents), None)


def _htmldate(page: Page) -> str | None:
    try:
        return find_date(page.file.read_text(encoding="utf-8", errors="replace"), original_date=True)
    except ValueError:
        return None


READERS: dict[str, Callable[[Page], str | None]] = {"qa": _qa, "htmldate": _htmldate}


if __name__ == "__main__":
    sys.exit(main())
