"""Several rankings of the same passages -> one.

Min-max: each ranking's scores are scaled to [0, 1] and averaged by weight. A convex combination of this kind beats
reciprocal ranks where both are tuned, and needs little tuning (Bruch, Gai & Ingber, "An Analysis of Fusion Functions
for Hybrid Retrieval", ACM TOIS 42(1), 2023, arXiv:2210.11934).

RRF: reciprocal rank fusion, sum of weight / (60 + rank), which looks at no score (Cormack, Clarke & Büttcher,
"Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from qa.config import RRF_K, FusionMethod
from qa.types import ChannelScore, FloatArray, Ranking


def fuse(
    rankings: Mapping[str, Ranking], weights: Callable[[int], Mapping[str, float]], method: FusionMethod, depth: int
) -> list[tuple[int, float, dict[str, ChannelScore]]]:
    """Every ranked passage as ``(number, fused score, its place in each ranking)``, best first, ties by number.

    ``weights`` gives the weight of each ranking for a passage, and ``depth`` is how many passages each ranking was
    asked for: one that is shorter lists all that it could. A passage that a ranking does not list gets nothing from it.
    """
    places: dict[int, dict[str, ChannelScore]] = {}
    for channel, ranking in rankings.items():
        shares = minmax(ranking, depth) if method == "minmax" else reciprocal(ranking)
        rows = zip(ranking.numbers.tolist(), ranking.scores.tolist(), shares.tolist(), strict=True)
        for rank, (number, score, share) in enumerate(rows, start=1):
            places.setdefault(number, {})[channel] = ChannelScore(rank, score, weights(number)[channel] * share)
    fused = [(number, sum(p.weight for p in place.values()), place) for number, place in places.items()]
    return sorted(fused, key=lambda row: (-row[1], row[0]))


def minmax(ranking: Ranking, depth: int) -> FloatArray:
    """The scores scaled so that the best is 1 and the worst 0; a ranking without any spread gives 1 to all.

    Where a ranking of positive scores is shorter than ``depth``, every passage that it does not list has the score 0
    exactly (BM25 without a common term), so that 0 is the worst, not the last listed one.
    """
    if not len(ranking):
        return ranking.scores
    best, worst = ranking.scores[0], ranking.scores[-1]
    if len(ranking) < depth:
        worst = min(worst, np.float32(0))
    spread = best - worst
    if spread <= 0:
        return np.ones_like(ranking.scores)
    scaled: FloatArray = (ranking.scores - worst) / spread
    return scaled


def reciprocal(ranking: Ranking) -> FloatArray:
    """``1 / (60 + rank)`` for each rank from 1."""
    return (1 / (RRF_K + np.arange(1, len(ranking) + 1))).astype(np.float32)
