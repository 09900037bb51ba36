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


class Bin(NamedTuple):
    """The ``n`` questions with a confidence above ``low`` and up to ``high``: their mean ``confidence``, and the share
    of them that is ``correct``; both None where there are none."""

    low: float
    high: float
    n: int
    confidence: float | None
    correct: float | None


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


def reliability(confidences: Floats, correct: Flags) -> list[Bin]:
    """The ``BINS`` bins of a reliability diagram, lowest first (Guo et al., "On Calibration of Modern Neural Networks",
    ICML 2017, section 2)."""
    return [
        Bin(m / BINS, (m + 1) / BINS, int(n), float(level / n) if n else None, float(right / n) if n else None)
        for m, (n, level, right) in enumerate(_binned(confidences, correct).T)
    ]


def expected_calibration_error(confidences: Floats, correct: Flags) -> float:
    """The mean distance of a bin's confidence from its share of correct answers, weighted by size, 0 best.

    Guo et al., equation 3, over the bins of ``reliability``.
    """
    _, level, right = _binned(confidences, correct)
    return float(np.abs(level - right).sum() / len(confidences))


def _binned(confidences: Floats, correct: Flags) -> Floats:
    """Each bin's questions, the sum of their confidences, and how many are correct: ``(3, BINS)``.

    ``BINS`` equal bins, ((m - 1) / BINS, m / BINS], 0 in the first.
    """
    bins = np.digitize(confidences, np.arange(1, BINS) / BINS, right=True)
    columns = (np.ones(len(bins)), confidences, correct)
    return np.array([np.bincount(bins, weights=column, minlength=BINS) for column in columns], dtype=np.float64)
