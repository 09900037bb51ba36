"""From evidence to a confidence. The constants are being tuned; what holds for any is here."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.abstention import THRESHOLD, Evidence, confidence

COVERAGE = st.floats(0, 1)
SIMILARITY = st.floats(-1, 1)


@given(COVERAGE, SIMILARITY)
def test_confidence_is_between_zero_and_one(coverage: float, similarity: float) -> None:
    assert 0 < confidence(Evidence(coverage, similarity)) < 1


@given(COVERAGE, COVERAGE, SIMILARITY)
def test_more_coverage_never_makes_less_sure(one: float, other: float, similarity: float) -> None:
    less, more = sorted((one, other))
    assert confidence(Evidence(less, similarity)) <= confidence(Evidence(more, similarity))


@given(COVERAGE, SIMILARITY, SIMILARITY)
def test_more_similarity_never_makes_less_sure(coverage: float, one: float, other: float) -> None:
    less, more = sorted((one, other))
    assert confidence(Evidence(coverage, less)) <= confidence(Evidence(coverage, more))


def test_both_kinds_of_evidence_count() -> None:
    assert confidence(Evidence(0, 0.5)) < confidence(Evidence(1, 0.5))
    assert confidence(Evidence(0.5, 0)) < confidence(Evidence(0.5, 1))


def test_a_passage_that_holds_every_term_and_means_the_same_is_an_answer() -> None:
    assert confidence(Evidence(1, 1)) >= THRESHOLD


@pytest.mark.parametrize("evidence", [Evidence(0, 0), Evidence(0, -1)])
def test_without_evidence_there_is_no_answer(evidence: Evidence) -> None:
    assert confidence(evidence) < THRESHOLD
