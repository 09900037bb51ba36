"""Quotes alone: one that answers, and the one that only looks as if it did."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from training.alone import alone
from training.rows import Row, split

PASSAGE = (
    "Ana Vell opened the bridge in 1911. The mayor, Tom Ruud, closed it in 1954. A flood had moved its first pier. "
    "It was sold for scrap."
)


def row(question: str, *answers: str) -> Row:
    spans = tuple((PASSAGE.index(answer), PASSAGE.index(answer) + len(answer)) for answer in answers)
    return Row(question, "The bridge", PASSAGE, split(PASSAGE), spans, "test")


@given(st.integers(0, 200))
def test_a_quote_that_answers_comes_with_the_one_that_shares_most_words(seed: int):
    telling, other = alone([row("When did Ana Vell open the bridge?", "1911")], Random(seed))
    assert "1911" in telling.passage
    assert [telling.passage[start:end] for start, end in telling.answers] == ["1911"]
    assert "1911" not in other.passage
    assert (other.answers, other.gold) == ((), ())
    for one in (telling, other):
        assert (one.question, one.title) == ("When did Ana Vell open the bridge?", "The bridge")
        assert one.passage in PASSAGE
        assert one.sentences == split(one.passage)


def test_of_a_misleading_row_the_most_alike_sentence_is_shown_without_an_answer():
    shown = list(alone([row("Why was the mayor closed in 1954?")] * 20, Random(1)))
    assert len(shown) == 20
    assert all("1954" in one.passage and not one.answers for one in shown)


def test_a_row_of_one_sentence_has_no_quotes():
    assert list(alone([Row("who?", "", "Ada did.", ((0, 8),), ((0, 3),), "test")], Random(1))) == []


def test_nothing_that_tells_the_answer_too_is_shown_as_if_it_did_not():
    text = "Ada won in May. In May she won twice. Bo lost."
    asked = Row("When did Ada win?", "", text, split(text), ((11, 14),), "test")
    others = [one.passage for seed in range(30) for one in alone([asked], Random(seed)) if not one.answers]
    assert others
    assert all("May" not in passage for passage in others)
