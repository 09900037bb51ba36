"""``qa eval``."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from qa.cli.indexing import progress_bar
from qa.cli.output import complain, notice, one_line, wrapped
from qa.errors import UsageError
from qa.evaluation.compare import ALPHA, PRIMARY, Comparison, Difference, check_same_gold, compare
from qa.evaluation.evaluate import evaluate
from qa.evaluation.reading import read_gold
from qa.evaluation.report import CONFIDENCE_FIGURES, ERRORS, MEASURES, Figure, Report, read_report
from qa.evaluation.trec import write_qrels, write_run
from qa.service import open_index

PASSED, FAILED = 0, 1

#: What the table by kind shows, for it to fit a terminal.
BY_KIND = ("nDCG@10", "RR@10", "quote@1", "quote@3", "token-IoU", "verdict")
#: Questions listed as better or worse, a measure.
LISTED = 10

_NAME, _COLUMN = 14, 10


def run(
    gold: Path,
    index: Path,
    k: int,
    *,
    as_json: bool,
    run_file: Path | None = None,
    qrels_file: Path | None = None,
    baseline: Path | None = None,
    fail_below: Sequence[str] = (),
) -> int:
    """Prints the report, and returns the exit code: failed if a gate did. A wrong call is refused before any work."""
    gates = [gate(text) for text in fail_below]
    for file in filter(None, (run_file, qrels_file)):
        if not file.absolute().parent.is_dir():
            raise UsageError(f"the folder of {file} does not exist", "make it first")
    questions = read_gold(gold)
    before = read_report(baseline) if baseline else None
    if before:
        check_same_gold(questions.fingerprint, before)
    with open_index(index) as opened, progress_bar() as (on_progress, _):
        report = evaluate(opened, questions, k, on_progress)
    if report.left_out:
        notice(f"{report.left_out:,} queries without a relevant document were left out")
    if run_file:
        write_run(run_file, report.run)
    if qrels_file:
        write_qrels(qrels_file, questions.qrels)
    comparison = compare(report, before) if before else None
    print(as_json_text(report, comparison) if as_json else render(report, comparison))
    failures = [*failed_gates(report, gates), *regressions(comparison)]
    for failure in failures:
        complain(failure)
    return FAILED if failures else PASSED


def gate(text: str) -> tuple[str, float]:
    """The measure and the least value in ``MEASURE=VALUE``. Raises UsageError."""
    name, _, number = text.partition("=")
    known = [name for name in (*MEASURES, *CONFIDENCE_FIGURES) if name not in ERRORS]
    if name.strip() not in known:
        raise UsageError(f"there is no measure {name.strip()!r} to fail below", f"use one of {', '.join(known)}")
    try:
        least = float(number)
    except ValueError:
        least = math.nan
    if not 0 <= least <= 1:
        raise UsageError(f"{text!r} does not give a value from 0 to 1", f"write it as {name.strip()}=0.70")
    return name.strip(), least


def failed_gates(report: Report, gates: Sequence[tuple[str, float]]) -> Iterator[str]:
    """A line for each gate that the report does not pass. A figure that it lacks does not pass."""
    for name, least in gates:
        figure = report.figures.get(name)
        if figure is None:
            yield f"{name} is not defined for these gold questions, and so not at least {least:g}"
        elif figure.value < least:
            yield f"{name} is {figure.value:.4f}, below {least:g}"


def regressions(comparison: Comparison | None) -> Iterator[str]:
    """A line for each primary measure that is significantly worse."""
    for worse in comparison.regressions if comparison else ():
        yield (
            f"{worse.measure} is worse than the baseline's: {worse.value:.4f} after {worse.baseline:.4f}, "
            f"p = {worse.p_value:.4f}"
        )


def as_json_text(report: Report, comparison: Comparison | None) -> str:
    """The report, and under ``comparison`` what differs from the baseline."""
    compared = {"comparison": comparison.to_dict()} if comparison else {}
    return json.dumps(report.to_dict() | compared, ensure_ascii=False, indent=2)


def render(report: Report, comparison: Comparison | None) -> str:
    """The report for people: tables."""
    blocks = [about(report), figures(report.figures), abstention(report), kinds(report)]
    if comparison:
        blocks += [differences(comparison), changed(comparison)]
    return "\n\n".join("\n".join(block) for block in blocks if block)


def about(report: Report) -> list[str]:
    """What was measured."""
    answerable, info = sum(row.answerable for row in report.rows), report.index
    return [
        f"gold      {len(report.rows):,} questions, {answerable:,} answerable ({report.gold})",
        f"index     {info.documents:,} documents, {info.passages:,} passages ({info.generation})",
        f"asked     {report.k} citations a question",
        f"latency   p50 {report.latency.p50 * 1000:,.1f} ms, p95 {report.latency.p95 * 1000:,.1f} ms",
    ]


def figures(values: Mapping[str, Figure]) -> list[str]:
    """Every figure with its interval."""
    rows = [
        line(name, f"{f.value:.4f}", f"[{f.low:.3f}, {f.high:.3f}]", f"{f.n:,}", widths=(_COLUMN, 18, _COLUMN))
        for name, f in values.items()
    ]
    return [line("measure", "value", "95 % interval", "questions", widths=(_COLUMN, 18, _COLUMN)), *rows]


def abstention(report: Report) -> list[str]:
    """The four counts."""
    c = report.confusion
    return [
        line("", "answered", "abstained"),
        line("answerable", f"{c.answerable_answered:,}", f"{c.answerable_abstained:,}"),
        line("unanswerable", f"{c.unanswerable_answered:,}", f"{c.unanswerable_abstained:,}"),
    ]


def kinds(report: Report) -> list[str]:
    """The main measures for each kind of question."""
    rows = [
        line(one_line(kind), f"{values['verdict'].n:,}", *(cell(values, name) for name in BY_KIND))
        for kind, values in report.kinds.items()
    ]
    return [line("kind", "questions", *BY_KIND), *rows]


def cell(values: Mapping[str, Figure], name: str) -> str:
    """A figure's value, or a dash where there is none."""
    return f"{values[name].value:.4f}" if name in values else "-"


def differences(comparison: Comparison) -> list[str]:
    """Every measure against the baseline's; a star stands at a significant difference."""
    rows = [
        line(d.measure, f"{d.value:.4f}", f"{d.baseline:.4f}", f"{d.change:+.4f}", significance(d), *counts(d))
        for d in comparison.differences
    ]
    head = line("measure", "now", "baseline", "change", "p", "better", "worse")
    return [f"baseline  {comparison.baseline.generation}", head, *rows]


def significance(difference: Difference) -> str:
    """The p-value, starred below ``ALPHA``."""
    return f"{'*' if difference.p_value < ALPHA else ''}{difference.p_value:.4f}"


def counts(difference: Difference) -> tuple[str, str]:
    """How many questions got better and worse."""
    return f"{len(difference.better):,}", f"{len(difference.worse):,}"


def changed(comparison: Comparison) -> list[str]:
    """The questions that got better and worse in the primary measures."""
    found = (
        (f"{d.measure} {word}: ", ids)
        for d in comparison.differences
        if d.measure in PRIMARY
        for word, ids in (("better", d.better), ("worse", d.worse))
    )
    return [wrapped(label + listed(ids), "") for label, ids in found if ids]


def listed(ids: Sequence[str]) -> str:
    """The first ids, and how many more there are."""
    more = f" and {len(ids) - LISTED:,} more" if len(ids) > LISTED else ""
    return ", ".join(ids[:LISTED]) + more


def line(name: str, *cells: str, widths: Sequence[int] = ()) -> str:
    """A row of a table: its name, and cells set to the right."""
    sizes = widths or [_COLUMN] * len(cells)
    return name.ljust(_NAME) + "".join(cell.rjust(size) for cell, size in zip(cells, sizes, strict=True))
