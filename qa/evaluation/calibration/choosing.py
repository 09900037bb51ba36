"""Which weights, and from which confidence on to answer: fitted to one half of the questions, certified with the other.

Whether the fitted weights are better than the shipped ones is decided by the certifying half as well, and so the
thresholds of both count as tests.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from qa.answering.confidence import Calibration, Evidence
from qa.config import fingerprint
from qa.evaluation.bootstrap import Floats
from qa.evaluation.calibration.certify import COVERAGES, ThresholdRisk, best, candidate_thresholds, certify
from qa.evaluation.calibration.fitting import PRIOR_STRENGTH, SIGNS, columns, fit, log_loss
from qa.evaluation.confidence_measures import Flags, aurc, auroc, expected_calibration_error
from qa.evaluation.report import Row

#: Bounds that the certifying questions decide between: the thresholds of the fitted and of the shipped weights.
TESTS = 2 * len(COVERAGES)


@dataclass(frozen=True, slots=True)
class CalibrationMeasures:
    """How a calibration does on the certifying questions: how many it answers, and how many of those have a wrong first
    citation; then its confidences against whether the first citation is right, over all of them. ``auroc`` is None
    where all are right or all are wrong."""

    answered: int
    wrong: int
    auroc: float | None
    aurc: float
    log_loss: float
    ece: float


@dataclass(frozen=True, slots=True)
class Choice:
    """The weights that were chosen, and their thresholds. ``calibration`` has the certified threshold, where there is
    one; the log losses are those over the certifying questions."""

    calibration: Calibration
    refitted: bool
    refit_log_loss: float
    shipped_log_loss: float
    candidates: tuple[ThresholdRisk, ...]
    certified: ThresholdRisk | None


def choose(
    fitting: Sequence[Row], certifying: Sequence[Row], shipped: Calibration, error: float, level: float
) -> Choice:
    """Fits to the one half of the questions, and certifies with the other, at least one."""
    refit = _refit(fitting, shipped)
    right = _correct(certifying)
    losses = [log_loss(confidences(calibration, certifying), right) for calibration in (refit, shipped)]
    refitted = losses[0] < losses[1]
    chosen = refit if refitted else shipped
    thresholds = candidate_thresholds(confidences(chosen, _open(fitting)))
    answerable = _open(certifying)
    candidates = certify(confidences(chosen, answerable), _correct(answerable), thresholds, level, TESTS)
    certified = best(candidates, error)
    if certified:
        chosen = replace(chosen, threshold=certified.threshold)
    return Choice(chosen, refitted, losses[0], losses[1], candidates, certified)


def halves(rows: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """The questions to fit to and those to certify with, in the order of a hash of their ids: however the gold is
    sorted, the halves are the same. The second half has one more of an odd number."""
    shuffled = sorted(rows, key=lambda row: fingerprint(row.query_id))
    return shuffled[: len(rows) // 2], shuffled[len(rows) // 2 :]


def confidences(calibration: Calibration, rows: Sequence[Row]) -> Floats:
    """The confidence in each first citation, float64 ``(n,)``; 0 where nothing was found."""
    return np.array(
        [calibration.confidence(Evidence.of(row.evidence)) if row.evidence else 0.0 for row in rows], dtype=np.float64
    )


def measure(calibration: Calibration, rows: Sequence[Row]) -> CalibrationMeasures:
    """How a calibration does on at least one question."""
    with_evidence = _open(rows)
    answered = confidences(calibration, with_evidence) >= calibration.threshold
    scores, right = confidences(calibration, rows), _correct(rows)
    return CalibrationMeasures(
        answered=int(answered.sum()),
        wrong=int((answered & ~_correct(with_evidence)).sum()),
        auroc=auroc(scores, right),
        aurc=aurc(scores, right),
        log_loss=log_loss(scores, right),
        ece=expected_calibration_error(scores, right),
    )


def _refit(fitting: Sequence[Row], shipped: Calibration) -> Calibration:
    rows = [row for row in fitting if row.evidence]
    evidence = columns([[row.evidence[name] for name in SIGNS] for row in rows])
    bias, weights = fit(evidence, _correct(rows), shipped, PRIOR_STRENGTH)
    return Calibration(bias, weights, shipped.threshold)


def _open(rows: Sequence[Row]) -> list[Row]:
    """The questions that a high enough confidence would have answered."""
    return [row for row in rows if row.evidence and not row.evidence.get("absent")]


def _correct(rows: Sequence[Row]) -> Flags:
    return np.array([row.correct for row in rows], dtype=np.bool_)
