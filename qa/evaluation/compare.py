"""Two reports on the same questions -> what differs, how surely, and for which questions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from qa.errors import UsageError
from qa.evaluation.bootstrap import randomisation_test
from qa.evaluation.report import MEASURES, VERDICT, Report
from qa.types import IndexInfo

#: The measures that decide whether a system got worse: the article, the quote, and whether to answer at all.
PRIMARY = ("nDCG@10", "quote@1", VERDICT)
#: The probability below which a difference counts as significant.
ALPHA = 0.05


@dataclass(frozen=True, slots=True)
class Difference:
    """A measure's mean over the ``n`` questions that have it, now and in the baseline; the two-sided p-value of the
    paired randomisation test; and the ids of the questions with a higher (``better``) and a lower value now."""

    measure: str
    value: float
    baseline: float
    p_value: float
    n: int
    better: tuple[str, ...]
    worse: tuple[str, ...]

    @property
    def change(self) -> float:
        """The mean difference: above 0 where it is better now."""
        return self.value - self.baseline

    @property
    def is_primary(self) -> bool:
        """Whether the measure decides if a system got worse."""
        return self.measure in PRIMARY

    @property
    def is_significant(self) -> bool:
        """Whether chance would rarely make such a difference."""
        return self.p_value < ALPHA


@dataclass(frozen=True, slots=True)
class ReportComparison:
    """A report against a baseline, measure by measure."""

    baseline: IndexInfo
    differences: tuple[Difference, ...]

    @property
    def regressions(self) -> tuple[Difference, ...]:
        """The primary measures that are significantly worse."""
        return tuple(d for d in self.differences if d.is_primary and d.is_significant and d.change < 0)

    def to_dict(self) -> dict[str, Any]:
        """The comparison as JSON values."""
        differences = [asdict(d) | {"change": d.change} for d in self.differences]
        return {"baseline": asdict(self.baseline), "differences": differences}


def compare(report: Report, baseline: Report) -> ReportComparison:
    """Pairs the questions of two reports; a measure that either lacks is left out. Raises UsageError where they are not
    on the same gold questions."""
    for one in (report, baseline):
        if not isinstance(one, Report):
            raise UsageError(f"a report is {one!r}", "give what qa.evaluate or qa.read_report gave")
    baseline.check_gold(report.gold)
    return ReportComparison(baseline.index, tuple(_differences(report, baseline)))


def _differences(report: Report, baseline: Report) -> Iterator[Difference]:
    before = {row.query_id: row.measures for row in baseline.rows}
    for measure in MEASURES:
        pairs = {
            row.query_id: (row.measures[measure], before[row.query_id][measure])
            for row in report.rows
            if measure in row.measures and measure in before[row.query_id]
        }
        if not pairs:
            continue
        values, old = np.array(list(pairs.values())).T
        yield Difference(
            measure=measure,
            value=float(values.mean()),
            baseline=float(old.mean()),
            p_value=randomisation_test(values - old),
            n=len(pairs),
            better=tuple(query_id for query_id, (now, then) in pairs.items() if now > then),
            worse=tuple(query_id for query_id, (now, then) in pairs.items() if now < then),
        )
