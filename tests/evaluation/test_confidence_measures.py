"""The measures of abstention, by their formulas."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.confidence_measures import aurc, auroc, confusion, expected_calibration_error, risk_coverage

YES, NO = True, False

questions = st.lists(st.tuples(st.sampled_from([0.0, 0.1, 0.25, 0.3, 0.5, 0.7, 1.0]), st.booleans()), min_size=1)


def arrays(*columns):
    return [np.array(column) for column in columns]


def test_confusion_counts_each_of_the_four() -> None:
    answerable, answered = arrays([YES, YES, YES, NO, NO, NO, NO], [YES, YES, NO, YES, NO, NO, NO])
    assert confusion(answerable, answered) == (2, 1, 1, 3)


class TestAuroc:
    def test_by_ranks_with_a_tie(self):
        # Confidences in order: 0.2 no, 0.5 yes and 0.5 no, 0.9 yes; ranks 1, 2.5, 2.5, 4.
        confidences, answerable = arrays([0.9, 0.5, 0.5, 0.2], [YES, YES, NO, NO])
        rank_sum = 4 + 2.5
        assert auroc(confidences, answerable) == (rank_sum - 2 * 3 / 2) / (2 * 2) == 0.875

    @given(questions)
    def test_is_the_share_of_pairs_in_the_right_order(self, rows):
        higher = [c for c, answerable in rows if answerable]
        lower = [c for c, answerable in rows if not answerable]
        pairs = [1.0 if yes > no else 0.5 if yes == no else 0.0 for yes, no in product(higher, lower)]
        result = auroc(*arrays(*zip(*rows, strict=True)))
        assert result == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)

    @pytest.mark.parametrize("answerable", [[YES, YES], [NO, NO]])
    def test_is_not_defined_for_one_class(self, answerable):
        assert auroc(*arrays([0.1, 0.9], answerable)) is None


class TestRiskCoverage:
    def test_by_hand(self):
        # Right, wrong, right, wrong: the risk is 0/1, 1/2, 1/3, 2/4.
        confidences, correct = arrays([0.9, 0.8, 0.7, 0.6], [YES, NO, YES, NO])
        assert risk_coverage(confidences, correct) == [
            (0.9, 1 / 4, 0),
            (0.8, 2 / 4, 1 / 2),
            (0.7, 3 / 4, 1 / 3),
            (0.6, 4 / 4, 2 / 4),
        ]
        assert aurc(confidences, correct) == pytest.approx((0 + 1 / 2 + 1 / 3 + 2 / 4) / 4)

    def test_questions_of_the_same_confidence_come_in_together(self):
        confidences, correct = arrays([0.5, 0.9, 0.5, 0.5], [NO, YES, YES, NO])
        assert risk_coverage(confidences, correct) == [(0.9, 1 / 4, 0), (0.5, 1, 2 / 4)]
        assert aurc(confidences, correct) == pytest.approx(1 / 4 * 0 + 3 / 4 * 2 / 4)

    @given(questions)
    def test_the_order_of_the_questions_does_not_matter(self, rows):
        assert risk_coverage(*arrays(*zip(*rows, strict=True))) == risk_coverage(
            *arrays(*zip(*reversed(rows), strict=True))
        )

    def test_all_right_has_no_risk_and_all_wrong_nothing_else(self):
        confidences = np.array([0.2, 0.4, 0.9])
        assert aurc(confidences, np.array([YES] * 3)) == 0
        assert aurc(confidences, np.array([NO] * 3)) == pytest.approx(1)


class TestCalibration:
    def test_by_hand(self):
        # (0.9, 1]: mean confidence 0.95, half right. (0.6, 0.7]: 0.7, all right. (0, 0.1]: 0.05, none right.
        confidences, correct = arrays([0.92, 0.98, 0.7, 0.05], [YES, NO, YES, NO])
        expected = 2 / 4 * abs(0.95 - 1 / 2) + 1 / 4 * abs(0.7 - 1) + 1 / 4 * abs(0.05 - 0)
        assert expected_calibration_error(confidences, correct) == pytest.approx(expected)

    @pytest.mark.parametrize("edge", [n / 10 for n in range(1, 10)])
    def test_an_edge_belongs_to_the_bin_below(self, edge):
        below, above = edge - 0.05, edge + 0.05
        with_below = expected_calibration_error(*arrays([edge, below], [YES, NO]))
        with_above = expected_calibration_error(*arrays([edge, above], [YES, NO]))
        assert with_below == pytest.approx(abs((edge + below) / 2 - 1 / 2))
        assert with_above == pytest.approx(((1 - edge) + above) / 2)

    def test_0_and_1_are_in_the_outer_bins(self):
        assert expected_calibration_error(*arrays([0.0, 0.1], [NO, NO])) == pytest.approx(0.05)
        assert expected_calibration_error(*arrays([1.0, 0.95], [YES, YES])) == pytest.approx(0.025)

    def test_confidence_that_is_the_share_of_right_answers_has_no_error(self):
        assert expected_calibration_error(*arrays([0.75] * 4, [YES, YES, YES, NO])) == pytest.approx(0)
