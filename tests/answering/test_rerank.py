"""The order of the best fused passages as a reranker sees it, and what becomes of their scores."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from qa.answering.rerank import rerank
from qa.answering.retrieve import RankedPassage
from qa.answering.select import select
from qa.config import SearchConfig
from qa.models.base import TitledText
from qa.types import ChannelScore, Chunk, Document, Span
from tests.support import in_memory

QUESTION = " How many a? "

#: Passages by number, each an article of its own, and their fused scores, best first.
TEXTS = ["a", "aaa", "", "aaaaaa", "aaa", "aa", "aaaaaaaaa"]
FUSED = {3: 0.9, 0: 0.8, 4: 0.6, 2: 0.5, 1: 0.3, 6: 0.1, 5: 0.0}


def retrieved(number: int, score: float) -> RankedPassage:
    """The passage stands in its document after three other characters; two searches share its score three to one."""
    text = f"xx {TEXTS[number]}b"
    span = Span(3, len(text))
    vectors = np.ones((1, 1), dtype=np.float32)
    candidate = in_memory(
        number, Document(str(number), text, f"Title {number}"), Chunk(3, len(text), 0, 1), (span,), vectors
    )
    places = {"lexical": ChannelScore(number + 1, 7.5, 0.75 * score), "dense": ChannelScore(2, 0.5, 0.25 * score)}
    return RankedPassage(candidate, score, places)


@pytest.fixture
def fused() -> list[RankedPassage]:
    return [retrieved(number, score) for number, score in FUSED.items()]


class Counting:
    """A ``Reranker`` in the sense of ``qa.models.base``: the raw score is ``scale`` times (the letters a, less 3)."""

    fingerprint = "0" * 64

    def __init__(self, scale: float = 1.0) -> None:
        self.scale = scale
        self.asked: list[tuple[str, list[TitledText]]] = []

    def score(self, question: str, passages: Sequence[TitledText]) -> list[float]:
        self.asked.append((question, list(passages)))
        return [self.scale * (passage.text.count("a") - 3) for passage in passages]


def numbers(ranked: Sequence[RankedPassage]) -> list[int]:
    return [one.candidate.number for one in ranked]


def raw_of(ranked: Sequence[RankedPassage]) -> list[float]:
    return [one.scores["reranker"].score for one in ranked if "reranker" in one.scores]


def test_passages_are_ordered_by_the_reranker_s_score_and_equal_ones_by_number(fused: list[RankedPassage]) -> None:
    reranked = rerank(fused, QUESTION, Counting(), 50)
    assert numbers(reranked) == [6, 3, 1, 4, 5, 0, 2]
    assert raw_of(reranked) == [6, 3, 0, 0, -1, -2, -3]
    assert [one.scores["reranker"].rank for one in reranked] == [1, 2, 3, 4, 5, 6, 7]


def test_where_all_are_equal_all_go_by_number(fused: list[RankedPassage]) -> None:
    assert numbers(rerank(fused, QUESTION, Counting(0.0), 50)) == [0, 1, 2, 3, 4, 5, 6]


def test_the_reranker_is_given_the_question_and_each_passage_with_its_title(fused: list[RankedPassage]) -> None:
    reranker = Counting()
    rerank(fused, QUESTION, reranker, 50)
    assert reranker.asked == [(QUESTION, [TitledText(f"Title {n}", f"{TEXTS[n]}b") for n in FUSED])]


@pytest.mark.parametrize("scale", [1.0, 0.001, 20.0, 1e4, -1e4, 0.0])
def test_scores_become_probabilities_in_the_reranker_s_order(fused: list[RankedPassage], scale: float) -> None:
    reranked = rerank(fused, QUESTION, Counting(scale), 50)
    scores, raw = [one.score for one in reranked], raw_of(reranked)
    with np.errstate(over="ignore"):
        assert scores == pytest.approx([float(1 / (1 + np.exp(-np.float64(x)))) for x in raw], abs=1e-12)
    assert raw == sorted(raw, reverse=True)
    for better, worse, higher, lower in zip(raw, raw[1:], scores, scores[1:], strict=False):
        assert (better > worse) == (higher > lower)
        assert (better == worse) == (higher == lower)


def test_only_the_best_fused_are_read_and_the_others_follow_as_before(fused: list[RankedPassage]) -> None:
    reranker = Counting()
    reranked = rerank(fused, QUESTION, reranker, 3)
    assert [passage.title for passage in reranker.asked[0][1]] == ["Title 3", "Title 0", "Title 4"]
    assert numbers(reranked) == [3, 4, 0, 2, 1, 6, 5]
    assert ["reranker" in one.scores for one in reranked] == [True] * 3 + [False] * 4
    # 0 is the worst read, with a raw score of 1 - 3; the others keep their proportion to 4, the last fused one read.
    worst = 1 / (1 + np.exp(2.0))
    expected = [worst, *(worst * score / 0.6 for score in (0.5, 0.3, 0.1, 0.0))]
    assert [one.score for one in reranked[2:]] == pytest.approx(expected)
    assert [one.score for one in reranked] == sorted((one.score for one in reranked), reverse=True)


@pytest.mark.parametrize("scale", [1e4, -1e4])
def test_the_others_do_not_pass_those_that_were_read_however_extreme_the_scores(
    fused: list[RankedPassage], scale: float
) -> None:
    scores = [one.score for one in rerank(fused, QUESTION, Counting(scale), 3)]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] <= scores[0] <= 1


def test_where_the_last_read_had_nothing_the_others_have_nothing() -> None:
    nothing = [retrieved(number, 0.0) for number in range(4)]
    reranked = rerank(nothing, QUESTION, Counting(), 2)
    assert numbers(reranked) == [1, 0, 2, 3]
    assert [one.score for one in reranked[2:]] == [0.0, 0.0]


def test_the_shares_still_add_up_to_the_score(fused: list[RankedPassage]) -> None:
    before = {one.candidate.number: one.scores for one in fused}
    for one in rerank(fused, QUESTION, Counting(), 3):
        assert sum(place.weight for place in one.scores.values()) == pytest.approx(one.score)
        searches = {name: (p.rank, p.score) for name, p in one.scores.items() if name != "reranker"}
        assert searches == {name: (p.rank, p.score) for name, p in before[one.candidate.number].items()}


def test_of_what_was_read_the_whole_score_is_the_reranker_s(fused: list[RankedPassage]) -> None:
    *_, last = reranked = rerank(fused, QUESTION, Counting(), 6)
    for one in reranked[:6]:
        assert {name: place.weight for name, place in one.scores.items()} == {
            "lexical": 0,
            "dense": 0,
            "reranker": one.score,
        }
    assert "reranker" not in last.scores


def test_nothing_found_leaves_nothing_to_order() -> None:
    assert rerank([], QUESTION, Counting(), 50) == []


def test_the_input_is_left_as_it_was(fused: list[RankedPassage]) -> None:
    rerank(fused, QUESTION, Counting(), 3)
    assert [(one.candidate.number, one.score) for one in fused] == list(FUSED.items())
    assert all("reranker" not in one.scores for one in fused)


def test_the_choice_takes_reranked_passages_in_their_order(fused: list[RankedPassage]) -> None:
    """Even where the logistic function of all their scores is 1 or 0 to the last digit."""
    reranked = rerank(fused, QUESTION, Counting(1e4), 50)
    assert all(round(one.score, 12) in (0, 0.5, 1) for one in reranked)
    chosen = select(
        reranked, 100, SearchConfig(repeat_discount=1, least_share=0), lambda candidate: (0.0, candidate.sentences[0])
    )
    assert [one.retrieved.candidate.number for one in chosen] == [6, 3, 1, 4, 5, 0, 2]
