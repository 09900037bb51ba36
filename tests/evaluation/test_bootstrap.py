"""Resampling against the enumeration of everything that could have been drawn."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest

from qa.evaluation.bootstrap import FLIPS, RESAMPLES, interval, randomisation_test


def exact_interval(values, statistic=np.mean):
    """The smallest values that at least 2.5 % and 97.5 % of all n**n resamples do not exceed."""
    drawn = sorted(float(statistic(sample)) for sample in product(values, repeat=len(values)))
    return tuple(drawn[int(np.ceil(share * len(drawn))) - 1] for share in (0.025, 0.975))


def exact_p(differences):
    """The share of all 2**n sign flips whose mean is at least as far from 0 as the observed."""
    flipped = [
        sum(s * d for s, d in zip(signs, differences, strict=True))
        for signs in product((1, -1), repeat=len(differences))
    ]
    return float(np.mean([abs(total) >= abs(sum(differences)) - 1e-12 for total in flipped]))


class TestInterval:
    # Chosen so that the distribution's steps lie well off 2.5 % and 97.5 %: 1,000 draws then find the same step.
    @pytest.mark.parametrize("values", [[0.0, 1.0], [1.0, 1.0, 0.0, 1.0], [3.0, 3.0, 3.0], [0.0, 0.0, 0.0, 0.0, 8.0]])
    def test_is_that_of_all_resamples(self, values):
        column = np.array(values)
        assert interval(lambda chosen: float(column[chosen].mean()), len(values)) == pytest.approx(
            exact_interval(values)
        )

    def test_holds_for_other_statistics_than_the_mean(self):
        column = np.array([1.0, 5.0, 2.0])
        bounds = interval(lambda chosen: float(column[chosen].max()), 3)
        assert bounds == exact_interval(column, np.max)

    def test_resamples_without_the_figure_do_not_count(self):
        # Of two questions, half of the resamples hold only one of them.
        seen = []

        def both(chosen):
            seen.append(len(set(chosen)))
            return 0.25 if len(set(chosen)) == 2 else None

        assert interval(both, 2) == (0.25, 0.25)
        assert len(seen) == RESAMPLES
        assert set(seen) == {1, 2}

    def test_a_figure_that_no_resample_has_has_no_interval(self):
        assert interval(lambda _: None, 3) is None

    def test_is_the_same_every_time(self):
        column = np.random.default_rng(1).random(50)
        first, second = (interval(lambda chosen: float(column[chosen].mean()), 50) for _ in range(2))
        assert first == second


class TestRandomisation:
    @pytest.mark.parametrize(
        "differences",
        [
            [0.5],
            [1.0, 1.0, 1.0],
            [0.1, 0.2, 0.3, -0.1],
            [1.0, -1.0, 0.5, 0.25, 0.25],
            [0.1] * 8,
            [-0.1, -0.3, -0.2, -0.5, -0.4, -0.7],
            [0.0, 0.0, 0.3, 0.4, 0.0, 0.1],
        ],
    )
    def test_is_that_of_all_sign_flips(self, differences):
        exact = exact_p(differences)
        margin = 4 * (exact * (1 - exact) / FLIPS) ** 0.5 + 1 / FLIPS
        assert randomisation_test(np.array(differences)) == pytest.approx(exact, abs=margin)

    def test_is_two_sided(self):
        differences = np.array([0.1, 0.4, 0.2, -0.1])
        assert randomisation_test(differences) == randomisation_test(-differences)

    @pytest.mark.parametrize("differences", [[], [0.0, 0.0], [0.5, -0.5]])
    def test_no_difference_is_certainly_chance(self, differences):
        assert randomisation_test(np.array(differences, dtype=np.float64)) == 1

    def test_is_never_0(self):
        assert randomisation_test(np.full(100, 0.5)) == 1 / (FLIPS + 1)
