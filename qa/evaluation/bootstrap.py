"""How sure a figure is, and how sure a difference: by resampling the questions.

The percentile bootstrap (Efron & Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 13) draws as many
questions as there are, with replacement, and takes the figure of each such sample.

The paired randomisation test (Smucker, Allan & Carterette, "A Comparison of Statistical Significance Tests for
Information Retrieval Evaluation", CIKM 2007) asks how often a mean difference as large would come about if either
system were as likely to have produced either value of a question.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from qa.types import IntArray

Floats = NDArray[np.float64]

RESAMPLES = 1_000
#: Sign flips drawn: the standard error of a p-value of 0.05 is then 0.002.
FLIPS = 10_000
#: The same for every figure, so that a report is reproducible.
SEED = 13

#: Rows of signs held in memory at a time.
_BLOCK = 500


def interval(statistic: Callable[[IntArray], float | None], n: int) -> tuple[float, float] | None:
    """The 95 % interval of a figure over ``n`` questions: the 2.5th and 97.5th percentile over the resamples.

    ``statistic`` gives the figure over the questions with the numbers ``int64 (n,)``, or None where it is not defined;
    such resamples do not count. None where it is defined in none of them.
    """
    generator = np.random.default_rng(SEED)
    values = [statistic(generator.integers(0, n, n)) for _ in range(RESAMPLES)]
    defined = np.array([value for value in values if value is not None])
    if not len(defined):
        return None
    low, high = np.percentile(defined, [2.5, 97.5], method="inverted_cdf")
    return float(low), float(high)


def randomisation_test(differences: Floats) -> float:
    """The two-sided p-value of the mean of paired ``differences (n,)`` being other than 0, in (0, 1].

    The observed signs count as one of the draws, so that p is never 0. Pairs without a difference change nothing.
    """
    moved = differences[differences != 0]
    observed = abs(moved.sum())
    # Sums of the same numbers in another order differ in their last bits; they must count as equal.
    enough = observed - 1e-9 * np.abs(moved).sum()
    generator = np.random.default_rng(SEED)
    as_large = 0
    for _ in range(FLIPS // _BLOCK):
        signs = generator.integers(0, 2, (_BLOCK, len(moved)), dtype=np.int8) * 2 - 1
        as_large += int((np.abs(signs @ moved) >= enough).sum())
    return (as_large + 1) / (FLIPS + 1)
