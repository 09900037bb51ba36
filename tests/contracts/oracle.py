"""What a backend has to answer, computed the slow and obvious way from the documents that were written."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qa.backends.base import EncodedDocument
from qa.types import Chunk, Document, Filter, FloatArray

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
    """Whether the document passes the filter, as the documentation of Filter has it."""
    if within.since and not (document.date and document.date >= within.since):
        return False
    if within.until and not (document.date and document.date <= within.until):
        return False
    return not within.source or (document.source is not None and within.source.lower() in document.source.lower())


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
