"""The tables of ``qa eval``, line by line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import qa
from qa.cli.tables import table
from qa.cli.wrapping import beside
from qa.counting import count
from qa.escaping import one_line

#: Hex digits that a fingerprint is told apart by.
HEX_DIGITS = 12

#: Columns that the names of facts take.
_NAMES = 10


def about(report: qa.Report) -> list[str]:
    """What was measured."""
    answerable, info = sum(row.answerable for row in report.rows), report.index
    latency = f"p50 {report.latency.p50 * 1000:,.1f} ms, p95 {report.latency.p95 * 1000:,.1f} ms"
    facts = {
        "gold": f"{count(len(report.rows), 'question')}, {answerable:,} answerable ({report.gold})",
        "index": f"{info.counts} ({info.generation})",
        **({"reranker": report.reranker[:HEX_DIGITS]} if report.reranker else {}),
        "asked": f"{count(report.k, 'citation')} a question",
        "latency": latency,
    }
    return [beside(name, fact, _NAMES) for name, fact in facts.items()]


def figures(values: Mapping[str, qa.Figure]) -> list[str]:
    """Every figure with its interval."""
    rows = [[name, f"{f.value:.4f}", f"[{f.low:.3f}, {f.high:.3f}]", f"{f.n:,}"] for name, f in values.items()]
    return table([["measure", "value", "95 % interval", "asked"], *rows])


def abstention(report: qa.Report) -> list[str]:
    """The four counts."""
    c = report.confusion
    return table(
        [
            ["", "answered", "abstained"],
            ["answerable", f"{c.answerable_answered:,}", f"{c.answerable_abstained:,}"],
            ["unanswerable", f"{c.unanswerable_answered:,}", f"{c.unanswerable_abstained:,}"],
        ]
    )


def kinds(report: qa.Report, measures: Sequence[str]) -> list[str]:
    """These measures for each kind of question."""
    rows = [
        [one_line(kind), f"{values['verdict'].n:,}", *(cell(values, name) for name in measures)]
        for kind, values in report.kinds.items()
    ]
    return table([["kind", "asked", *measures], *rows])


def cell(values: Mapping[str, qa.Figure], name: str) -> str:
    """A figure's value, or a dash where there is none."""
    return f"{values[name].value:.4f}" if name in values else "-"


def differences(comparison: qa.ReportComparison) -> list[str]:
    """Every measure against the baseline's; a star stands at a significant difference."""
    rows = [
        [d.measure, f"{d.value:.4f}", f"{d.baseline:.4f}", f"{d.change:+.4f}", significance(d), *counts(d)]
        for d in comparison.differences
    ]
    heads = ["measure", "now", "baseline", "change", "p", "better", "worse"]
    return [beside("baseline", comparison.baseline.generation, _NAMES), *table([heads, *rows])]


def significance(difference: qa.Difference) -> str:
    """The p-value, starred where it is significant."""
    return f"{'*' if difference.is_significant else ''}{difference.p_value:.4f}"


def counts(difference: qa.Difference) -> tuple[str, str]:
    """How many questions got better and worse."""
    return f"{len(difference.better):,}", f"{len(difference.worse):,}"
