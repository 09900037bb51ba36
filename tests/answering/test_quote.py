"""Which sentences of a passage are quoted. The weights are tuned elsewhere; each test varies one thing only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.quote import InformationNeed, best_sentences, coverage
from qa.answering.request import Query
from qa.text.kinds import kind
from qa.types import FloatArray


def unit(*components: float) -> FloatArray:
    vector = np.array(components, dtype=np.float32)
    result: FloatArray = (vector / np.linalg.norm(vector)).astype(np.float32)
    return result


X, Y, Z = unit(1, 0, 0), unit(0, 1, 0), unit(0, 0, 1)

BOTH = {"almagro": 1.0, "request": 1.0}


def score_and_quote(
    texts: Sequence[str], vectors: Sequence[FloatArray], weights: Mapping[str, float], question: str, near: FloatArray
) -> tuple[float, int, int]:
    need = InformationNeed.of(Query(question, (), lambda: near), weights)
    return best_sentences(need, texts, [kind(text) for text in texts], np.stack(vectors))


def quoted(
    texts: Sequence[str],
    vectors: Sequence[FloatArray],
    weights: Mapping[str, float],
    question: str = "?",
    near: FloatArray = X,
) -> list[str]:
    """The sentences quoted for a question with the vector ``near`` and these terms."""
    _, first, last = score_and_quote(texts, vectors, weights, question, near)
    return list(texts[first:last])


def test_the_sentence_nearest_in_meaning_is_quoted() -> None:
    texts = ["It is here.", "It is there.", "Here it is.", "There it is."]
    assert quoted(texts, [Y, Z, X, Y], {}) == ["Here it is."]


def test_among_sentences_equally_near_the_one_with_the_terms_is_quoted() -> None:
    texts = ["Silence.", "No silence.", "Almagro requested silence.", "Silence again."]
    assert quoted(texts, [Y] * 4, BOTH) == ["Almagro requested silence."]


def test_the_informative_term_counts_more() -> None:
    texts = ["Common silence.", "Silence.", "Rare silence."]
    assert quoted(texts, [Y] * 3, {"common": 0.1, "rare": 5.0}) == ["Rare silence."]
    assert quoted(texts, [Y] * 3, {"common": 5.0, "rare": 0.1}) == ["Common silence."]


def test_two_sentences_are_quoted_where_each_brings_what_the_other_lacks() -> None:
    texts = ["Silence.", "Almagro's silence.", "Requested silence.", "Silence."]
    assert quoted(texts, [Z, X, Y, Z], BOTH, near=unit(1, 1, 0)) == ["Almagro's silence.", "Requested silence."]


def test_a_sentence_that_answers_is_not_joined_with_its_neighbours() -> None:
    answer = "Almagro requested silence."
    for place in range(3):
        texts = [answer if i == place else "Silence." for i in range(3)]
        vectors = [X if i == place else Y for i in range(3)]
        assert quoted(texts, vectors, BOTH) == [answer]


def test_a_sentence_said_twice_is_quoted_once_where_it_comes_first() -> None:
    texts = ["Almagro requested silence."] * 2
    _, first, last = score_and_quote(texts, [X, X], BOTH, "?", X)
    assert (first, last) == (0, 1)


def test_a_sentence_that_says_more_than_the_question_is_quoted() -> None:
    texts = ["Almagro requested.", "Almagro requested silence in Caracas."]
    assert quoted(texts, [Y, Y], BOTH) == [texts[1]]


@pytest.mark.parametrize(
    "question",
    ["How many came?", "when did they come?", "What percentage came?", "¿Cuántos vinieron?", "¿Qué porcentaje vino?"],
)
@pytest.mark.parametrize("number", ["51", "51.20", "twelve", "doce"])
def test_a_question_for_a_number_is_answered_with_one(question: str, number: str) -> None:
    texts = ["Silence fell.", f"Silence {number}."]
    assert quoted(texts, [Y, Y], {}, question) == [texts[1]]


@pytest.mark.parametrize("question", ["Who came?", "¿Quién vino?"])
def test_a_number_is_nothing_special_where_none_is_asked_for(question: str) -> None:
    texts = ["Silence fell.", "Silence twelve."]
    assert quoted(texts, [Y, Y], {}, question) == [texts[0]]


@pytest.mark.parametrize("verb", ["urged", "called on", "asked for", "called for"])
def test_a_question_for_a_request_is_answered_by_whoever_asks_for_something(verb: str) -> None:
    texts = ["Almagro joined the request.", f"Almagro {verb} silence.", "Almagro spoke of silence."]
    assert quoted(texts, [Y] * 3, BOTH, "What did Almagro request?") == [texts[1]]


@pytest.mark.parametrize("other", ["Almagro requests silence", "Who requested silence, Almagro?", "By Almagro Request",
    "READ MORE: Almagro requests silence"])  # fmt: skip
def test_what_is_no_sentence_is_not_quoted(other: str) -> None:
    texts = [other, "He wants Almagro to fall silent."]
    assert quoted(texts, [Y, Y], BOTH) == [texts[1]]


def test_a_table_is_not_quoted_with_the_prose_beside_it() -> None:
    texts = ["| Almagro | 51 |", "He requested silence."]
    assert quoted(texts, [X, Y], BOTH, near=unit(1, 1, 0)) != texts


def test_the_sentence_after_a_question_that_is_asked_answers_it() -> None:
    texts = ["Silence fell in the hall.", "What did Almagro request?", "A warrant, at once.", "Silence fell again."]
    assert quoted(texts, [Y, X, unit(1, 2, 0), Y], BOTH) == ["A warrant, at once."]


def test_the_only_sentence_is_quoted() -> None:
    assert quoted(["Silence."], [-X], BOTH) == ["Silence."]


def test_opposite_sentences_have_no_direction_together() -> None:
    assert quoted(["Silence."] * 2 + ["Silence!"], [X, -X, Y], {}, near=Y) == ["Silence!"]


def test_a_passage_that_answers_scores_higher_than_one_that_does_not() -> None:
    answers, *_ = score_and_quote(["Silence.", "Almagro requested silence."], [Y, X], BOTH, "?", X)
    does_not, *_ = score_and_quote(["Silence.", "Silence."], [Y, Y], BOTH, "?", X)
    assert answers > does_not


TEXTS = st.lists(st.lists(st.sampled_from(["Almagro", "requested", "5", "it"]), max_size=4).map(" ".join), min_size=1)


@settings(deadline=None)
@given(TEXTS, st.integers(0, 1000), st.sampled_from(["who?", "how many?"]))
def test_one_or_two_adjoining_sentences_of_the_passage_are_quoted(texts: list[str], seed: int, question: str) -> None:
    random = np.random.default_rng(seed)
    vectors = [unit(*random.standard_normal(4)) for _ in texts]
    _, first, last = score_and_quote(texts, vectors, BOTH, question, unit(*random.standard_normal(4)))
    assert 0 <= first < last <= len(texts)
    assert last - first <= 2


def test_coverage_is_the_share_of_the_terms_by_weight() -> None:
    weights = {"almagro": 3.0, "request": 1.0}
    assert coverage(frozenset({"almagro"}), weights) == pytest.approx(3 / 4)
    assert coverage(frozenset({"request", "other"}), weights) == pytest.approx(1 / 4)
    assert coverage(frozenset({"almagro", "request"}), weights) == pytest.approx(1)
    assert coverage(frozenset(), weights) == 0


def test_coverage_of_no_terms_is_zero() -> None:
    assert coverage(frozenset({"almagro"}), {}) == 0
