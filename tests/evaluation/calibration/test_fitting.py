"""The fit against its own conditions of optimality, and against small cases that can be solved otherwise."""

from __future__ import annotations

import math

import numpy as np
import pytest

from qa.answering.confidence import Calibration, Evidence
from qa.errors import QAError
from qa.evaluation.calibration.fitting import SIGNS, columns, fit, log_loss

NAMES = list(SIGNS)
CENTRE = Calibration(
    -2.0,
    dict(zip(NAMES, [3.0, 2.0, 1.0, -1.0, -0.5, 0, -0.25, 0.5, 0.75], strict=True)),
    0.5,
)
NOTHING = np.zeros((0, len(NAMES)))


def sample(seed: int, n: int = 300):
    """Evidence at random, and answers that a logistic model with CENTRE's weights draws from it."""
    rng = np.random.default_rng(seed)
    shares = [rng.random(n), rng.uniform(-1, 1, n), rng.random(n)]
    counts = [rng.poisson(0.5, n), *rng.integers(0, 2, (3, n))]
    evidence = np.column_stack([*shares, *counts, rng.uniform(-2, 2, n), rng.integers(0, 2, n)])
    logits = CENTRE.bias + evidence @ [CENTRE.weights[name] for name in NAMES]
    return evidence, rng.random(n) < 1 / (1 + np.exp(-logits))


def objective(evidence, correct, centre, strength, parameters):
    """What is to be least, by the formula of the docstring, question by question."""
    total = 0.0
    for row, is_right in zip(evidence, correct, strict=True):
        p = 1 / (1 + math.exp(-(parameters[0] + float(np.dot(row, parameters[1:])))))
        total -= math.log(p if is_right else 1 - p)
    return total + strength / 2 * sum((a - b) ** 2 for a, b in zip(parameters, centre, strict=True))


def numbers(fitted):
    bias, weights = fitted
    assert list(weights) == NAMES
    return np.array([bias, *weights.values()])


def test_the_columns_are_the_evidence_in_its_order() -> None:
    assert [*Evidence._fields] == NAMES


class TestFit:
    def test_without_questions_it_is_the_centre(self):
        assert fit(NOTHING, np.zeros(0, dtype=bool), CENTRE, 1.0) == (CENTRE.bias, CENTRE.weights)
        assert not numbers(fit(NOTHING, np.zeros(0, dtype=bool), None, 1.0)).any()

    def test_a_centre_with_a_wrong_sign_is_brought_to_zero(self):
        odd = Calibration(1.0, {"coverage": -2.0, "denial": 3.0, "similarity": 4.0}, 0.5)
        assert fit(NOTHING, np.zeros(0, dtype=bool), odd, 1.0) == (
            1.0,
            dict.fromkeys(NAMES, 0.0) | {"similarity": 4.0},
        )

    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize("centre", [None, CENTRE])
    def test_no_step_within_the_signs_makes_it_better(self, seed, centre):
        evidence, correct = sample(seed)
        expected = np.zeros(1 + len(NAMES)) if centre is None else np.array([centre.bias, *centre.weights.values()])
        parameters = numbers(fit(evidence, correct, centre, 1.0))
        least = objective(evidence, correct, expected, 1.0, parameters)
        signs = [0, *SIGNS.values()]
        for at in range(len(parameters)):
            for step in (-1e-3, 1e-3):
                other = parameters.copy()
                other[at] += step
                if other[at] * signs[at] >= 0:
                    assert objective(evidence, correct, expected, 1.0, other) > least

    @pytest.mark.parametrize(("right", "strength"), [(0, 1.0), (9, 1.0), (10, 1.0), (7, 0.01), (10, 25.0)])
    def test_the_bias_alone_is_the_root_of_its_equation(self, right, strength):
        """Ten questions without evidence: 10 / (1 + exp(-b)) - right + strength (b + 2) = 0, found by bisection."""
        low, high = -50.0, 50.0
        for _ in range(200):
            middle = (low + high) / 2
            slope = 10 / (1 + math.exp(-middle)) - right + strength * (middle + 2)
            low, high = (middle, high) if slope < 0 else (low, middle)
        bias, weights = fit(np.zeros((10, len(NAMES))), np.arange(10) < right, CENTRE, strength)
        assert bias == pytest.approx(low, abs=1e-5)
        assert weights == pytest.approx(CENTRE.weights)

    def test_evidence_that_seems_to_speak_for_the_contrary_counts_nothing(self):
        evidence, correct = sample(0)
        signs = np.array(list(SIGNS.values()))
        backwards = evidence @ signs < np.median(evidence @ signs)
        _, weights = fit(evidence, backwards, None, 1.0)
        assert all(weight * SIGNS[name] >= 0 for name, weight in weights.items())
        assert weights["coverage"] == weights["missing_names"] == 0
        assert fit(evidence, correct, None, 1.0)[1]["coverage"] > 0

    def test_a_strong_prior_stays_and_much_data_leaves(self):
        evidence, correct = sample(1, 5000)
        start = Calibration(3.0, {}, 0.5)
        strong = numbers(fit(evidence[:20], correct[:20], start, 1e6))
        assert strong == pytest.approx([3, *[0] * len(NAMES)], abs=1e-4)
        much = numbers(fit(evidence, correct, start, 1.0))
        assert much == pytest.approx([CENTRE.bias, *CENTRE.weights.values()], abs=0.5)

    def test_a_weight_of_two_is_the_question_twice(self):
        evidence, correct = sample(2, 60)
        counts = np.arange(60) % 3
        repeated = fit(np.repeat(evidence, counts, axis=0), np.repeat(correct, counts), CENTRE, 1.0)
        weighted = fit(evidence, correct, CENTRE, 1.0, counts.astype(np.float64))
        assert numbers(weighted) == pytest.approx(numbers(repeated), abs=1e-4)

    def test_it_is_the_same_every_time(self):
        evidence, correct = sample(3)
        assert fit(evidence, correct, CENTRE, 1.0) == fit(evidence, correct, CENTRE, 1.0)

    def test_evidence_that_is_not_finite_is_refused(self):
        with pytest.raises(QAError, match="the evidence is not finite"):
            fit(np.full((4, len(NAMES)), np.nan), np.arange(4) > 1, CENTRE, 1.0)


def test_no_rows_have_all_columns_too() -> None:
    assert columns([]).shape == (0, len(NAMES))
    row = list(range(len(NAMES)))
    assert columns([row]).tolist() == [row]


class TestLogLoss:
    def test_by_hand(self):
        loss = log_loss(np.array([0.5, 0.8, 0.1]), np.array([True, True, False]))
        assert loss == pytest.approx((math.log(2) - math.log(0.8) - math.log(0.9)) / 3)

    def test_being_surely_wrong_is_bad_but_finite(self):
        assert log_loss(np.array([1.0]), np.array([False])) == pytest.approx(-math.log(1e-15))
        assert log_loss(np.array([1.0, 0.0]), np.array([True, False])) == 0
