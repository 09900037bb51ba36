"""Gold questions and an index -> a confidence fitted to it, and a threshold with a guarantee."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from qa.answering.calibration import FittedCalibration, Guarantee, calibration_of, own_calibration, shipped
from qa.api.opening import open_index
from qa.backends.addresses import store_at
from qa.backends.base import CALIBRATION_FILE, Store
from qa.errors import ConfigError, IndexDamagedError
from qa.evaluation.calibration.certify import questions_needed, upper_bound
from qa.evaluation.calibration.choosing import TESTS, CalibrationMeasures, Choice, choose, halves, measure
from qa.evaluation.evaluate import evaluate
from qa.evaluation.gold import Gold, GoldQuestion
from qa.evaluation.report import Report
from qa.models.base import Encoder
from qa.types import IndexInfo, OnProgress

CALIBRATION_REPORT_SCHEMA = "qa/calibration-report/1"

#: What was in force before: the index's own calibration, the shipped one, or one of its own that cannot be used.
Former: TypeAlias = Literal["index", "shipped", "unusable"]

#: What ``error`` and ``level`` may be.
LOWEST, HIGHEST = 0.001, 0.999


@dataclass(frozen=True, slots=True)
class CalibrationReport:
    """What ``calibrate`` did. ``guarantee`` and ``after`` are None where no threshold could be certified: then nothing
    was written.

    ``former`` is what was in force, and the calibration that ``before`` measures: ``index`` (its own), ``shipped``, or
    ``unusable`` (a damaged one of its own, or of another model; then ``before`` is of the shipped one). ``judged`` is
    ``quote``, or ``document`` where a first citation counts as right by its document alone. ``fitting`` and
    ``certifying`` are numbers of questions, ``unanswerable`` those of both that have no answer. ``file`` is what the
    index's own calibration is called in messages.
    """

    gold: str
    left_out: int
    judged: str
    index: IndexInfo
    error: float
    level: float
    fitting: int
    certifying: int
    unanswerable: int
    former: Former
    former_threshold: float
    choice: Choice
    guarantee: Guarantee | None
    before: CalibrationMeasures
    after: CalibrationMeasures | None
    file: str

    @property
    def most_answered(self) -> int:
        """How many of the certifying questions the lowest threshold answers."""
        return max((candidate.answered for candidate in self.choice.candidates), default=0)

    @property
    def least_bound(self) -> float:
        """The lowest bound of the error that these questions could give, without a single mistake."""
        return upper_bound(0, self.most_answered, (1 - self.level) / TESTS)

    @property
    def answered_needed(self) -> int:
        """How many questions have to be answered, all of them right, to certify the ``error``."""
        return questions_needed(self.error, self.level, TESTS)

    def to_dict(self) -> dict[str, Any]:
        """The report as the JSON interface shows it; numbers are not rounded."""
        values = asdict(self)
        del values["file"]
        values["choice"]["candidates"] = [candidate._asdict() for candidate in self.choice.candidates]
        values["choice"]["certified"] = self.choice.certified and self.choice.certified._asdict()
        return {"schema": CALIBRATION_REPORT_SCHEMA, **values}


def calibrate(
    index: Path | str,
    gold: Gold | Path | str | Sequence[GoldQuestion],
    error: float = 0.1,
    level: float = 0.95,
    on_progress: OnProgress = lambda *_: None,
    *,
    encoder: Encoder | None = None,
) -> CalibrationReport:
    """Fits the confidence to the index in the folder, or at the address, ``index``, and certifies a threshold for an
    ``error`` rate.

    ``gold`` is as for ``qa.evaluate``. Where a threshold is certified, the index gets a calibration of its own,
    which is in force for whoever opens the index from then on. With a probability of at least ``level`` over the
    drawing of the certifying questions, at most ``error`` of the answered questions like these have a wrong first
    citation. ``encoder`` is the caller's own that the index was built with. Raises ConfigError for an ``error`` or
    ``level`` not between 0 and 1, UsageError for broken gold, and what opening an index raises, but for a
    calibration of its own that cannot be used: that is replaced.
    """
    for name, value in (("error", error), ("level", level)):
        if not isinstance(value, int | float) or not LOWEST <= value <= HIGHEST:
            raise ConfigError(f"{name} is {value!r}", f"use a value from {LOWEST} to {HIGHEST}")
    store = store_at(index)
    # An own calibration may be unusable, and evidence does not depend on it.
    with open_index(index, calibration=shipped().calibration, encoder=encoder) as opened:
        measured = evaluate(opened, gold, 1, on_progress)
    report = _report(measured, *_in_force(store, measured.index.embedder), error, level, calibration_of(store))
    if report.guarantee:
        fitted = FittedCalibration(report.choice.calibration, _provenance(report, report.guarantee))
        store.write_text(CALIBRATION_FILE, fitted.to_json())
    return report


def _in_force(store: Store[Any], embedder: str) -> tuple[Former, FittedCalibration]:
    try:
        own = own_calibration(store, embedder)
    except (ConfigError, IndexDamagedError):
        return "unusable", shipped()
    return ("index", own) if own else ("shipped", shipped())


def _report(
    measured: Report, former: Former, in_force: FittedCalibration, error: float, level: float, file: str
) -> CalibrationReport:
    fitting, certifying = halves(measured.rows)
    choice = choose(fitting, certifying, shipped().calibration, error, level)
    certified = choice.certified
    guarantee = certified and Guarantee(
        error, level, len(certifying), certified.answered, certified.wrong, certified.bound
    )
    by_quotes = all("quote@1" in row.measures for row in measured.rows if row.answerable)
    return CalibrationReport(
        gold=measured.gold,
        left_out=measured.left_out,
        judged="quote" if by_quotes else "document",
        index=measured.index,
        error=error,
        level=level,
        fitting=len(fitting),
        certifying=len(certifying),
        unanswerable=sum(not row.answerable for row in measured.rows),
        former=former,
        former_threshold=in_force.calibration.threshold,
        choice=choice,
        guarantee=guarantee,
        before=measure(in_force.calibration, certifying),
        after=measure(choice.calibration, certifying) if guarantee else None,
        file=file,
    )


def _provenance(report: CalibrationReport, guarantee: Guarantee) -> dict[str, Any]:
    return {
        "gold": report.gold,
        "judged": report.judged,
        "fitting": report.fitting,
        "certifying": report.certifying,
        "embedder": report.index.embedder,
        "generation": report.index.generation,
        "refitted": report.choice.refitted,
        "guarantee": asdict(guarantee),
    }
