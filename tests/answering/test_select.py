"""Which of the ranked passages are cited, in which order, and by which quote."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.retrieve import RankedPassage
from qa.answering.select import in_turn, select
from qa.backends.base import Candidate
from qa.config import SearchConfig
from qa.types import ChannelScore, Chunk, Document, Span
from tests.support import in_memory

#: Sentence n stands at [14 n, 14 n + 13).
LONG = " ".join(f"Sentence {n:03}." for n in range(100))


def result(number: int, document: str, sentences: tuple[int, int], score: float, text: str = LONG) -> RankedPassage:
    """Sentences ``[first, last)`` of a document, with a fused score."""
    first, last = sentences
    spans = tuple(Span(14 * n, 14 * n + 13) for n in range(first, last))
    chunk = Chunk(spans[0].start, spans[-1].end, first, last)
    vectors = np.ones((last - first, 1), dtype=np.float32)
    candidate = in_memory(number, Document(document, text), chunk, spans, vectors)
    return RankedPassage(candidate, score, {"dense": ChannelScore(number + 1, score, score)})


def whole(candidate: Candidate) -> tuple[float, Span]:
    """Quotes all of a passage, and finds none better than another."""
    return 0.0, Span(candidate.chunk.start, candidate.chunk.end)


def all_of(discount: float) -> SearchConfig:
    """However low their score: only the discount counts."""
    return SearchConfig(repeat_discount=discount, least_share=0)


def choose(retrieved: Sequence[RankedPassage], k: int, discount: float) -> list[RankedPassage]:
    """The choice by rank alone."""
    return [quoted.retrieved for quoted in select(retrieved, k, all_of(discount), whole)]


def numbers(chosen: Sequence[RankedPassage]) -> list[int]:
    return [r.candidate.number for r in chosen]


def test_one_article_does_not_crowd_out_the_others() -> None:
    retrieved = [
        result(0, "long", (0, 5), 0.9),
        result(1, "long", (5, 10), 0.8),
        result(2, "long", (10, 15), 0.7),
        result(3, "short", (0, 5), 0.5),
    ]
    chosen = choose(retrieved, 4, 0.5)
    assert numbers(chosen) == [0, 3, 1, 2]
    assert [r.score for r in chosen] == pytest.approx([0.9, 0.5, 0.8 * 0.5, 0.7 * 0.5 * 0.5])


def test_passages_are_read_in_turn_so_that_one_article_does_not_take_all_places() -> None:
    ranked = [
        result(0, "long", (0, 5), 0.9),
        result(1, "long", (4, 10), 0.8),
        result(2, "long", (9, 15), 0.7),
        result(3, "short", (0, 5), 0.5),
    ]
    assert numbers(in_turn(ranked, 0.5)) == [0, 3, 1, 2]
    assert numbers(in_turn(ranked, 1.0)) == [0, 1, 2, 3]
    assert [one.score for one in in_turn(ranked, 0.5)] == [0.9, 0.5, 0.8, 0.7]


def test_a_much_better_second_passage_of_one_article_still_comes() -> None:
    retrieved = [result(0, "long", (0, 5), 0.9), result(1, "long", (5, 10), 0.8), result(2, "short", (0, 5), 0.3)]
    assert numbers(choose(retrieved, 2, 0.5)) == [0, 1]


def test_without_a_discount_the_ranking_stays() -> None:
    retrieved = [result(0, "long", (0, 5), 0.9), result(1, "long", (5, 10), 0.8), result(2, "short", (0, 5), 0.79)]
    assert numbers(choose(retrieved, 3, 1.0)) == [0, 1, 2]


def test_with_a_full_discount_every_article_comes_before_any_comes_again() -> None:
    retrieved = [result(0, "long", (0, 5), 0.9), result(1, "long", (5, 10), 0.8), result(2, "short", (0, 5), 0.01)]
    assert numbers(choose(retrieved, 3, 0.0)) == [0, 2, 1]


def test_overlapping_passages_are_shown_once() -> None:
    retrieved = [
        result(0, "long", (0, 5), 0.9),
        result(1, "long", (4, 9), 0.8),
        result(2, "long", (8, 12), 0.7),
        result(3, "short", (4, 9), 0.1),
    ]
    # 1 shares a sentence with 0; 2 shares one with 1 only, which is not shown; 3 is of another article.
    assert sorted(numbers(choose(retrieved, 4, 1.0))) == [0, 2, 3]


def test_a_passage_that_says_the_same_elsewhere_in_its_article_is_shown_once() -> None:
    text = " ".join(["Sentence one.", "Sentence two.", "SENTENCE ONE.", "Sentence two."])
    retrieved = [result(0, "a", (0, 2), 0.9, text), result(1, "a", (2, 4), 0.8, text)]
    assert numbers(choose(retrieved, 2, 1.0)) == [0]


def test_two_articles_that_say_the_same_are_both_shown() -> None:
    retrieved = [result(0, "a", (0, 2), 0.9), result(1, "b", (0, 2), 0.8)]
    assert numbers(choose(retrieved, 2, 0.5)) == [0, 1]


def test_more_than_there_is_gives_all_there_is() -> None:
    retrieved = [result(0, "a", (0, 2), 0.9), result(1, "b", (0, 2), 0.8)]
    assert numbers(choose(retrieved, 100, 0.5)) == [0, 1]
    assert choose([], 5, 0.5) == []


def test_k_limits_the_choice() -> None:
    retrieved = [result(n, f"d{n}", (0, 2), 1 - n / 10) for n in range(5)]
    assert numbers(choose(retrieved, 2, 0.5)) == [0, 1]


def test_nothing_is_cited_below_the_least_share_of_the_first_score() -> None:
    retrieved = [result(n, f"d{n}", (0, 2), score) for n, score in enumerate([0.8, 0.5, 0.4, 0.39])]
    for share, count in [(0, 4), (0.5, 3), (0.6, 2), (1, 1)]:
        assert len(select(retrieved, 5, SearchConfig(least_share=share), whole)) == count


def test_the_first_is_cited_whatever_its_score() -> None:
    retrieved = [result(n, f"d{n}", (0, 2), 0.0) for n in range(3)]
    assert len(select(retrieved, 2, SearchConfig(), whole)) == 2


def test_equal_passages_go_by_number() -> None:
    retrieved = [result(n, f"d{n}", (0, 2), 0.5) for n in (3, 1, 2)]
    assert numbers(choose(retrieved, 3, 0.5)) == [1, 2, 3]


def test_choosing_keeps_the_places_and_the_input() -> None:
    retrieved = [result(0, "a", (0, 2), 0.9), result(1, "a", (2, 4), 0.8)]
    chosen = choose(retrieved, 2, 0.5)
    assert [r.scores for r in chosen] == [r.scores for r in retrieved]
    assert [r.score for r in retrieved] == [0.9, 0.8]


CANDIDATES = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 20), st.integers(1, 4), st.floats(0, 1), st.floats(-1, 2)),
    max_size=12,
)


@settings(deadline=None)
@given(CANDIDATES, st.integers(1, 6), st.floats(0, 1))
def test_what_is_chosen_falls_in_score_and_shows_nothing_twice(
    rows: list[tuple[str, int, int, float, float]], k: int, discount: float
) -> None:
    retrieved = [result(n, d, (at, at + length), score) for n, (d, at, length, score, _) in enumerate(rows)]
    retrieved.sort(key=lambda r: (-r.score, r.candidate.number))
    chosen = select(retrieved, k, all_of(discount), lambda c: (rows[c.number][4], c.sentences[0]))
    assert len(chosen) <= k
    assert bool(chosen) == bool(retrieved)
    scores = [q.retrieved.score for q in chosen]
    assert scores == sorted(scores, reverse=True)
    shown: set[tuple[str, int]] = set()
    for quoted in chosen:
        candidate = quoted.retrieved.candidate
        inside = {(candidate.document.id, s.start) for s in candidate.sentences}
        assert shown.isdisjoint(inside)
        assert quoted.quote == candidate.sentences[0]
        shown |= inside


def scored(**scores: float) -> Callable[[Candidate], tuple[float, Span]]:
    """Quotes of these scores, by the passage's number: the first sentence of each."""
    return lambda candidate: (scores[f"p{candidate.number}"], candidate.sentences[0])


def test_a_much_better_quote_in_an_overlapping_passage_is_cited_in_the_place_of_the_best_ranked() -> None:
    best, overlapping = result(0, "a", (0, 2), 0.9), result(1, "a", (1, 3), 0.8)
    (quoted,) = select([best, overlapping], 5, all_of(0.5), scored(p0=0.0, p1=100.0))
    assert quoted.retrieved.candidate is overlapping.candidate
    assert quoted.quote == overlapping.candidate.sentences[0]
    assert quoted.retrieved.score == best.score
    assert quoted.retrieved.scores == best.scores  # so that they add up to the score


def test_the_best_ranked_is_cited_where_no_overlapping_passage_has_a_better_quote() -> None:
    best, overlapping = result(0, "a", (0, 2), 0.9), result(1, "a", (1, 3), 0.8)
    for scores in (scored(p0=1.0, p1=1.0), scored(p0=1.0, p1=0.5)):
        (quoted,) = select([best, overlapping], 5, all_of(0.5), scores)
        assert quoted.retrieved.candidate is best.candidate


def test_passages_that_do_not_overlap_and_other_articles_do_not_take_a_place() -> None:
    retrieved = [result(0, "a", (0, 2), 0.9), result(1, "b", (0, 2), 0.8), result(2, "a", (2, 4), 0.7)]
    quoted = select(retrieved, 3, all_of(0.5), scored(p0=0.0, p1=100.0, p2=100.0))
    assert [q.retrieved.candidate.number for q in quoted] == [0, 1, 2]


def test_a_passage_between_two_others_is_cited_once_though_it_has_the_best_quote() -> None:
    retrieved = [result(0, "a", (0, 2), 0.9), result(1, "a", (3, 5), 0.8), result(2, "a", (1, 4), 0.7)]
    quoted = select(retrieved, 3, all_of(0.5), scored(p0=0.0, p1=0.0, p2=100.0))
    assert [q.retrieved.candidate.number for q in quoted] == [2]
