"""What becomes of the passages to cite when a reader has read them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from qa.answering.quote import InformationNeed
from qa.answering.read import SHARE, probability, read
from qa.answering.retrieve import RankedPassage
from qa.answering.select import QuotedPassage
from qa.models.base import TitledText
from qa.types import ChannelScore, Chunk, Document, FloatArray, Query, Span
from tests.support import in_memory

VECTOR = np.array([1.0, 0.0], dtype=np.float32)
WANTED = InformationNeed.of(Query("Who said aye?", (), lambda: VECTOR), {})


class Marks:
    """A ``Reader`` in the sense of ``qa.models.base``: log-odds are a sentence's plus signs less its minus signs."""

    fingerprint = "0" * 64

    def read(self, question: str, passage: TitledText, sentences: Sequence[Span]) -> FloatArray:
        assert question == WANTED.question
        texts = [passage.text[start:end] for start, end in sentences]
        return np.array([text.count("+") - text.count("-") for text in texts], dtype=np.float32)


def quoted(name: str, score: float, *sentences: str) -> QuotedPassage:
    """A passage of an article of its own, whose first sentence is quoted."""
    text = " ".join(["Before.", *sentences])
    spans: list[Span] = []
    for sentence in sentences:
        start = text.index(sentence, spans[-1].end if spans else 7)
        spans.append(Span(start, start + len(sentence)))
    chunk = Chunk(spans[0].start, spans[-1].end, 0, len(spans))
    vectors = np.ones((len(spans), 2), dtype=np.float32)
    candidate = in_memory(0, Document(name, text), chunk, tuple(spans), vectors)
    return QuotedPassage(RankedPassage(candidate, score, {"dense": ChannelScore(1, 0.5, score)}), spans[0])


def run(cited: Sequence[QuotedPassage], depth: int = 4) -> list[QuotedPassage]:
    with ThreadPoolExecutor(2) as pool:
        return read(cited, WANTED, Marks(), depth, pool)


def names(cited: Sequence[QuotedPassage]) -> list[str]:
    return [one.retrieved.candidate.document.id for one in cited]


def texts(cited: Sequence[QuotedPassage]) -> list[str]:
    return [one.retrieved.candidate.document.text[one.quote.start : one.quote.end] for one in cited]


def test_the_sentence_that_the_reader_takes_for_the_answer_is_quoted() -> None:
    assert texts(run([quoted("a", 0.9, "He left --.", "He left ++++.", "He left ----.")])) == ["He left ++++."]


def test_a_faint_opinion_leaves_the_choice_to_the_rules() -> None:
    said = "He left the hall at noon on Friday, and more was to be heard of it ---------."
    assert texts(run([quoted("a", 0.9, said, "He left --------.")])) == [said]


def test_a_passage_that_answers_comes_before_one_that_ranked_a_little_better() -> None:
    first, second = quoted("a", 0.9, "He left ----."), quoted("b", 0.8, "She left ++++.")
    assert names(run([first, second])) == ["b", "a"]
    assert names(run([first, quoted("b", 0.2, "She left ++++.")])) == ["a", "b"]


def test_scores_add_up_and_the_log_odds_are_told() -> None:
    cited = run([quoted("a", 0.9, "He left -.", "He left +."), quoted("b", 0.2, "She left ---.")])
    odds = math.log(math.exp(-1) + math.exp(1))
    place = cited[0].retrieved.scores["reader"]
    assert (place.rank, cited[1].retrieved.scores["reader"].rank) == (1, 2)
    assert place.score == pytest.approx(odds)
    assert place.weight == pytest.approx(SHARE / (1 + math.exp(-odds)))
    for one in cited:
        assert one.retrieved.score == pytest.approx(sum(p.weight for p in one.retrieved.scores.values()))


def test_only_the_first_are_read_and_the_others_keep_their_order() -> None:
    cited = [quoted(name, 0.5, "He left.") for name in "abcd"]
    after = run(cited, depth=2)
    assert names(after) == ["a", "b", "c", "d"]
    assert ["reader" in one.retrieved.scores for one in after] == [True, True, False, False]
    assert [one.retrieved.score for one in after[2:]] == pytest.approx([0.5 * (1 - SHARE)] * 2)
    assert run([]) == []


@pytest.mark.parametrize("odds", [-1000.0, -2.0, 0.0, 3.0, 1000.0])
def test_log_odds_are_a_probability(odds: float) -> None:
    assert probability(odds) == pytest.approx(1 / (1 + math.exp(min(700.0, -odds))))


def test_the_others_never_score_more_than_the_worst_read() -> None:
    cited = [quoted("a", 0.9, "He left ++."), quoted("b", 0.8, "She left -----."), quoted("c", 0.79, "They left.")]
    scores = [one.retrieved.score for one in run(cited, depth=2)]
    assert names(run(cited, depth=2)) == ["a", "b", "c"]
    assert scores == sorted(scores, reverse=True)
    for one in run(cited, depth=2):
        assert one.retrieved.score == pytest.approx(sum(p.weight for p in one.retrieved.scores.values()))


def test_without_a_share_the_order_stays_and_the_quote_is_the_reader_s() -> None:
    cited = [quoted("a", 0.9, "He left ---."), quoted("b", 0.8, "She left.", "She left ++++.")]
    with ThreadPoolExecutor(2) as pool:
        after = read(cited, WANTED, Marks(), 2, pool, 0.0)
    assert (names(after), [one.retrieved.score for one in after]) == (["a", "b"], [0.9, 0.8])
    assert texts(after)[1] == "She left ++++."
