"""``qa calibrate``."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

import qa
from qa.cli import DEFAULT_INDEX
from qa.cli.evaluating import queries_left_out
from qa.cli.options import AsJson, IndexPlace
from qa.cli.output import complain, notice, percent
from qa.cli.progress import progress_bar
from qa.cli.tables import table
from qa.cli.wrapping import beside, wrapped
from qa.counting import count
from qa.errors import UsageError
from qa.escaping import json_text

DONE, NOT_CERTIFIED = 0, 1

#: Columns that the names of facts take.
_NAMES = 12


def calibrate(
    gold: Annotated[
        Path | None,
        typer.Argument(help="Gold questions: a JSONL file, or a folder in the BEIR layout.", metavar="GOLD"),
    ] = None,
    index: IndexPlace = str(DEFAULT_INDEX),
    error: Annotated[
        float, typer.Option(help="The share of answers that may be wrong, such as 0.1.", metavar="SHARE")
    ] = 0.1,
    level: Annotated[float, typer.Option(help="How sure that has to be, such as 0.95.", metavar="SHARE")] = 0.95,
    reset: Annotated[
        bool, typer.Option("--reset", help="Remove the index's own calibration; GOLD is not needed.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Fit the confidence to the index, and choose from which on to answer for a wanted error rate.

    One half of the questions fits, the other certifies. Where they are too few, or too many answers are wrong, nothing
    is changed and the exit code is 1.
    """
    if (gold is None) != reset:
        raise UsageError(*(("--reset takes no GOLD", "leave one out") if reset else ("GOLD is missing", "name a file")))
    if gold is None:
        return reset_calibration(index, as_json=as_json)
    questions = qa.read_gold(gold)
    with progress_bar() as (on_progress, _):
        report = qa.calibrate(index, questions, error, level, on_progress)
    for line in notes(report):
        notice(line)
    print(json_text(report.to_dict(), 2) if as_json else render(report))
    if report.guarantee:
        notice(f"{report.file} was written; qa calibrate --reset removes it")
        return DONE
    complain(failure(report))
    complain(f"nothing was written: {still_in_force(report)}")
    return NOT_CERTIFIED


def reset_calibration(index: str, *, as_json: bool) -> int:
    """Removes the index's own calibration, and says whether there was one. Raises IndexNotFoundError."""
    reset = qa.reset_calibration(index)
    if as_json:
        print(json_text(reset.to_dict(), 2))
    was = "was removed" if reset.removed else "is not there, and so nothing was removed"
    notice(f"{reset.file} {was}: the calibration that comes with qa is in force")
    return DONE


def notes(report: qa.CalibrationReport) -> Iterator[str]:
    """What limits the meaning of the figures."""
    yield from queries_left_out(report.left_out)
    if report.judged == "document":
        yield "the gold has no quotes: a first citation counts as right if its document is"
    if not report.unanswerable:
        yield "the gold has no unanswerable questions: nothing is guaranteed about answers to such"


def render(report: qa.CalibrationReport) -> str:
    """The report for people."""
    blocks = [about(report), comparison(report)]
    if report.guarantee:
        blocks.append(guaranteed(report.guarantee))
    return "\n\n".join("\n".join(block) for block in blocks)


def about(report: qa.CalibrationReport) -> list[str]:
    """What was measured, and which weights were chosen."""
    info, choice = report.index, report.choice
    losses = f"log loss {choice.refit_log_loss:.4f} fitted, {choice.shipped_log_loss:.4f} shipped"
    certifying = f"{count(report.fitting, 'question')} to fit, {report.certifying:,} to certify ({report.gold})"
    facts = {
        "gold": certifying,
        "index": f"{info.counts} ({info.generation})",
        "weights": f"{'fitted to the index' if choice.refitted else 'as shipped'} ({losses})",
    }
    return [beside(name, fact, _NAMES) for name, fact in facts.items()]


def comparison(report: qa.CalibrationReport) -> list[str]:
    """Both calibrations on the certifying questions."""
    n, threshold = report.certifying, report.choice.calibration.threshold
    cells = {"before": column(report.before, n, report.former_threshold)}
    if report.after:
        cells["after"] = column(report.after, n, threshold)
    rows = [[name, *(each[name] for each in cells.values())] for name in cells["before"]]
    return table([["certifying questions", *cells], *rows])


def column(measures: qa.CalibrationMeasures, questions: int, threshold: float) -> dict[str, str]:
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


def guaranteed(guarantee: qa.Guarantee) -> list[str]:
    """What the guarantee says and what it does not."""
    g = guarantee
    says = (
        f"guarantee: with a probability of at least {percent(g.level)} over the drawing of the certifying questions, "
        f"at most {percent(g.error)} of the answered questions like these have a wrong first citation ({g.wrong:,} of "
        f"{g.answered:,} answered ones had; upper bound {percent(g.bound)})."
    )
    not_ = "It says nothing of other kinds of questions, nor of articles that have changed since."
    return [wrapped(says, ""), wrapped(not_, "")]


def failure(report: qa.CalibrationReport) -> str:
    """Why nothing could be certified."""
    error, least, needed = report.error, report.least_bound, report.answered_needed
    if least > error:
        answers = f"answers {report.most_answered:,} of {count(report.certifying, 'certifying question')}"
        return (
            f"too few questions: the lowest threshold {answers}, which bound the error at {percent(least)} even "
            f"without a single mistake; for {percent(error)} at least {needed:,} answered ones are needed, and so "
            f"{2 * needed:,} questions or more in all"
        )
    lowest = min(report.choice.candidates, key=lambda candidate: candidate.bound)
    return (
        f"too many answers are wrong for an error of {percent(error)}: the lowest bound of a threshold is "
        f"{percent(lowest.bound)} ({lowest.wrong:,} of {lowest.answered:,} wrong); allow a higher --error, or give "
        "more questions"
    )


def still_in_force(report: qa.CalibrationReport) -> str:
    """What is in force after a failure."""
    if report.former == "shipped":
        return "the calibration that comes with qa stays in force"
    if report.former == "unusable":
        return f"{report.file} still cannot be used; qa calibrate --reset removes it"
    return "the index's own former calibration stays in force"
