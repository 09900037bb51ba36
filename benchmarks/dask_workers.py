"""How embedding scales with the workers of a Dask cluster: texts a second with one worker of one thread, and with more.

python benchmarks/dask_workers.py --output benchmarks/dask.md

Every count of workers is measured in every round, on the same groups of made-up texts (speed_corpus.py), once its
workers are warm; the median counts. Beside them stand this process with all of its threads, and how fast it cuts
articles into passages and terms, which no worker does for it.
"""

from __future__ import annotations

import argparse
import shlex
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
from failures import in_one_line
from machine import commit, machine
from speed_corpus import article

from qa.config import DEFAULT_MODEL, IndexConfig
from qa.indexing.encode import GATHER, Indexer
from qa.models.dask.cluster import connect
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder
from qa.text.sentences import sentences
from qa.types import Document, FloatArray

#: Characters of a text that stands for a passage.
PASSAGE = 1_000

#: Articles whose texts the engine is chosen with, and that are cut.
ARTICLES = 100


class Cutting(SentenceTransformerEncoder):
    """Counts tokens as the model does, and encodes nothing."""

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        return np.zeros((len(texts), 1), dtype=np.float32)


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured, and its texts a second."""

    name: str
    rate: float


@in_one_line
def main() -> None:
    options = _options()
    groups = list(islice(_groups(), options.groups))
    texts = sum(map(len, groups))
    with ExitStack() as stack:
        exported = Path(stack.enter_context(TemporaryDirectory()))
        here = SentenceTransformerEncoder(options.model)
        here.export(exported)
        here.choose_engine(groups[0][:: len(groups[0]) // 64], exported)
        ways: dict[str, Callable[[], object]] = {
            "this process, all threads": lambda: [*map(here.encode_passages, groups)]
        }
        for count in options.workers:
            cluster = stack.enter_context(connect(f"local:{count}"))
            ways[_workers(count)] = lambda cluster=cluster: [*cluster.encode(here, groups)]
            list(cluster.encode(here, [group[:8] for group in groups[: 4 * count]]))  # loads and warms
        times: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(options.rounds):
            for name, run in ways.items():
                start = perf_counter()
                run()
                times[name].append(perf_counter() - start)
    rows = [Row(name, texts / median(seconds)) for name, seconds in times.items()]
    _write(options, rows, texts, here.engine, _cutting(options.model))


def _groups() -> Iterator[list[str]]:
    """Groups of texts as an index has them: passages, and their sentences."""
    waiting: list[str] = []
    number = 0
    while True:
        text = article(number)["text"]
        waiting += [text[start : start + PASSAGE] for start in range(0, len(text), PASSAGE)]
        waiting += [text[span.start : span.end] for span in sentences(text)]
        number += 1
        while len(waiting) >= GATHER:
            yield waiting[:GATHER]
            del waiting[:GATHER]


def _cutting(model: str) -> float:
    """Texts a second that this process cuts out of articles."""
    records = map(article, range(ARTICLES))
    documents = [Document(r["id"], r["text"], title=r["title"], sha256="0" * 64) for r in records]
    indexer = Indexer(Cutting(model), IndexConfig())
    list(indexer.encode(documents[:2]))
    before, start = indexer.encoded, perf_counter()
    list(indexer.encode(documents[2:]))
    return (indexer.encoded - before) / (perf_counter() - start)


def _write(options: argparse.Namespace, rows: Sequence[Row], texts: int, engine: str, cutting: float) -> None:
    base = next(row.rate for row in rows if row.name == _workers(1))
    about = (
        f"Machine: {machine()}. Commit: {commit()}. Model: {options.model}, engine {engine}. {texts:,} texts in "
        f"{options.groups} groups; median of {options.rounds} rounds. A local worker has one thread."
    )
    lines = [
        "# Embedding with Dask workers",
        "",
        f"`python benchmarks/dask_workers.py {shlex.join(sys.argv[1:])}`",
        "",
        about,
        "",
        "| | texts a second | of one worker |",
        "|---|---|---|",
        *(f"| {row.name} | {row.rate:,.1f} | {row.rate / base:.2f}× |" for row in rows),
        "",
        f"Cutting articles into texts and terms, in this process: {cutting:,.0f} texts a second.",
    ]
    page = "\n".join(lines) + "\n"
    print(page)
    if options.output:
        options.output.write_text(page, encoding="utf-8")


def _workers(count: int) -> str:
    return f"{count} worker{'s' if count > 1 else ''}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workers", type=int, nargs="+", default=[1, 2], help="counts of workers, 1 among them")
    parser.add_argument("--groups", type=int, default=12, help=f"groups of {GATHER} texts")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--model", default=DEFAULT_MODEL)
    parser.add_argument("--output", type=Path, help="a file for the table")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
