"""A passage -> the sentence, or the two adjoining ones, that answer best.

A sentence's score is its cosine with the question plus the share of the question's informative terms that it holds.
Two sentences are quoted together only where they are clearly better than either alone: what the one lacks, the other
has to bring.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from qa.types import FloatArray

#: Weight of term coverage against the cosine.
COVERAGE_WEIGHT = 0.3

#: By how much a pair has to beat the best single sentence.
PAIR_MARGIN = 0.1


def best_sentences(
    question: FloatArray, vectors: FloatArray, terms: Sequence[frozenset[str]], weights: Mapping[str, float]
) -> tuple[int, int]:
    """The sentences ``[first, last)`` to quote, one or two of them.

    ``question`` is a unit vector ``(dimension,)``, ``vectors`` the sentences' ``(n, dimension)`` with n >= 1, ``terms``
    the index terms of each sentence, and ``weights`` the informativeness of each term of the question.
    """
    windows = [(i, i + 1) for i in range(len(terms))] + [(i, i + 2) for i in range(len(terms) - 1)]
    scores = [_score(question, vectors[a:b], terms[a:b], weights) - (b - a - 1) * PAIR_MARGIN for a, b in windows]
    return windows[int(np.argmax(scores))]


def coverage(terms: frozenset[str], weights: Mapping[str, float]) -> float:
    """The share, by weight, of the question's terms that are among ``terms``: 0 to 1, and 0 for no terms at all."""
    total = sum(weights.values())
    return sum(weight for term, weight in weights.items() if term in terms) / total if total else 0.0


def _score(
    question: FloatArray, vectors: FloatArray, terms: Sequence[frozenset[str]], weights: Mapping[str, float]
) -> float:
    mean = vectors.sum(axis=0)
    length = float(np.linalg.norm(mean))
    cosine = float(mean @ question) / length if length else 0.0
    return cosine + COVERAGE_WEIGHT * coverage(frozenset().union(*terms), weights)
