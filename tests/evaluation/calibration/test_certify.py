"""The bound against binomial sums, and the choice of a threshold against counts by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.evaluation.calibration.certify import (
    COVERAGES,
    ThresholdRisk,
    best,
    candidate_thresholds,
    certify,
    questions_needed,
    upper_bound,
)

counts = st.integers(1, 200).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
alphas = st.sampled_from([0.0025, 0.01, 0.05, 0.3])


def at_most(wrong: int, n: int, risk: float) -> float:
    """The probability of ``wrong`` or fewer of ``n``."""
    return math.fsum(math.comb(n, k) * risk**k * (1 - risk) ** (n - k) for k in range(wrong + 1))


class TestUpperBound:
    @pytest.mark.parametrize("n", [1, 5, 29, 1000])
    @pytest.mark.parametrize("alpha", [0.05, 0.0025])
    def test_without_a_mistake_it_is_1_minus_the_root_of_alpha(self, n, alpha):
        assert upper_bound(0, n, alpha) == pytest.approx(1 - alpha ** (1 / n))

    @pytest.mark.parametrize("n", [2, 10, 50])
    def test_with_one_right_alone_it_is_the_root_of_1_minus_alpha(self, n):
        assert upper_bound(n - 1, n, 0.05) == pytest.approx(0.95 ** (1 / n))

    def test_all_wrong_and_none_asked_say_nothing(self):
        assert upper_bound(7, 7, 0.05) == upper_bound(0, 0, 0.05) == 1

    @given(counts, alphas)
    def test_so_few_mistakes_come_with_the_probability_alpha_at_the_bound(self, count, alpha):
        wrong, n = count
        if wrong < n:
            assert at_most(wrong, n, upper_bound(wrong, n, alpha)) == pytest.approx(alpha, rel=1e-6)

    @given(counts, alphas)
    def test_it_is_above_the_share_and_grows_with_the_mistakes(self, count, alpha):
        wrong, n = count
        assert wrong / n <= upper_bound(wrong, n, alpha) <= 1
        if wrong:
            assert upper_bound(wrong - 1, n, alpha) < upper_bound(wrong, n, alpha)

    @pytest.mark.parametrize("risk", [0.01, 0.1, 0.101, 0.5])
    @pytest.mark.parametrize("n", [10, 60, 137])
    def test_the_true_risk_is_above_it_with_probability_alpha_at_most(self, risk, n):
        missed = [k for k in range(n + 1) if upper_bound(k, n, 0.05) < risk]
        assert math.fsum(math.comb(n, k) * risk**k * (1 - risk) ** (n - k) for k in missed) <= 0.05


class TestCandidateThresholds:
    def test_ten_confidences_are_the_thresholds_themselves(self):
        values = np.array([0.3, 0.9, 0.1, 0.5, 0.7, 0.2, 0.8, 0.4, 0.6, 0.05])
        assert candidate_thresholds(values) == (0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.05)

    @given(st.lists(st.floats(0, 1), min_size=1, max_size=60))
    def test_each_answers_its_share_and_the_next_higher_confidence_would_not(self, values):
        for share, threshold in zip(COVERAGES, candidate_thresholds(np.array(values)), strict=True):
            answered = sum(value >= threshold for value in values) / len(values)
            more_sure = sum(value > threshold for value in values) / len(values)
            assert more_sure + 1e-9 < share <= answered + 1e-9

    def test_without_confidences_there_are_none(self):
        assert candidate_thresholds(np.array([])) == ()


class TestCertify:
    def test_counts_those_from_the_threshold_on(self):
        bounds = certify(
            np.array([0.9, 0.8, 0.8, 0.3]), np.array([True, False, True, False]), [0.95, 0.8, 0.1], 0.9, tests=2
        )
        assert [(c.threshold, c.answered, c.wrong) for c in bounds] == [(0.95, 0, 0), (0.8, 3, 1), (0.1, 4, 2)]
        assert bounds[0].bound == 1
        # 0.1 shared by two tests: 0.05 each.
        assert at_most(1, 3, bounds[1].bound) == pytest.approx(0.05)
        assert at_most(2, 4, bounds[2].bound) == pytest.approx(0.05)

    def test_the_one_that_answers_most_is_taken(self):
        candidates = [ThresholdRisk(0.9, 10, 0, 0.05), ThresholdRisk(0.8, 20, 1, 0.1), ThresholdRisk(0.7, 30, 4, 0.11)]
        assert best(candidates, 0.1) == candidates[1]
        assert best(candidates, 0.11) == candidates[2]
        assert best(candidates, 0.01) is None
        assert best([], 0.5) is None

    def test_of_those_that_answer_as_many_the_highest_is_taken(self):
        candidates = [ThresholdRisk(0.7, 20, 1, 0.1), ThresholdRisk(0.8, 20, 1, 0.1)]
        assert best(candidates, 0.1) == candidates[1]


class TestQuestionsNeeded:
    def test_known_values(self):
        # 0.9 ** 28 = 0.0523 and 0.9 ** 29 = 0.0471; 0.9 ** 56 = 0.00274 and 0.9 ** 57 = 0.00247.
        assert questions_needed(0.1, 0.95, 1) == 29
        assert questions_needed(0.1, 0.95, 20) == 57
        # 0.5 ** 2 = 0.25, exactly.
        assert questions_needed(0.5, 0.75, 1) == 2

    @given(st.floats(0.001, 0.9), st.floats(0.5, 0.999), st.integers(1, 40))
    def test_so_many_are_enough_and_one_fewer_are_not(self, error, level, tests):
        n = questions_needed(error, level, tests)
        alpha = (1 - level) / tests
        assert upper_bound(0, n, alpha) <= error * (1 + 1e-6)
        assert n == 1 or upper_bound(0, n - 1, alpha) > error * (1 - 1e-6)
