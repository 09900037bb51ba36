"""BM25 on disk: for each term, the passages that hold it and how often.

Each segment of an index has its own postings, and the statistics that BM25 needs are added up over all of them when a
question is asked. So a score depends on what the index holds and not on how it came to hold it: passages that were
removed count in nothing, although their postings stay until their segment is written anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from xxhash import xxh3_64_intdigest

from qa.backends.local.blocks import BlockReader, BlockWriter
from qa.config import BM25_B, BM25_K1
from qa.types import BoolArray, FloatArray, IntArray

if TYPE_CHECKING:
    from numpy.typing import NDArray

TERMS_FILE, POSTINGS_FILE, LENGTHS_FILE = "terms.u64", "postings.bin", "lengths.u32"


_PASSAGE, _COUNT = np.dtype("<u4"), np.dtype("<u2")


class Postings(NamedTuple):
    """Passages of a segment by number, ascending, and how often each holds a term."""

    passages: NDArray[np.uint32]
    counts: NDArray[np.uint16]


_NONE = Postings(np.empty(0, dtype=_PASSAGE), np.empty(0, dtype=_COUNT))


class PostingsWriter:
    """Gathers the postings of one segment, whose passages are added in the order of their numbers.

    Memory grows with the segment: 14 bytes for each different term of each passage.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._terms: list[NDArray[np.uint64]] = []
        self._passages: list[NDArray[np.uint32]] = []
        self._counts: list[NDArray[np.uint16]] = []
        self._lengths: list[NDArray[np.uint32]] = []
        self._size = 0

    def add(self, terms: Sequence[str], beside: Iterable[str] = (), stems: Sequence[str] = ()) -> None:
        """Adds a passage. It holds the terms ``beside`` no time at all: they count in no score and no length, but which
        passages have them can be looked up. Its ``stems`` count in scores, and in no length."""
        counts = {**Counter(terms), **Counter(stems), **dict.fromkeys(beside, 0)}
        self._terms.append(np.fromiter(map(key, counts), dtype="<u8", count=len(counts)))
        self._passages.append(np.full(len(counts), self._size, dtype=_PASSAGE))
        most = np.iinfo(_COUNT).max
        self._counts.append(np.fromiter((min(n, most) for n in counts.values()), dtype=_COUNT, count=len(counts)))
        self._lengths.append(np.array([len(terms)], dtype="<u4"))
        self._size += 1

    def take(self, other: PostingsReader, live: BoolArray) -> None:
        """Adds the passages of another segment that ``live`` marks, in their order."""
        terms, postings = other.all()
        inside = live[postings.passages]
        places = (np.cumsum(live) - 1 + self._size).astype(_PASSAGE)
        self._terms.append(terms[inside])
        self._passages.append(places[postings.passages[inside]])
        self._counts.append(postings.counts[inside])
        self._lengths.append(other.lengths[live])
        self._size += int(live.sum())

    def close(self) -> None:
        """Writes the files."""
        terms = np.concatenate([np.empty(0, dtype="<u8"), *self._terms])
        passages = np.concatenate([np.empty(0, dtype=_PASSAGE), *self._passages])
        counts = np.concatenate([np.empty(0, dtype=_COUNT), *self._counts])
        order = np.lexsort((passages, terms))
        terms, passages, counts = terms[order], passages[order], counts[order]
        keys, starts = np.unique(terms, return_index=True)
        bounds = np.append(starts, len(terms)).astype("<u8")
        (self._folder / TERMS_FILE).write_bytes(keys.tobytes() + bounds.tobytes())
        lengths = np.concatenate([np.empty(0, dtype="<u4"), *self._lengths])
        (self._folder / LENGTHS_FILE).write_bytes(lengths.tobytes())
        writer = BlockWriter(self._folder / POSTINGS_FILE)
        writer.write(passages.tobytes())
        writer.write(counts.tobytes())
        writer.close()


class PostingsReader:
    """The postings of one segment. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        table = np.frombuffer((folder / TERMS_FILE).read_bytes(), dtype="<u8")
        self._keys, self._bounds = table[: len(table) // 2], table[len(table) // 2 :].view("<i8")
        #: How many terms each passage has, repetitions included and stems not.
        self.lengths: NDArray[np.uint32] = np.frombuffer((folder / LENGTHS_FILE).read_bytes(), dtype="<u4")
        self._blocks = BlockReader(folder / POSTINGS_FILE)

    def frequencies(self, keys: NDArray[np.uint64]) -> IntArray:
        """In how many passages the term of each key occurs."""
        places = np.searchsorted(self._keys, keys)
        frequencies = np.zeros(len(keys), dtype=np.int64)
        (inside,) = np.nonzero(places < len(self._keys))
        (same,) = np.nonzero(self._keys[places[inside]] == keys[inside])
        places, inside = places[inside][same], inside[same]
        frequencies[inside] = self._bounds[places + 1] - self._bounds[places]
        return frequencies

    def read(self, term: str) -> Postings:
        """The passages that hold the term. Raises IndexDamagedError."""
        first, last = self._bounds_of(term)
        return self._between(first, last)

    def all(self) -> tuple[NDArray[np.uint64], Postings]:
        """Every posting, and beside it the key of its term. Raises IndexDamagedError."""
        return np.repeat(self._keys, np.diff(self._bounds)), self._between(0, int(self._bounds[-1]))

    def keys_of_all(self) -> list[list[int]]:
        """The keys of each passage's terms, each as often as the passage holds it. Raises IndexDamagedError."""
        terms, (passages, counts) = self.all()
        order = np.argsort(passages, kind="stable")
        totals = np.bincount(passages, weights=counts, minlength=len(self.lengths)).astype(np.int64)
        keys = np.repeat(terms[order], counts[order]).tolist()
        ends = np.cumsum(totals).tolist()
        return [keys[end - count : end] for end, count in zip(ends, totals.tolist(), strict=True)]

    def close(self) -> None:
        """Closes the files."""
        self._blocks.close()

    def _bounds_of(self, term: str) -> tuple[int, int]:
        term_key = np.uint64(key(term))
        place = int(np.searchsorted(self._keys, term_key))
        if place == len(self._keys) or self._keys[place] != term_key:
            return 0, 0
        return int(self._bounds[place]), int(self._bounds[place + 1])

    def _between(self, first: int, last: int) -> Postings:
        if first == last:
            return _NONE
        # All passages stand first in the file, then all counts.
        middle = int(self._bounds[-1]) * _PASSAGE.itemsize
        passages = self._blocks.read(first * _PASSAGE.itemsize, (last - first) * _PASSAGE.itemsize)
        counts = self._blocks.read(middle + first * _COUNT.itemsize, (last - first) * _COUNT.itemsize)
        return Postings(np.frombuffer(passages, dtype=_PASSAGE), np.frombuffer(counts, dtype=_COUNT))


def key(term: str) -> int:
    """What stands for a term on disk: its XXH3-64. Among a million terms, that two share one is a chance of 1 in 37
    million (the birthday bound, n² / 2⁶⁵)."""
    return xxh3_64_intdigest(term.encode("utf-8", "surrogatepass"))


def saturation(counts: NDArray[np.uint16], norms: FloatArray) -> FloatArray:
    """How much a term counts in each passage: f (k1 + 1) / (f + norm); ``norms`` are those of ``length_norms``."""
    weights: FloatArray = counts * np.float32(BM25_K1 + 1) / (counts + norms)
    return weights


def length_norms(lengths: NDArray[np.uint32], mean: float) -> FloatArray:
    """k1 (1 - b + b l / mean l) for passages of ``lengths`` terms."""
    return (BM25_K1 * (1 - BM25_B + BM25_B * lengths / max(mean, 1))).astype(np.float32)


def scores_of(
    terms: Sequence[tuple[Postings, float]], norms: FloatArray, allowed: BoolArray | None
) -> tuple[IntArray, FloatArray]:
    """The passages of a segment with at least one of the terms, each given with its idf, and their BM25 scores."""
    scores = np.zeros(len(norms), dtype=np.float32)
    for (passages, counts), weight in terms:
        scores[passages] += np.float32(weight) * saturation(counts, norms[passages])
    if allowed is not None:
        scores[~allowed] = 0
    (numbers,) = np.nonzero(scores > 0)  # of flags, which is several times as fast as of numbers
    return numbers, scores[numbers]
