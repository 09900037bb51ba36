"""From evidence to a confidence, whatever the weights; and what holds for the weights that come with the package."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.calibration import shipped
from qa.answering.confidence import Calibration, Evidence

FOR = ("coverage", "similarity", "agreement", "reading", "bare")
AGAINST = ("missing_names", "missing_number", "denial", "absent")

EVIDENCE = st.builds(
    Evidence,
    coverage=st.floats(0, 1),
    similarity=st.floats(-1, 1),
    agreement=st.floats(0, 1),
    missing_names=st.integers(0, 50),
    missing_number=st.integers(0, 1),
    denial=st.integers(0, 1),
    absent=st.integers(0, 1),
    reading=st.floats(-8, 8),
    bare=st.integers(0, 1),
)

#: All that can speak for an answer, and nothing that speaks against it.
PERFECT = Evidence(coverage=1.0, similarity=1.0, agreement=1.0, reading=8.0)


def logistic(x: float) -> float:
    return 1 / (1 + math.exp(-x))


# Any weights


def test_without_weights_the_bias_is_the_log_odds() -> None:
    assert Calibration(0.0, {}, 0.5).confidence(PERFECT) == 0.5
    assert Calibration(math.log(3), {}, 0.5).confidence(PERFECT) == pytest.approx(0.75)
    assert Calibration(-math.log(3), {}, 0.5).confidence(PERFECT) == pytest.approx(0.25)


@pytest.mark.parametrize("name", [*FOR, *AGAINST])
def test_each_weight_counts_its_own_evidence_only(name: str) -> None:
    evidence = Evidence(0.5, 0.25, 0.75, 3, 1, 1, 1, 2.5, 1)
    calibration = Calibration(1.0, {name: -2.0}, 0.5)
    assert calibration.confidence(evidence) == pytest.approx(logistic(1.0 - 2.0 * getattr(evidence, name)))


def test_all_evidence_is_added_up() -> None:
    weights = dict(zip([*FOR, *AGAINST], [1.0, 2.0, 4.0, 0.5, 0.75, -0.5, -0.25, -0.125, -0.5], strict=True))
    evidence = Evidence(0.5, 0.25, 0.75, 2, 1, 1, 1, -2.0, 1)
    # -1 + 0.5 + 0.5 + 3 - 1 + 0.75 - 1 - 0.25 - 0.125 - 0.5
    assert Calibration(-1.0, weights, 0.5).confidence(evidence) == pytest.approx(logistic(0.875))


@pytest.mark.parametrize(("bias", "expected"), [(1e6, 1.0), (-1e6, 0.0)])
def test_an_extreme_sum_is_a_confidence_still(bias: float, expected: float) -> None:
    assert Calibration(bias, {}, 0.5).confidence(Evidence()) == pytest.approx(expected)


def test_the_threshold_does_not_change_the_confidence() -> None:
    low, high = Calibration(1.0, {"coverage": 2.0}, 0.1), Calibration(1.0, {"coverage": 2.0}, 0.9)
    assert low.confidence(PERFECT) == high.confidence(PERFECT)


def test_evidence_by_name_has_every_value_in_the_documented_order() -> None:
    evidence = Evidence(0.5, 0.25, 0.75, 2, 1, 0, 1, -1.5, 0)
    values = evidence.to_dict()
    assert list(values) == [*FOR[:3], *AGAINST, *FOR[3:]]
    assert list(values.values()) == [0.5, 0.25, 0.75, 2, 1, 0, 1, -1.5, 0]
    assert Evidence.of(values) == evidence


def test_evidence_of_a_report_from_before_there_was_a_reader_has_none() -> None:
    values = {name: value for name, value in PERFECT.to_dict().items() if name not in ("absent", "reading", "bare")}
    assert Evidence.of(values) == PERFECT._replace(reading=0.0)


def test_a_question_is_answered_from_the_threshold_on_unless_it_is_about_what_is_absent() -> None:
    half = Calibration(0.0, {}, 0.5)
    assert half.answers(PERFECT)
    assert not half.at(0.51).answers(PERFECT)
    assert not half.answers(PERFECT._replace(absent=1))


def test_no_evidence_is_all_zero() -> None:
    assert set(Evidence().to_dict().values()) == {0}


# The weights that come with the package


@pytest.fixture(scope="module")
def calibration() -> Calibration:
    return shipped().calibration


def test_what_speaks_for_an_answer_never_counts_against_it_and_the_reverse(calibration: Calibration) -> None:
    assert set(calibration.weights) <= {*Evidence._fields}
    assert all(calibration.weights.get(name, 0.0) >= 0 for name in FOR)
    assert all(calibration.weights.get(name, 0.0) <= 0 for name in AGAINST)


def test_perfect_evidence_is_answered_and_none_is_not(calibration: Calibration) -> None:
    assert 0 < calibration.threshold < 1
    assert calibration.confidence(PERFECT) >= calibration.threshold
    assert calibration.confidence(Evidence()) < calibration.threshold
    assert calibration.confidence(Evidence(similarity=-1.0)) < calibration.threshold


@given(EVIDENCE)
def test_confidence_is_between_zero_and_one(evidence: Evidence) -> None:
    assert 0 < shipped().calibration.confidence(evidence) < 1


@given(EVIDENCE, st.sampled_from(FOR), st.floats(0, 1))
def test_more_for_an_answer_never_makes_less_sure(evidence: Evidence, name: str, better: float) -> None:
    confidence = shipped().calibration.confidence
    value = max(better, getattr(evidence, name))
    assert confidence(evidence._replace(**{name: value})) >= confidence(evidence)


@given(EVIDENCE, st.sampled_from(AGAINST), st.integers(0, 50))
def test_more_against_it_never_makes_surer(evidence: Evidence, name: str, more: int) -> None:
    confidence = shipped().calibration.confidence
    value = getattr(evidence, name) + more
    assert confidence(evidence._replace(**{name: value})) <= confidence(evidence)
