"""FAISS structures against each other: which keeps the order of exact search, with and without a filter, at which cost.

    python benchmarks/vectors.py --size 100000

Vectors are made up: clustered, and as long as all-MiniLM-L6-v2's (speed_synthetic.py). A filter passes 2 % of them.
Prints a Markdown table; one thread.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from statistics import median
from typing import Any

import faiss
import numpy as np
from machine import commit, machine
from speed_synthetic import CENTRES, SEED, clustered

#: FAISS's names, as its index_factory takes them, with what the rows are called.
STRUCTURES = {
    "Flat": "flat, 32 bits",
    "SQfp16": "flat, 16 bits (used)",
    "SQ8": "flat, 8 bits",
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
    print(f"| structure | recall@{DEPTH} | recall@{DEPTH}, filtered | p50 | p50, filtered | bytes a vector |")
    print("|---|---|---|---|---|---|")
    exact = [_nearest(vectors, questions, flags) for flags in (None, passing)]
    for factory, name in STRUCTURES.items():
        index = faiss.index_factory(DIMENSION, factory, faiss.METRIC_INNER_PRODUCT)
        index.train(vectors)
        index.add(vectors)
        plain, filtered = (
            _measure(index, questions, flags, best) for flags, best in zip((None, passing), exact, strict=True)
        )
        stored = len(faiss.serialize_index(index)) / size
        cells = (
            f"{plain[0]:.3f}",
            f"{filtered[0]:.3f}",
            f"{plain[1]:.2f} ms",
            f"{filtered[1]:.2f} ms",
            f"{stored:,.0f}",
        )
        print(f"| {name} | {' | '.join(cells)} |", flush=True)


def _nearest(vectors: Any, questions: Any, passing: Any) -> list[set[int]]:
    """The nearest of the vectors to each question, by comparing all that pass."""
    places = np.arange(len(vectors)) if passing is None else np.flatnonzero(passing)
    scores = questions @ vectors[places].T
    return [set(places[np.argpartition(-row, DEPTH)[:DEPTH]].tolist()) for row in scores]


def _measure(index: Any, questions: Any, passing: Any, exact: Sequence[set[int]]) -> tuple[float, float]:
    """The share of the nearest that are found, and the median milliseconds of a question."""
    selector = None if passing is None else faiss.IDSelectorBitmap(np.packbits(passing, bitorder="little"))
    found, times = 0, []
    for question, best in zip(questions, exact, strict=True):
        began = time.perf_counter()
        _, numbers = index.search(question[np.newaxis], DEPTH, params=_parameters(index, selector))
        times.append(1000 * (time.perf_counter() - began))
        found += len(best & set(numbers[0].tolist()))
    return found / (len(exact) * DEPTH), median(times)


def _parameters(index: Any, selector: Any) -> Any:
    if isinstance(index, faiss.IndexIVF):
        return faiss.SearchParametersIVF(sel=selector, nprobe=NPROBE)
    if isinstance(index, faiss.IndexHNSW):
        return faiss.SearchParametersHNSW(sel=selector, efSearch=EF)
    return faiss.SearchParameters(sel=selector)


if __name__ == "__main__":
    main()
