"""How well the main text of web pages is found, on public evaluation pages, beside trafilatura alone in the same run.

    python benchmarks/html_text.py TRAFILATURA/tests [ARTICLE_EXTRACTION_BENCHMARK ...] [--worst 10]

Takes folders of either kind:

* ``tests`` of https://github.com/adbar/trafilatura, whose ``evaldata.json`` says of each page which pieces belong to
  its text and which do not: F1 is over all pieces, as its ``evaluate.py`` counts them.
* https://github.com/scrapinghub/article-extraction-benchmark, whose ``ground-truth.json`` has each article's text: F1
  is of shingles of four words, precision and recall averaged over the pages, as its ``evaluate.py`` has them.

Prints a line for each reader, and with ``--worst`` the pages on which qa is behind trafilatura the most. A page of
which nothing is read counts as empty.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import trafilatura
from failures import in_one_line

from qa.corpus.formats import html
from qa.corpus.problem import UnreadableError

SHINGLE = 4


class Counts(NamedTuple):
    """True positives, false positives and false negatives."""

    found: float
    wrong: float
    missed: float

    @property
    def f1(self) -> float:
        """Of this page alone; 1 where there is nothing to find."""
        return 2 * self.found / (2 * self.found + self.wrong + self.missed) if any(self) else 1.0


class Page(NamedTuple):
    """A page, and what counts a reader's text of it."""

    name: str
    data: bytes
    counted: Callable[[str], Counts]


@in_one_line
def main(argv: Sequence[str] | None = None) -> None:
    """Prints a table for each folder."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("folders", type=Path, nargs="+", help="folders of evaluation pages")
    parser.add_argument(
        "--worst", type=int, default=0, metavar="N", help="name so many pages that trafilatura has better"
    )
    arguments = parser.parse_args(argv)
    for folder in arguments.folders:
        is_pieces = (folder / "evaldata.json").exists()
        pages = list(pieces_pages(folder) if is_pieces else article_pages(folder))
        print(f"{folder}: {len(pages)} pages\n{'reader':<22}{'precision':>10}{'recall':>8}{'F1':>7}")
        counts = {name: [page.counted(read(page.data)) for page in pages] for name, read in READERS.items()}
        for name, several in counts.items():
            precision, recall = (summed if is_pieces else averaged)(several)
            f1 = 2 * precision * recall / (precision + recall)
            print(f"{name:<22}{precision:>10.3f}{recall:>8.3f}{f1:>7.3f}", flush=True)
        behind = [
            (alone.f1 - ours.f1, page.name) for page, ours, alone in zip(pages, *list(counts.values())[:2], strict=True)
        ]
        for difference, name in sorted(behind, reverse=True)[: arguments.worst]:
            print(f"  {-difference:+.3f} {name}")


def summed(counts: Sequence[Counts]) -> tuple[float, float]:
    """Precision and recall over all pages together."""
    found, wrong, missed = (sum(one) for one in zip(*counts, strict=True))
    return found / (found + wrong), found / (found + missed)


def averaged(counts: Sequence[Counts]) -> tuple[float, float]:
    """The means of the pages' precisions and recalls, each where it is defined."""
    precisions = [one.found / (one.found + one.wrong) for one in counts if one.found + one.wrong]
    recalls = [one.found / (one.found + one.missed) for one in counts if one.found + one.missed]
    return sum(precisions) / len(precisions), sum(recalls) / len(recalls)


def pieces_pages(folder: Path) -> Iterator[Page]:
    """The pages of trafilatura's evaluation that are there."""
    for url, item in sorted(json.loads((folder / "evaldata.json").read_text(encoding="utf-8")).items()):
        files = [folder / kind / item["file"] for kind in ("cache", "eval")]
        if file := next((file for file in files if file.exists()), None):
            yield Page(url, file.read_bytes(), _counts_pieces(item["with"], item["without"]))


def _counts_pieces(belong: Sequence[str], others: Sequence[str]) -> Callable[[str], Counts]:
    def counted(text: str) -> Counts:
        line = _one_line(text)
        found = sum(_one_line(piece) in line for piece in belong)
        return Counts(found, sum(_one_line(piece) in line for piece in others), len(belong) - found)

    return counted


def article_pages(folder: Path) -> Iterator[Page]:
    """The pages of the article extraction benchmark that are there."""
    for name, item in json.loads((folder / "ground-truth.json").read_text(encoding="utf-8")).items():
        file = folder / "html" / f"{name}.html.gz"
        if file.exists():
            yield Page(item.get("url", name), gzip.decompress(file.read_bytes()), _counts_shingles(item["articleBody"]))


def _counts_shingles(article: str) -> Callable[[str], Counts]:
    def counted(text: str) -> Counts:
        true, read = _shingles(article), _shingles(text)
        found = sum((true & read).values())
        total = sum((true | read).values()) or 1
        return Counts(found / total, sum((read - true).values()) / total, sum((true - read).values()) / total)

    return counted


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = re.findall(r"\w+", text)
    size = min(SHINGLE, len(words)) or 1
    return Counter(tuple(words[start : start + size]) for start in range(len(words) - size + 1))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _qa(data: bytes) -> str:
    try:
        return html.extract(data).text
    except UnreadableError:
        return ""


def _trafilatura(data: bytes, **options: Any) -> str:
    return trafilatura.extract(data, include_comments=False, include_tables=True, **options) or ""


#: The first is compared with the second.
READERS: dict[str, Callable[[bytes], str]] = {
    "qa": _qa,
    "trafilatura": _trafilatura,
    "trafilatura, fast": lambda data: _trafilatura(data, fast=True),
    "trafilatura, recall": lambda data: _trafilatura(data, favor_recall=True),
}


if __name__ == "__main__":
    sys.exit(main())
