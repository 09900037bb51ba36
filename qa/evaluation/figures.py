"""Rows of a report -> its figures, each with its interval."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from qa.evaluation.bootstrap import Floats, interval
from qa.evaluation.confidence_measures import Flags, aurc, auroc, expected_calibration_error
from qa.evaluation.report import AURC, AUROC, ECE, MEASURES, Figure, Row
from qa.types import IntArray


@dataclass(frozen=True, slots=True, eq=False)
class Verdicts:
    """The columns of ``n`` rows that abstention is measured by, each of shape ``(n,)``."""

    confidences: Floats
    correct: Flags
    answerable: Flags
    answered: Flags

    @classmethod
    def of(cls, rows: Sequence[Row]) -> Verdicts:
        """The columns of the rows."""
        return cls(
            np.array([row.confidence for row in rows]),
            np.array([row.correct for row in rows]),
            np.array([row.answerable for row in rows]),
            np.array([row.answered for row in rows]),
        )


def mean_figures(rows: Iterable[Row]) -> dict[str, Figure]:
    """The mean of each measure over the questions that have it."""
    measured = [row.measures for row in rows]
    columns = {name: np.array([values[name] for values in measured if name in values]) for name in MEASURES}
    figures = {name: _figure(_mean_of(values), len(values)) for name, values in columns.items() if len(values)}
    return {name: figure for name, figure in figures.items() if figure}


def confidence_figures(verdicts: Verdicts) -> dict[str, Figure]:
    """AUROC over answerable and other questions, where there are both; AURC and ECE against ``correct``."""
    v, n = verdicts, len(verdicts.confidences)
    figures = {
        AUROC: _figure(lambda chosen: auroc(v.confidences[chosen], v.answerable[chosen]), n),
        AURC: _figure(lambda chosen: aurc(v.confidences[chosen], v.correct[chosen]), n),
        ECE: _figure(lambda chosen: expected_calibration_error(v.confidences[chosen], v.correct[chosen]), n),
    }
    return {name: figure for name, figure in figures.items() if figure}


def _mean_of(values: Floats) -> Callable[[IntArray], float]:
    return lambda chosen: float(values[chosen].mean())


def _figure(statistic: Callable[[IntArray], float | None], n: int) -> Figure | None:
    """The figure over all ``n`` questions, or None where it is not defined."""
    value = statistic(np.arange(n))
    within = None if value is None else interval(statistic, n)
    return None if value is None or within is None else Figure(value, *within, n)
