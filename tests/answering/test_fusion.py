"""Fusion, with its formulas written out.

Min-max: (score - worst) / (best - worst), Bruch, Gai & Ingber 2023. RRF: 1 / (60 + rank), Cormack et al. 2009.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answering.retrieve import fuse, minmax, reciprocal
from qa.config import FusionMethod
from qa.types import ChannelScore, Ranking


def ranking(*rows: tuple[int, float]) -> Ranking:
    return Ranking(
        np.array([number for number, _ in rows], dtype=np.int64),
        np.array([score for _, score in rows], dtype=np.float32),
    )


LEXICAL = ranking((7, 12.0), (2, 6.0), (5, 3.0))
DENSE = ranking((2, 0.75), (9, 0.5), (7, 0.25))
WEIGHTS = {"lexical": 0.5, "dense": 0.3}


def alike(weights: Mapping[str, float]) -> Callable[[int], Mapping[str, float]]:
    """The same weights for every passage."""
    return lambda _: weights


def fused_scores(rankings: Mapping[str, Ranking], method: FusionMethod, depth: int) -> dict[int, float]:
    return {number: score for number, score, _ in fuse(rankings, alike(WEIGHTS), method, depth)}


def test_minmax_scales_the_best_to_one_and_the_worst_to_zero() -> None:
    assert minmax(LEXICAL, 3).tolist() == pytest.approx([1, (6 - 3) / (12 - 3), 0])


def test_minmax_of_a_short_ranking_starts_at_zero() -> None:
    assert minmax(LEXICAL, 4).tolist() == pytest.approx([12 / 12, 6 / 12, 3 / 12])


def test_minmax_of_a_short_ranking_with_negative_scores_starts_at_the_worst() -> None:
    assert minmax(ranking((1, 0.5), (2, 0.0), (3, -0.5)), 100).tolist() == pytest.approx([1, 0.5, 0])


@pytest.mark.parametrize("depth", [2, 10])
@pytest.mark.parametrize("score", [5.0, 0.0, -5.0])
def test_minmax_without_spread_gives_one_to_all(score: float, depth: int) -> None:
    assert minmax(ranking((1, score), (2, score)), depth).tolist() == [1, 1]


def test_a_single_passage_counts_in_full() -> None:
    assert minmax(ranking((4, 0.3)), 1).tolist() == [1]
    assert minmax(ranking((4, 0.3)), 10).tolist() == [1]


def test_reciprocal_ranks() -> None:
    assert reciprocal(LEXICAL).tolist() == pytest.approx([1 / 61, 1 / 62, 1 / 63])


def test_minmax_fusion_is_the_weighted_sum() -> None:
    assert fused_scores({"lexical": LEXICAL, "dense": DENSE}, "minmax", 3) == pytest.approx(
        {
            7: 0.5 * (12 - 3) / (12 - 3) + 0.3 * (0.25 - 0.25) / (0.75 - 0.25),
            2: 0.5 * (6 - 3) / (12 - 3) + 0.3 * (0.75 - 0.25) / (0.75 - 0.25),
            9: 0.3 * (0.5 - 0.25) / (0.75 - 0.25),
            5: 0.5 * (3 - 3) / (12 - 3),
        }
    )


def test_rrf_fusion_is_the_weighted_sum() -> None:
    assert fused_scores({"lexical": LEXICAL, "dense": DENSE}, "rrf", 3) == pytest.approx(
        {
            7: 0.5 / (60 + 1) + 0.3 / (60 + 3),
            2: 0.5 / (60 + 2) + 0.3 / (60 + 1),
            9: 0.3 / (60 + 2),
            5: 0.5 / (60 + 3),
        }
    )


def test_rrf_looks_at_no_score() -> None:
    louder = ranking((7, 1200.0), (2, 0.1), (5, -4.0))
    assert fused_scores({"lexical": louder}, "rrf", 3) == fused_scores({"lexical": LEXICAL}, "rrf", 3)


@pytest.mark.parametrize("method", ["minmax", "rrf"])
def test_the_best_comes_first(method: FusionMethod) -> None:
    rows = fuse({"lexical": LEXICAL, "dense": DENSE}, alike(WEIGHTS), method, 3)
    scores = [score for _, score, _ in rows]
    assert scores == sorted(scores, reverse=True)


@pytest.mark.parametrize("method", ["minmax", "rrf"])
def test_a_ranking_that_does_not_list_a_passage_gives_it_nothing(method: FusionMethod) -> None:
    places = {n: place for n, _, place in fuse({"lexical": LEXICAL, "dense": DENSE}, alike(WEIGHTS), method, 3)}
    assert {n: sorted(place) for n, place in places.items()} == {
        7: ["dense", "lexical"],
        2: ["dense", "lexical"],
        9: ["dense"],
        5: ["lexical"],
    }


def test_every_place_has_its_rank_its_raw_score_and_its_share() -> None:
    places = {n: place for n, _, place in fuse({"lexical": LEXICAL, "dense": DENSE}, alike(WEIGHTS), "minmax", 3)}
    assert places[9] == {"dense": ChannelScore(2, 0.5, 0.3 * 0.5)}
    assert (places[2]["lexical"].rank, places[2]["lexical"].score) == (2, 6.0)
    assert places[2]["lexical"].weight == pytest.approx(0.5 / 3)
    assert places[2]["dense"] == ChannelScore(1, 0.75, 0.3)


@pytest.mark.parametrize("method", ["minmax", "rrf"])
def test_ties_go_by_number(method: FusionMethod) -> None:
    equal = {"lexical": 0.5, "dense": 0.5}
    rows = fuse({"lexical": ranking((8, 2.0)), "dense": ranking((3, 0.9))}, alike(equal), method, 1)
    assert [number for number, _, _ in rows] == [3, 8]


def test_a_channel_of_weight_zero_adds_its_passages_but_no_score() -> None:
    rows = fuse({"lexical": LEXICAL, "dense": DENSE}, alike({"lexical": 1.0, "dense": 0.0}), "minmax", 3)
    assert [number for number, _, _ in rows] == [7, 2, 5, 9]
    assert rows[-1][1] == 0


@pytest.mark.parametrize("method", ["minmax", "rrf"])
def test_empty_rankings(method: FusionMethod) -> None:
    assert fuse({"lexical": ranking(), "dense": ranking()}, alike(WEIGHTS), method, 5) == []
    assert fuse({}, alike({}), method, 5) == []
    alone = fused_scores({"lexical": LEXICAL, "dense": ranking()}, method, 3)
    assert alone == fused_scores({"lexical": LEXICAL}, method, 3)


RANKINGS = st.dictionaries(st.integers(0, 20), st.integers(-8, 8).map(float), max_size=12).map(
    lambda scores: ranking(*sorted(scores.items(), key=lambda row: (-row[1], row[0])))
)


@given(RANKINGS, RANKINGS, st.integers(0, 8))
def test_minmax_fusion_equals_a_brute_force(lexical: Ranking, dense: Ranking, missing: int) -> None:
    channels = {"lexical": lexical, "dense": dense}
    depth = max(len(lexical), len(dense)) + missing
    expected: dict[int, float] = {}
    for name, channel in channels.items():
        scores = dict(zip(channel.numbers.tolist(), channel.scores.tolist(), strict=True))
        low = min([*scores.values(), 0.0] if len(scores) < depth else scores.values(), default=0.0)
        high = max(scores.values(), default=0.0)
        for number, score in scores.items():
            share = (score - low) / (high - low) if high > low else 1.0
            expected[number] = expected.get(number, 0.0) + WEIGHTS[name] * share
    rows = fuse(channels, alike(WEIGHTS), "minmax", depth)
    assert {number: score for number, score, _ in rows} == pytest.approx(expected)
    assert [(-score, number) for number, score, _ in rows] == sorted((-score, number) for number, score, _ in rows)
    assert all(0 <= score <= sum(WEIGHTS.values()) + 1e-6 for _, score, _ in rows)
