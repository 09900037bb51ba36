"""Whether the confidence knows when to answer.

Each function takes the confidences ``float64 (n,)`` in [0, 1] of ``n`` questions, and what was true of them.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.evaluation.bootstrap import Floats

Flags = NDArray[np.bool_]

#: Equal-width bins of the calibration error.
BINS = 10


class Confusion(NamedTuple):
    """Questions counted by whether they can be answered and whether they were."""

    answerable_answered: int
    answerable_abstained: int
    unanswerable_answered: int
    unanswerable_abstained: int


class RiskPoint(NamedTuple):
    """Answering from ``confidence`` on answers the share ``coverage`` of all questions, ``risk`` of them wrongly."""

    confidence: float
    coverage: float
    risk: float


def confusion(answerable: Flags, answered: Flags) -> Confusion:
    """The four counts."""
    return Confusion(
        int((answerable & answered).sum()),
        int((answerable & ~answered).sum()),
        int((~answerable & answered).sum()),
        int((~answerable & ~answered).sum()),
    )


def auroc(confidences: Floats, answerable: Flags) -> float | None:
    """The probability that an answerable question has the higher confidence of a pair with one that is not; ties half.

    (R - p (p + 1) / 2) / (p q), where p questions are answerable, q are not, and R is the sum of the ranks of the
    former, ties ranked in their middle (Hanley & McNeil, Radiology 143, 1982). None without both.
    """
    positive, negative = int(answerable.sum()), int((~answerable).sum())
    if not positive or not negative:
        return None
    _, place, counts = np.unique(confidences, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]
    return float((ranks[answerable].sum() - positive * (positive + 1) / 2) / (positive * negative))


def risk_coverage(confidences: Floats, correct: Flags) -> list[RiskPoint]:
    """The risk-coverage curve, most confident first (El-Yaniv & Wiener, JMLR 11, 2010).

    One point a distinct confidence: no threshold parts questions with the same.
    """
    rows = zip(*_curve(confidences, correct), strict=True)
    return [RiskPoint(float(level), float(coverage), float(risk)) for level, coverage, risk in rows]


def aurc(confidences: Floats, correct: Flags) -> float:
    """The area under the risk-coverage curve, 0 best: the risk averaged over all coverages (Geifman, Uziel & El-Yaniv,
    "Bias-Reduced Uncertainty Estimation for Deep Neural Classifiers", ICLR 2019)."""
    _, coverage, risk = _curve(confidences, correct)
    return float(np.diff(coverage, prepend=0.0) @ risk)


def _curve(confidences: Floats, correct: Flags) -> tuple[Floats, Floats, Floats]:
    """The distinct confidences, highest first, with the coverage and the risk of answering from each on."""
    levels, place, counts = np.unique(confidences, return_inverse=True, return_counts=True)
    answered = np.cumsum(counts[::-1])
    wrong = np.cumsum(np.bincount(place, weights=~correct, minlength=len(levels))[::-1])
    return levels[::-1], answered / len(confidences), wrong / answered


def expected_calibration_error(confidences: Floats, correct: Flags) -> float:
    """The mean distance of a bin's confidence from its share of correct answers, weighted by size, 0 best.

    ``BINS`` equal bins, ((m - 1) / BINS, m / BINS], 0 in the first (Guo et al., "On Calibration of Modern Neural
    Networks", ICML 2017, equation 3).
    """
    bins = np.digitize(confidences, np.arange(1, BINS) / BINS, right=True)
    gaps = np.bincount(bins, weights=confidences - correct, minlength=BINS)
    return float(np.abs(gaps).sum() / len(confidences))
