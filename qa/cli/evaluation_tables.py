"""The tables of ``qa eval``, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import qa
from qa.escaping import one_line

#: Hex digits that a fingerprint is told apart by.
SHOWN = 12

_NAME, _COLUMN = 14, 10


def about(report: qa.Report) -> list[str]:
    """What was measured."""
    answerable, info = sum(row.answerable for row in report.rows), report.index
    reranker = [f"reranker  {one_line(report.reranker[:SHOWN])}"] if report.reranker else []
    return [
        f"gold      {len(report.rows):,} questions, {answerable:,} answerable ({report.gold})",
        f"index     {info.documents:,} documents, {info.passages:,} passages ({info.generation})",
        *reranker,
        f"asked     {report.k} citations a question",
        f"latency   p50 {report.latency.p50 * 1000:,.1f} ms, p95 {report.latency.p95 * 1000:,.1f} ms",
    ]


def figures(values: Mapping[str, qa.Figure]) -> list[str]:
    """Every figure with its interval."""
    rows = [
        line(name, f"{f.value:.4f}", f"[{f.low:.3f}, {f.high:.3f}]", f"{f.n:,}", widths=(_COLUMN, 18, _COLUMN))
        for name, f in values.items()
    ]
    return [line("measure", "value", "95 % interval", "questions", widths=(_COLUMN, 18, _COLUMN)), *rows]


def abstention(report: qa.Report) -> list[str]:
    """The four counts."""
    c = report.confusion
    return [
        line("", "answered", "abstained"),
        line("answerable", f"{c.answerable_answered:,}", f"{c.answerable_abstained:,}"),
        line("unanswerable", f"{c.unanswerable_answered:,}", f"{c.unanswerable_abstained:,}"),
    ]


def kinds(report: qa.Report, measures: Sequence[str]) -> list[str]:
    """These measures for each kind of question."""
    rows = [
        line(one_line(kind), f"{values['verdict'].n:,}", *(cell(values, name) for name in measures))
        for kind, values in report.kinds.items()
    ]
    return [line("kind", "questions", *measures), *rows]


def cell(values: Mapping[str, qa.Figure], name: str) -> str:
    """A figure's value, or a dash where there is none."""
    return f"{values[name].value:.4f}" if name in values else "-"


def differences(comparison: qa.ReportComparison) -> list[str]:
    """Every measure against the baseline's; a star stands at a significant difference."""
    rows = [
        line(d.measure, f"{d.value:.4f}", f"{d.baseline:.4f}", f"{d.change:+.4f}", significance(d), *counts(d))
        for d in comparison.differences
    ]
    head = line("measure", "now", "baseline", "change", "p", "better", "worse")
    return [f"baseline  {comparison.baseline.generation}", head, *rows]


def significance(difference: qa.Difference) -> str:
    """The p-value, starred where it is significant."""
    return f"{'*' if difference.is_significant else ''}{difference.p_value:.4f}"


def counts(difference: qa.Difference) -> tuple[str, str]:
    """How many questions got better and worse."""
    return f"{len(difference.better):,}", f"{len(difference.worse):,}"


def line(name: str, *cells: str, widths: Sequence[int] = ()) -> str:
    """A row of a table: its name, and cells set to the right."""
    sizes = widths or [_COLUMN] * len(cells)
    return name.ljust(_NAME) + "".join(cell.rjust(size) for cell, size in zip(cells, sizes, strict=True))
