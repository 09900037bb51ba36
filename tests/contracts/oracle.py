"""What a backend has to answer, computed the slow and obvious way from the documents that were written."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from qa.backends.base import Candidate, EncodedDocument, Searcher
from qa.backends.filters import Filter
from qa.types import Chunk, Document, FloatArray, Ranking

K1, B = 1.2, 0.75


@dataclass(frozen=True, eq=False)
class Passage:
    """A passage with all that was written of it."""

    document: Document
    chunk: Chunk
    terms: tuple[str, ...]
    vector: FloatArray
    encoded: EncodedDocument


def passages(documents: Sequence[EncodedDocument]) -> list[Passage]:
    """Every passage, by number."""
    return [
        Passage(d.document, chunk, terms, vector, d)
        for d in documents
        for chunk, terms, vector in zip(d.passages, d.terms, d.passage_vectors, strict=True)
    ]


def passes(document: Document, within: Filter) -> bool:
    """Whether the document passes the filter, as the documentation of Filters has it."""
    since, until, source, where = (within.values[name] for name in ("since", "until", "source", "where"))
    if since and not (document.day and document.day >= since):
        return False
    if until and not (document.day and document.day <= until):
        return False
    if source and plain(source) not in plain(document.source or ""):
        return False
    own = {"author": document.author, "id": document.id, "title": document.title, "language": document.language}
    fields = {**document.meta, **own}
    return all(any(plain(value) in plain(str(one)) for one in listed(fields.get(name))) for name, value in where)


def plain(text: str) -> str:
    """The text without letter case and accents."""
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))


def listed(value: object) -> list[object]:
    """The elements of a list, or the value itself, if there is one."""
    return value if isinstance(value, list) else [] if value is None else [value]


def dense(written: Sequence[Passage], vector: FloatArray, within: Filter) -> list[tuple[int, float]]:
    """All passages that pass with their cosine, best first, ties by number."""
    scores = {
        number: float(np.dot(p.vector.astype(np.float64), vector.astype(np.float64)))
        for number, p in enumerate(written)
        if passes(p.document, within)
    }
    return sorted(scores.items(), key=lambda item: (-item[1], item[0]))


def matching(written: Sequence[Passage], terms: Sequence[str], within: Filter) -> set[int]:
    """The passages that pass and hold at least one of the terms."""
    return {n for n, p in enumerate(written) if passes(p.document, within) and set(terms) & set(p.terms)}


def frequency(written: Sequence[Passage], term: str) -> int:
    """In how many passages the term occurs."""
    return sum(term in p.terms for p in written)


def lucene_idf(written: Sequence[Passage], term: str) -> float:
    """ln(1 + (N - n + 0.5) / (n + 0.5))"""
    n = frequency(written, term)
    return math.log(1 + (len(written) - n + 0.5) / (n + 0.5))


def saturation(written: Sequence[Passage], term: str, number: int, length: float | None = None) -> float:
    """f (k1 + 1) / (f + k1 (1 - b + b l / average l)) of a term in a passage; ``length`` replaces its own."""
    terms = written[number].terms
    average = sum(len(p.terms) for p in written) / len(written)
    f = terms.count(term)
    return f * (K1 + 1) / (f + K1 * (1 - B + B * (len(terms) if length is None else length) / average))


class Numbered:
    """A searcher whose passages are numbered as ``passages`` numbers them, whatever their numbers are inside."""

    def __init__(self, searcher: Searcher, documents: Sequence[EncodedDocument]) -> None:
        self._searcher = searcher
        places = {(p.document.id, p.chunk.start): number for number, p in enumerate(passages(documents))}
        every = searcher.dense(np.ones(len(documents[0].passage_vectors[0]), dtype=np.float32), len(places), Filter())
        inner = {int(c.number): places[c.identity] for c in searcher.candidates(every.numbers.tolist())}
        self._outer, self._inner = inner, {outer: number for number, outer in inner.items()}

    def lexical(self, terms: Sequence[str], depth: int, within: Filter) -> Ranking:
        return self._renumbered(self._searcher.lexical(terms, depth, within))

    def dense(self, vector: FloatArray, depth: int, within: Filter) -> Ranking:
        return self._renumbered(self._searcher.dense(vector, depth, within))

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        candidates = self._searcher.candidates([self._inner[int(number)] for number in numbers])
        return [candidate._replace(number=self._outer[candidate.number]) for candidate in candidates]

    def _renumbered(self, ranking: Ranking) -> Ranking:
        numbers = [self._outer[number] for number in ranking.numbers.tolist()]
        return Ranking(np.array(numbers, dtype=ranking.numbers.dtype), ranking.scores)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._searcher, name)
