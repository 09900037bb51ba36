"""From which confidence on to answer, so that at most a wanted share of the answers is wrong: with a guarantee.

The risk of a threshold is the share of wrong first citations among the questions that it answers (selective risk:
Geifman & El-Yaniv, "Selective Classification for Deep Neural Networks", NeurIPS 2017). Thresholds are fixed before the
certifying questions are looked at; each one's risk is bounded from these by the exact binomial bound (Clopper &
Pearson, Biometrika 26, 1934), at a level that makes all bounds hold at once (Bonferroni). So any threshold may be taken
whose bound is low enough: Learn then Test (Angelopoulos et al., arXiv:2110.01052).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from qa.evaluation.bootstrap import Floats
from qa.evaluation.confidence_measures import Flags

#: The shares of the fitting questions that the candidate thresholds answer.
COVERAGES = tuple(tenth / 10 for tenth in range(1, 11))


class ThresholdRisk(NamedTuple):
    """A threshold, how many certifying questions it answers, how many of those wrongly, and the upper bound of its risk
    in [0, 1]."""

    threshold: float
    answered: int
    wrong: int
    bound: float


def candidate_thresholds(confidences: Floats) -> tuple[float, ...]:
    """For each of ``COVERAGES`` the highest confidence that at least this share of ``confidences`` ``(n,)`` reaches;
    none where ``n`` is 0."""
    highest_first = np.sort(confidences)[::-1]
    n = len(highest_first)
    return tuple(float(highest_first[math.ceil(round(share * n, 9)) - 1]) for share in COVERAGES) if n else ()


def certify(
    confidences: Floats, correct: Flags, thresholds: Sequence[float], level: float, tests: int
) -> tuple[ThresholdRisk, ...]:
    """Each threshold with its bound, over the certifying questions ``(n,)`` that can be answered at all.

    With a probability of at least ``level`` no bound is below its threshold's true risk, where ``tests`` is the number
    of bounds to choose from: these, and any others that the same questions decide between.
    """

    def measured(threshold: float) -> ThresholdRisk:
        answered = confidences >= threshold
        n, wrong = int(answered.sum()), int((answered & ~correct).sum())
        return ThresholdRisk(threshold, n, wrong, upper_bound(wrong, n, (1 - level) / tests))

    return tuple(map(measured, thresholds))


def upper_bound(wrong: int, answered: int, alpha: float) -> float:
    """The one-sided Clopper-Pearson bound: the risk at which ``wrong`` or fewer of ``answered`` would come with the
    probability ``alpha``; 1 where all are wrong or there are none. A true risk is above it with probability ``alpha``
    at most."""
    if wrong == answered:
        return 1.0
    from scipy.special import betainccinv

    return float(betainccinv(wrong + 1, answered - wrong, alpha))


def best(candidates: Sequence[ThresholdRisk], error: float) -> ThresholdRisk | None:
    """Of the candidates with a bound of at most ``error`` the one that answers the most; of those that answer as many,
    the highest threshold. None where there are none."""
    certified = [candidate for candidate in candidates if candidate.bound <= error]
    return max(certified, key=lambda c: (c.answered, c.threshold), default=None)


def questions_needed(error: float, level: float, tests: int) -> int:
    """The fewest answered questions, all of them right, whose bound is at most ``error``: the least n with
    ((1 - level) / tests) ** (1 / n) >= 1 - error."""
    exact = math.log((1 - level) / tests) / math.log1p(-error)
    return math.ceil(round(exact, 9))
