"""Scored passages -> a Ranking, cut off and ordered so that the same content always gives the same ranking."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from qa.types import FloatArray, IntArray, Ranking

#: For passage numbers, the document id and the start of each passage: what orders passages of equal score. Numbers
#: would not do, because they tell in which order an index was written and updated.
Identify: TypeAlias = Callable[[IntArray], Sequence[tuple[str, int]]]


def best(numbers: IntArray, scores: FloatArray, depth: int) -> tuple[IntArray, FloatArray]:
    """The ``depth`` best, in no order, and all that are as good as the last of them."""
    if len(scores) <= depth:
        return numbers, scores
    is_best = scores >= np.partition(scores, len(scores) - depth)[len(scores) - depth]
    return numbers[is_best], scores[is_best]


def ranking(numbers: IntArray, scores: FloatArray, depth: int, identify: Identify) -> Ranking:
    """The ``depth`` best of passages with scores, best first, those of equal score by document id and place.

    Whatever is as good as the last one listed must be among ``numbers``.
    """
    numbers, scores = best(numbers.astype(np.int64, copy=False), scores.astype(np.float32, copy=False), depth)
    order = np.argsort(-scores, kind="stable")
    numbers, scores = numbers[order], scores[order]
    same = scores[1:] == scores[:-1]
    (tied,) = np.nonzero(np.append(same, False) | np.append(False, same))
    if len(tied):
        places = dict(zip(tied.tolist(), identify(numbers[tied]), strict=True))
        # Equals stand side by side, so that sorting all of them leaves each group where it was.
        numbers[tied] = numbers[sorted(places, key=lambda i: (-scores[i], places[i]))]
    return Ranking(np.ascontiguousarray(numbers[:depth]), np.ascontiguousarray(scores[:depth]))
