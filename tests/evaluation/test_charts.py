"""Figures in SVG: every coordinate by hand, on a plot 100 wide and 50 high whose lower left corner is (10, 70)."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.charts import (
    Frame,
    area,
    bar,
    cutoff_position,
    intervals,
    line,
    recall_chart,
    reliability_chart,
    risk_chart,
    steps,
)
from qa.evaluation.confidence_measures import (
    BINS,
    Bin,
    RiskPoint,
    aurc,
    expected_calibration_error,
    reliability,
    risk_coverage,
)
from qa.evaluation.report import Figure

FRAME = Frame(left=10, top=20, width=100, height=50)

questions = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.7, 1.0]), st.booleans()), min_size=1)


def columns(rows):
    confidences, correct = zip(*rows, strict=True)
    return np.array(confidences), np.array(correct)


class TestPlaces:
    def test_0_is_at_the_lower_left_and_1_at_the_upper_right(self):
        assert (FRAME.x(0), FRAME.y(0)) == (10, 70)
        assert (FRAME.x(1), FRAME.y(1)) == (FRAME.right, FRAME.top) == (110, 20)
        assert (FRAME.x(0.25), FRAME.y(0.25)) == (35, 57.5)

    def test_places_are_rounded_to_a_tenth(self):
        assert (FRAME.x(1 / 3), FRAME.y(1 / 3)) == (43.3, 53.3)

    def test_cutoffs_stand_on_a_logarithmic_axis_between_its_margins(self):
        assert [cutoff_position(k, 100) for k in (1, 10, 100)] == pytest.approx([0.07, 0.5, 0.93])
        assert cutoff_position(5, 100, margin=0) == pytest.approx(0.34949, abs=1e-5)  # log10(5) / 2


class TestPaths:
    def test_a_line_goes_straight_from_point_to_point(self):
        assert line(FRAME, [(0, 0), (0.5, 1), (1, 0.25)]) == "M10,70L60,20L110,57.5"

    def test_steps_hold_from_the_point_before(self):
        assert steps(FRAME, [(0.25, 0), (0.5, 0.5), (1, 0.25)]) == "M10,70H35V45H60V57.5H110"

    def test_an_area_is_closed_along_the_axis(self):
        assert area(FRAME, "M10,45H110") == "M10,45H110V70H10Z"

    def test_an_interval_has_a_cap_at_both_ends(self):
        assert intervals(FRAME, [(0.5, 0.2, 0.8)]) == "M60,60V30M56,60h8M56,30h8"

    def test_bars_stand_apart(self):
        assert bar(FRAME, 0.1, 0.2, 0.5) == "M21.5,70V45H28.5V70Z"

    @given(questions)
    def test_the_area_below_the_steps_of_a_risk_coverage_curve_is_aurc(self, rows):
        unit = Frame(left=0, top=0, width=1000, height=1000)
        path = steps(unit, [(point.coverage, point.risk) for point in risk_coverage(*columns(rows))])
        x, below = 0.0, 0.0
        for height, until in re.findall(r"([\d.]+)H([\d.]+)", path):
            below += (1000 - float(height)) * (float(until) - x)
            x = float(until)
        assert below / 1000**2 == pytest.approx(aurc(*columns(rows)), abs=1e-3)


class TestRecall:
    chart = recall_chart(
        [(1, Figure(0.5, 0.4, 0.6, 9)), (10, Figure(0.8, 0.7, 0.9, 9)), (1000, Figure(1, 1, 1, 9))], FRAME
    )

    def test_the_curve_runs_through_the_values(self):
        # log(10) / log(1000) is a third: 0.07 + 0.86 / 3 = 0.3567.
        assert dict(self.chart.paths)["curve"] == "M17,45L45.7,30L103,20"
        assert self.chart.dots == ((17, 45), (45.7, 30), (103, 20))

    def test_each_value_stands_above_its_interval(self):
        assert dict(self.chart.paths)["whisker"].startswith("M17,50V40M13,50h8M13,40h8M45.7,35V25")
        assert self.chart.labels == ((17, 33, "0.50"), (45.7, 18, "0.80"), (103, 13, "1.00"))

    def test_the_axis_names_the_cutoffs(self):
        assert [name for _, name in self.chart.ticks] == ["1", "10", "1,000"]


class TestRisk:
    curve = (RiskPoint(0.9, 0.25, 0.0), RiskPoint(0.5, 1.0, 0.5))

    def test_the_curve_its_area_and_the_risk_of_answering_everything(self):
        chart = risk_chart(self.curve, None, FRAME)
        assert chart.paths == (
            ("under", "M10,70H35V45H110V70H10Z"),
            ("guide", "M10,45L110,45"),
            ("curve", "M10,70H35V45H110"),
        )
        assert len(chart.dots) == len(chart.labels) == 0

    def test_where_the_tool_stands_is_marked(self):
        chart = risk_chart(self.curve, RiskPoint(0.6, 0.5, 0.25), FRAME)
        assert (chart.dots, chart.labels) == (((60, 57.5),), ((60, 48.5, "now"),))


class TestReliability:
    def test_bins_by_hand(self):
        bins = reliability(np.array([0.92, 0.98, 0.7, 0.05]), np.array([True, False, True, False]))
        filled = {(b.low, b.high): (b.n, b.confidence, b.correct) for b in bins if b.n}
        assert len(bins) == BINS
        assert filled == {
            (0.0, 0.1): (1, 0.05, 0),
            (0.6, 0.7): (1, 0.7, 1),
            (0.9, 1.0): (2, pytest.approx(0.95), 0.5),
        }
        assert {(b.confidence, b.correct) for b in bins if not b.n} == {(None, None)}

    @given(questions)
    def test_the_calibration_error_is_the_mean_gap_of_the_bins(self, rows):
        bins = reliability(*columns(rows))
        filled = [(b.n, b.confidence, b.correct) for b in bins if b.confidence is not None and b.correct is not None]
        gap = sum(n * abs(confidence - correct) for n, confidence, correct in filled) / len(rows)
        assert sum(n for n, _, _ in filled) == len(rows)
        assert expected_calibration_error(*columns(rows)) == pytest.approx(gap)

    def test_a_bar_a_tick_and_the_number_of_questions_for_each_bin_that_has_any(self):
        bins = [Bin(0.0, 0.5, 0, None, None), Bin(0.5, 0.6, 1200, 0.56, 0.2), Bin(0.9, 1.0, 3, 0.92, 1.0)]
        chart = reliability_chart(bins, FRAME)
        assert chart.paths == (
            ("bar", "M61.5,70V60H68.5V70ZM101.5,70V20H108.5V70Z"),
            ("tick", "M60,42L70,42M100,24L110,24"),
        )
        # Above whichever is higher: the tick at 42, and the bar at 20.
        assert chart.labels == ((65, 35, "1,200"), (105, 13, "3"))
