"""``qa eval``."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

import qa
from qa.cli import DEFAULT_INDEX
from qa.cli.evaluation_tables import about, abstention, differences, figures, kinds
from qa.cli.options import AsJson, IndexPlace, ReaderOption, RerankerFolder
from qa.cli.output import complain, notice
from qa.cli.progress import progress_bar
from qa.cli.wrapping import wrapped
from qa.config import SearchConfig
from qa.counting import count
from qa.errors import UsageError
from qa.escaping import json_text

PASSED, FAILED = 0, 1

#: What the table by kind shows, for it to fit a terminal.
BY_KIND = ("nDCG@10", "RR@10", "quote@1", "quote@3", "token-IoU", "verdict")
#: Questions listed as better or worse, a measure.
MOST_IDS = 10


def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="Gold questions: a JSONL file, or a folder in the BEIR layout.", metavar="GOLD")
    ],
    index: IndexPlace = str(DEFAULT_INDEX),
    k: Annotated[int, typer.Option("-k", help="Citations to ask for.", metavar="N")] = 5,
    as_json: AsJson = False,
    run_file: Annotated[
        Path | None, typer.Option("--run", help="Write the ranking of documents as a TREC run.", metavar="FILE")
    ] = None,
    qrels_file: Annotated[
        Path | None, typer.Option("--qrels", help="Write the gold documents as TREC qrels.", metavar="FILE")
    ] = None,
    report_file: Annotated[
        Path | None,
        typer.Option("--report", help="Write the report as a page for a web browser.", metavar="FILE.html"),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(help="Compare with this earlier report (--json); exit with 1 if worse.", metavar="FILE"),
    ] = None,
    fail_below: Annotated[
        list[str] | None,
        typer.Option(help="Exit with 1 if a measure is below a value; repeatable.", metavar="MEASURE=VALUE"),
    ] = None,
    reader: ReaderOption = "fast",
    reranker: RerankerFolder = None,
) -> int:
    """Ask questions with known answers, and measure rankings, quotes, abstention and time."""
    gates = [gate(text) for text in fail_below or ()]
    for file in filter(None, (run_file, qrels_file, report_file)):
        check_target(file)
    questions, config = qa.read_gold(gold), SearchConfig(reader=reader)
    before = qa.read_report(baseline) if baseline else None
    if before:
        before.check_gold(questions.fingerprint)
    with qa.open(index, config, reranker=reranker) as opened, progress_bar() as (on_progress, _):
        report = qa.evaluate(opened, questions, k, on_progress)
    for line in queries_left_out(report.left_out):
        notice(line)
    if run_file:
        qa.write_run(run_file, report.run)
    if qrels_file:
        qa.write_qrels(qrels_file, questions.qrels)
    comparison = qa.compare(report, before) if before else None
    if report_file:
        qa.write_html(report_file, report, questions, comparison)
    print(as_json_text(report, comparison) if as_json else render(report, comparison))
    failures = [*failed_gates(report, gates), *regressions(comparison)]
    for failure in failures:
        complain(failure)
    return FAILED if failures else PASSED


def queries_left_out(number: int) -> Iterator[str]:
    """That queries were left out, if any were."""
    if number:
        were = "was" if number == 1 else "were"
        yield f"{count(number, 'query', 'queries')} without a relevant document {were} left out"


def check_target(file: Path) -> None:
    """Raises UsageError where no file can be written at this place."""
    if not file.absolute().parent.is_dir():
        raise UsageError(f"the folder of {file} does not exist", "make it first")
    if file.is_dir():
        raise UsageError(f"{file} is a folder", "name a file in it")


def gate(text: str) -> tuple[str, float]:
    """The measure and the least value in ``MEASURE=VALUE``. Raises UsageError."""
    name, _, number = text.partition("=")
    names = qa.Report.HIGHER_IS_BETTER
    if name.strip() not in names:
        raise UsageError(f"there is no measure {name.strip()!r} to fail below", f"use one of {', '.join(names)}")
    try:
        least = float(number)
    except ValueError:
        least = math.nan
    if not 0 <= least <= 1:
        raise UsageError(f"{text!r} does not give a value from 0 to 1", f"write it as {name.strip()}=0.70")
    return name.strip(), least


def failed_gates(report: qa.Report, gates: Sequence[tuple[str, float]]) -> Iterator[str]:
    """A line for each gate that the report does not pass. A figure that it lacks does not pass."""
    for name, least in gates:
        figure = report.figures.get(name)
        if figure is None:
            yield f"{name} is not defined for these gold questions, and so not at least {least:g}"
        elif figure.value < least:
            yield f"{name} is {figure.value:.4f}, below {least:g}"


def regressions(comparison: qa.ReportComparison | None) -> Iterator[str]:
    """A line for each primary measure that is significantly worse."""
    for worse in comparison.regressions if comparison else ():
        yield (
            f"{worse.measure} is worse than the baseline's: {worse.value:.4f} after {worse.baseline:.4f}, "
            f"p = {worse.p_value:.4f}"
        )


def as_json_text(report: qa.Report, comparison: qa.ReportComparison | None) -> str:
    """The report, and under ``comparison`` what differs from the baseline."""
    compared = {"comparison": comparison.to_dict()} if comparison else {}
    return json_text(report.to_dict() | compared, 2)


def render(report: qa.Report, comparison: qa.ReportComparison | None) -> str:
    """The report for people: tables."""
    blocks = [about(report), figures(report.figures), abstention(report), kinds(report, BY_KIND)]
    if comparison:
        blocks += [differences(comparison), changed(comparison)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def changed(comparison: qa.ReportComparison) -> list[str]:
    """The questions that got better and worse in the primary measures."""
    rows = (
        (f"{d.measure} {word}: ", ids)
        for d in comparison.differences
        if d.is_primary
        for word, ids in (("better", d.better), ("worse", d.worse))
    )
    return [wrapped(label + listed(ids), "") for label, ids in rows if ids]


def listed(ids: Sequence[str]) -> str:
    """The first ids, and how many more there are."""
    more = f" and {len(ids) - MOST_IDS:,} more" if len(ids) > MOST_IDS else ""
    return ", ".join(ids[:MOST_IDS]) + more
