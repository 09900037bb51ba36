"""``qa calibrate``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.answering.calibration import Guarantee, calibration_of, percent
from qa.backends.addresses import current_manifest, store_at
from qa.backends.base import CALIBRATION_FILE, Store
from qa.cli.indexing import progress_bar
from qa.cli.output import complain, notice
from qa.cli.wrapping import wrapped
from qa.errors import IndexDamagedError, UsageError
from qa.escaping import json_text
from qa.evaluation.calibration.calibrate import SHIPPED, UNUSABLE, CalibrationReport, calibrate
from qa.evaluation.calibration.certify import questions_needed, upper_bound
from qa.evaluation.calibration.choosing import TESTS, Measures
from qa.evaluation.reading import read_gold

DONE, NOT_CERTIFIED = 0, 1
RESET_SCHEMA = "qa/calibration-reset/1"

_NAME, _COLUMN = 24, 12


def run(gold: Path | None, index: str, error: float, level: float, *, reset: bool, as_json: bool) -> int:
    """Prints what was done, and returns the exit code. A wrong call is refused before any work."""
    store = store_at(index)
    if (gold is None) != reset:
        raise UsageError(*(("--reset takes no GOLD", "leave one out") if reset else ("GOLD is missing", "name a file")))
    if gold is None:
        return remove(store, as_json=as_json)
    questions = read_gold(gold)
    with progress_bar() as (on_progress, _):
        report = calibrate(index, questions, error, level, on_progress)
    for line in notes(report):
        notice(line)
    print(json_text(report.to_dict(), 2) if as_json else render(report))
    if report.guarantee:
        notice(f"{calibration_of(store)} was written; qa calibrate --reset removes it")
        return DONE
    complain(failure(report))
    complain(f"nothing was written: {still_in_force(report, store)}")
    return NOT_CERTIFIED


def remove(store: Store[Any], *, as_json: bool) -> int:
    """Removes the index's own calibration, and says whether there was one. Raises IndexNotFoundError."""
    removed = _has_text(store)
    if removed:
        store.write_text(CALIBRATION_FILE, None)
    else:
        current_manifest(store)
    if as_json:
        print(json_text({"schema": RESET_SCHEMA, "index": str(store), "removed": removed}, 2))
    was = "was removed" if removed else "is not there, and so nothing was removed"
    notice(f"{calibration_of(store)} {was}: the calibration that comes with qa is in force")
    return DONE


def _has_text(store: Store[Any]) -> bool:
    """Whether the index has a calibration of its own, usable or not."""
    try:
        return store.read_text(CALIBRATION_FILE) is not None
    except IndexDamagedError:
        return True


def notes(report: CalibrationReport) -> Iterator[str]:
    """What limits the meaning of the figures."""
    if report.left_out:
        yield f"{report.left_out:,} queries without a relevant document were left out"
    if report.judged == "document":
        yield "the gold has no quotes: a first citation counts as right if its document is"
    if not report.unanswerable:
        yield "the gold has no unanswerable questions: nothing is guaranteed about answers to such"


def render(report: CalibrationReport) -> str:
    """The report for people."""
    blocks = [about(report), table(report)]
    if report.guarantee:
        blocks.append(guaranteed(report.guarantee))
    return "\n\n".join("\n".join(block) for block in blocks)


def about(report: CalibrationReport) -> list[str]:
    """What was measured, and which weights were chosen."""
    info, choice = report.index, report.choice
    losses = f"log loss {choice.refit_log_loss:.4f} fitted, {choice.shipped_log_loss:.4f} shipped"
    return [
        f"gold        {report.fitting:,} questions to fit, {report.certifying:,} to certify ({report.gold})",
        f"index       {info.documents:,} documents, {info.passages:,} passages ({info.generation})",
        f"weights     {'fitted to the index' if choice.refitted else 'as shipped'} ({losses})",
    ]


def table(report: CalibrationReport) -> list[str]:
    """Both calibrations on the certifying questions."""
    n, threshold = report.certifying, report.choice.calibration.threshold
    columns = [column(report.before, n, report.former_threshold)]
    if report.after:
        columns.append(column(report.after, n, threshold))
    heads = ["before", "after"][: len(columns)]
    rows = [f"{'certifying questions':{_NAME}}" + "".join(head.rjust(_COLUMN) for head in heads)]
    return rows + [f"{name:{_NAME}}" + "".join(each[name].rjust(_COLUMN) for each in columns) for name in columns[0]]


def column(measures: Measures, questions: int, threshold: float) -> dict[str, str]:
    """The figures of a calibration by the names of the rows."""
    m = measures
    return {
        "answered": percent(m.answered / questions),
        "wrong among answered": percent(m.wrong / m.answered) if m.answered else "-",
        "AUROC (right or wrong)": "-" if m.auroc is None else f"{m.auroc:.4f}",
        "AURC": f"{m.aurc:.4f}",
        "log loss": f"{m.log_loss:.4f}",
        "calibration error": f"{m.ece:.4f}",
        "threshold": f"{threshold:.4f}",
    }


def guaranteed(guarantee: Guarantee) -> list[str]:
    """What the guarantee says and what it does not."""
    g = guarantee
    says = (
        f"guarantee: with a probability of at least {percent(g.level)} over the drawing of the certifying questions, "
        f"at most {percent(g.error)} of the answered questions like these have a wrong first citation ({g.wrong:,} of "
        f"{g.answered:,} answered ones had; upper bound {percent(g.bound)})."
    )
    not_ = "It says nothing of other kinds of questions, nor of articles that have changed since."
    return [wrapped(says, ""), wrapped(not_, "")]


def failure(report: CalibrationReport) -> str:
    """Why nothing could be certified."""
    candidates, error = report.choice.candidates, report.error
    most = max((candidate.answered for candidate in candidates), default=0)  # the lowest threshold's
    least = upper_bound(0, most, (1 - report.level) / TESTS)
    if least > error:
        needed = questions_needed(error, report.level, TESTS)
        return (
            f"too few questions: the lowest threshold answers {most:,} of {report.certifying:,} certifying questions, "
            f"which bound the error at {percent(least)} even without a single mistake; for {percent(error)} at least "
            f"{needed:,} answered ones are needed, and so {2 * needed:,} questions or more in all"
        )
    lowest = min(candidates, key=lambda candidate: candidate.bound)
    return (
        f"too many answers are wrong for an error of {percent(error)}: the lowest bound of a threshold is "
        f"{percent(lowest.bound)} ({lowest.wrong:,} of {lowest.answered:,} wrong); allow a higher --error, or give "
        "more questions"
    )


def still_in_force(report: CalibrationReport, store: Store[Any]) -> str:
    """What is in force after a failure."""
    if report.former == SHIPPED:
        return "the calibration that comes with qa stays in force"
    if report.former == UNUSABLE:
        return f"{calibration_of(store)} still cannot be used; qa calibrate --reset removes it"
    return "the index's own former calibration stays in force"
