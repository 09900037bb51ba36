"""FAISS structures and qa's search: which keeps the order of exact search, with and without a filter, at which cost.

    python benchmarks/vectors.py --size 100000

Vectors are made up: clustered, and as long as all-MiniLM-L6-v2's (speed_synthetic.py). A filter passes 2 % of them.
Prints a Markdown table, of which vectors.md is one; one thread.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import faiss
import numpy as np
from machine import commit, machine
from speed_synthetic import CENTRES, SEED, clustered

from qa.backends.base import EncodedDocument
from qa.backends.local.dense import DenseSearch
from qa.backends.local.segment import Segment, SegmentWriter
from qa.types import Chunk, Document, Span

#: FAISS's names, as its index_factory takes them, with what the rows are called.
STRUCTURES = {
    "Flat": "flat, 32 bits",
    "SQfp16": "flat, 16 bits",
    "SQ8": "flat, 8 bits",
    "RaBitQ": "flat, RaBitQ, 1 bit",
    "IVF1024,Flat": "IVF, 16 of 1,024 lists",
    "HNSW32": "HNSW, 32 links, 64 visited",
}

DIMENSION, DEPTH, QUESTIONS, PASSING = 384, 10, 100, 0.02

#: Lists that IVF looks into, and nodes that HNSW keeps.
NPROBE, EF = 16, 64


def main(argv: Sequence[str] | None = None) -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--size", type=int, default=100_000, metavar="N", help="vectors (default: %(default)s)")
    size = parser.parse_args(argv).size
    faiss.omp_set_num_threads(1)
    rng = np.random.default_rng(SEED)
    keys = rng.integers(0, 2**64, size + QUESTIONS, dtype=np.uint64)
    vectors, questions = clustered(keys[:size], DIMENSION), clustered(keys[size:], DIMENSION)
    passing = rng.random(size) < PASSING
    print(f"{size:,} vectors of {DIMENSION} values in {CENTRES:,} clusters; {machine()}; commit {commit()}\n")
    print(f"| structure | recall@{DEPTH} | recall@{DEPTH}, filtered | p50 | p50, filtered | bytes in memory |")
    print("|---|---|---|---|---|---|")
    exact = [_nearest(vectors, questions, flags) for flags in (None, passing)]
    for factory, name in STRUCTURES.items():
        index = faiss.index_factory(DIMENSION, factory, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors)
        index.add(vectors)
        measured = [
            _measure(_faiss_search(index, flags), questions, best)
            for flags, best in zip((None, passing), exact, strict=True)
        ]
        _print(name, measured, len(faiss.serialize_index(index)) / size)
    with TemporaryDirectory() as folder, closing(_segment(Path(folder), vectors)) as segment:
        search = DenseSearch([segment], map)
        measured = [
            _measure(lambda question, flags=flags: search.search(question, DEPTH, [flags])[0], questions, best)
            for flags, best in zip((None, passing), exact, strict=True)
        ]
        _print("qa: 8 bits scanned, then 16 bits compared", measured, DIMENSION)


def _print(name: str, measured: Sequence[tuple[float, float]], stored: float) -> None:
    (plain, seconds), (filtered, filtered_seconds) = measured
    print(
        f"| {name} | {plain:.3f} | {filtered:.3f} | {seconds:.2f} ms | {filtered_seconds:.2f} ms | {stored:,.0f} |",
        flush=True,
    )


def _segment(folder: Path, vectors: Any) -> Segment:
    """The vectors as an index keeps them: the passages of one document."""
    count = len(vectors)
    spans = tuple(Span(i, i + 1) for i in range(count))
    chunks = tuple(Chunk(i, i + 1, i, i + 1) for i in range(count))
    writer = SegmentWriter(folder, DIMENSION)
    writer.add(EncodedDocument(Document("a", "." * count), spans, chunks, vectors, vectors))
    writer.close()
    return Segment(folder, writer.sizes, DIMENSION, [])


def _nearest(vectors: Any, questions: Any, passing: Any) -> list[set[int]]:
    """The nearest of the vectors to each question, by comparing all that pass."""
    places = np.arange(len(vectors)) if passing is None else np.flatnonzero(passing)
    scores = questions @ vectors[places].T
    return [set(places[np.argpartition(-row, DEPTH)[:DEPTH]].tolist()) for row in scores]


def _measure(search: Callable[[Any], Any], questions: Any, exact: Sequence[set[int]]) -> tuple[float, float]:
    """The share of the nearest that are found, and the median milliseconds of a question."""
    hits, times = 0, []
    for question, best in zip(questions, exact, strict=True):
        began = time.perf_counter()
        numbers = search(question)
        times.append(1000 * (time.perf_counter() - began))
        hits += len(best & set(numbers.tolist()))
    return hits / (len(exact) * DEPTH), median(times)


def _faiss_search(index: Any, passing: Any) -> Callable[[Any], Any]:
    selector = None if passing is None else faiss.IDSelectorBitmap(np.packbits(passing, bitorder="little"))

    def search(question: Any) -> Any:
        return index.search(question[np.newaxis], DEPTH, params=_parameters(index, selector))[1][0]

    return search


def _parameters(index: Any, selector: Any) -> Any:
    if isinstance(index, faiss.IndexRaBitQ):
        return faiss.RaBitQSearchParameters(sel=selector)
    if isinstance(index, faiss.IndexIVF):
        return faiss.SearchParametersIVF(sel=selector, nprobe=NPROBE)
    if isinstance(index, faiss.IndexHNSW):
        return faiss.SearchParametersHNSW(sel=selector, efSearch=EF)
    return faiss.SearchParameters(sel=selector)


if __name__ == "__main__":
    main()
