"""Two reports on the same questions."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qa.errors import UsageError
from qa.evaluation.bootstrap import randomisation_test
from qa.evaluation.compare import PRIMARY, compare
from qa.evaluation.evaluate import evaluate
from qa.evaluation.report import MEASURES, Report
from tests.evaluation.support import QUESTIONS, fact, memory_index


@pytest.fixture(scope="module")
def report() -> Report:
    """Eight questions, all of them answered perfectly but for what the tests change."""
    one = QUESTIONS[0]
    return evaluate(memory_index(), [replace(one, query_id=f"q{n}") for n in range(8)])


def with_values(report: Report, measure: str, values: dict[str, float]) -> Report:
    """The report with other values of a measure for some questions."""
    rows = (
        replace(row, measures={**row.measures, measure: values.get(row.query_id, row.measures[measure])})
        for row in report.rows
    )
    return replace(report, rows=tuple(rows))


def difference(comparison, measure):
    return next(d for d in comparison.differences if d.measure == measure)


def test_a_report_does_not_differ_from_itself(report) -> None:
    comparison = compare(report, report)
    assert [d.measure for d in comparison.differences] == list(MEASURES)
    assert all((d.change, d.p_value, d.better, d.worse) == (0, 1, (), ()) for d in comparison.differences)
    assert comparison.regressions == ()


def test_better_and_worse_questions_are_named(report) -> None:
    now = with_values(report, "RR@10", {"q1": 0.5, "q2": 0.25, "q5": 1.0})
    then = with_values(report, "RR@10", {"q2": 0.5, "q5": 0.5})
    change = difference(compare(now, then), "RR@10")
    assert (change.better, change.worse, change.n) == (("q5",), ("q1", "q2"), 8)
    assert (change.value, change.baseline) == (pytest.approx(6.75 / 8), pytest.approx(7 / 8))
    assert change.change == pytest.approx(-0.25 / 8)
    assert change.p_value == randomisation_test(np.array([0, -0.5, -0.25, 0, 0, 0.5, 0, 0]))


@pytest.mark.parametrize("measure", PRIMARY)
def test_a_primary_measure_that_is_worse_everywhere_is_a_regression(report, measure) -> None:
    worse = with_values(report, measure, {f"q{n}": 0.0 for n in range(8)})
    # All 8 differences point one way: p = 2 / 2**8.
    (regression,) = compare(worse, report).regressions
    assert regression.measure == measure
    assert regression.p_value == pytest.approx(2 / 2**8, abs=0.003)
    assert compare(report, worse).regressions == ()


def test_what_may_be_chance_or_is_not_primary_is_no_regression(report) -> None:
    # Five differences one way: p = 2 / 2**5 > 0.05.
    by_chance = with_values(report, "nDCG@10", {f"q{n}": 0.0 for n in range(5)})
    assert compare(by_chance, report).regressions == ()
    secondary = with_values(report, "R@1", {f"q{n}": 0.0 for n in range(8)})
    assert difference(compare(secondary, report), "R@1").p_value < 0.05
    assert compare(secondary, report).regressions == ()


def test_measures_that_the_gold_does_not_define_are_left_out() -> None:
    report = evaluate(memory_index(), [fact("q", QUESTIONS[0].question, "ferry.txt", None)])
    assert [d.measure for d in compare(report, report).differences] == [*MEASURES[:6], "verdict"]


def test_a_measure_that_the_baseline_lacks_is_left_out(report) -> None:
    rows = (replace(row, measures={k: v for k, v in row.measures.items() if k != "token-P"}) for row in report.rows)
    older = replace(report, rows=tuple(rows))
    assert [d.measure for d in compare(report, older).differences] == [m for m in MEASURES if m != "token-P"]


def test_other_gold_questions_are_refused(report) -> None:
    other = evaluate(memory_index(), QUESTIONS)
    with pytest.raises(UsageError, match=f"other gold questions \\({report.gold}, not {other.gold}\\)"):
        compare(other, report)


def test_as_json_values(report) -> None:
    values = compare(with_values(report, "nDCG@10", {"q3": 0.5}), report).to_dict()
    assert values["baseline"]["generation"] == "generation"
    first = values["differences"][0]
    assert (first["measure"], first["change"], first["worse"]) == ("nDCG@10", -0.5 / 8, ("q3",))
