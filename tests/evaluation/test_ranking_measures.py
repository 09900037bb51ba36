"""Document rankings, and their measures by their formulas."""

from __future__ import annotations

from itertools import pairwise
from math import log2

import numpy as np
import pytest

from qa.errors import UsageError
from qa.evaluation.ranking_measures import RANKING_MEASURES, rank_documents, ranking_measures
from qa.types import DocumentRef, Excerpt, Hit


def hits(*rows: tuple[str, float]) -> list[Hit]:
    """Passages of these documents with these scores."""
    return [
        Hit(rank, DocumentRef(name, "", None, None, None, ""), Excerpt("", 0, 0, 1, 1), score, {})
        for rank, (name, score) in enumerate(rows, start=1)
    ]


class TestRankDocuments:
    def test_a_document_stands_where_its_best_passage_does(self):
        ranking = rank_documents(hits(("b", 0.75), ("a", 0.5), ("b", 0.375), ("c", 0.25), ("a", 0.125)))
        assert list(ranking.items()) == [("b", 0.75), ("a", 0.5), ("c", 0.25)]

    def test_ties_keep_their_order_and_are_told_apart_by_32_bits(self):
        ranking = rank_documents(hits(("c", 0.5), ("a", 0.5), ("b", 0.5), ("e", np.nextafter(0.5, 0)), ("d", 0.0)))
        assert list(ranking) == ["c", "a", "b", "e", "d"]
        assert all(np.float32(one) > np.float32(next_one) for one, next_one in pairwise(ranking.values()))
        assert all(abs(ranking[name] - 0.5) < 1e-6 for name in "cabe")

    def test_no_hits_make_no_ranking(self):
        assert rank_documents([]) == {}


class TestRankingMeasures:
    def test_measures_by_hand(self):
        # x1 … are not relevant. Relevant are a (grade 2), b (1) and c (1); c is not found.
        run = {"q": {"x1": 9.0, "a": 8.0, "x2": 7.0, "x3": 6.0, "x4": 5.0, "b": 4.0}}
        values = ranking_measures({"q": {"a": 2, "b": 1, "c": 1}}, run)["q"]
        ideal = 2 / log2(2) + 1 / log2(3) + 1 / log2(4)
        assert values == pytest.approx(
            {
                "nDCG@10": (2 / log2(3) + 1 / log2(7)) / ideal,
                "R@1": 0.0,
                "R@5": 1 / 3,
                "R@10": 2 / 3,
                "R@100": 2 / 3,
                "RR@10": 1 / 2,
            }
        )

    def test_cutoffs_leave_out_what_ranks_lower(self):
        run = {"q": {f"d{n}": float(-n) for n in range(1, 121)}}
        values = ranking_measures({"q": {"d11": 1, "d100": 1, "d101": 1, "d120": 1}}, run)["q"]
        assert (values["nDCG@10"], values["RR@10"], values["R@10"], values["R@100"]) == (0, 0, 0, 0.5)

    def test_a_judged_query_without_result_scores_0_and_an_unjudged_one_is_not_measured(self):
        values = ranking_measures({"found": {"a": 1}, "empty": {"a": 1}}, {"found": {"a": 1.0}, "unjudged": {"a": 1.0}})
        assert values == {"found": dict.fromkeys(RANKING_MEASURES, 1.0), "empty": dict.fromkeys(RANKING_MEASURES, 0.0)}

    @pytest.mark.parametrize("run", [{}, {"q": {}}])
    def test_an_empty_run_scores_0(self, run):
        assert ranking_measures({"q": {"a": 1}}, run) == {"q": dict.fromkeys(RANKING_MEASURES, 0.0)}

    @pytest.mark.parametrize(
        ("qrels", "run"),
        [({"q\0": {"a": 1}}, {}), ({"q": {"a\0": 1}}, {}), ({"q": {"a": 1}}, {"q": {"a": 1.0, "a\0b": 2.0}})],
    )
    def test_an_id_that_trec_eval_would_cut_is_refused(self, qrels, run):
        with pytest.raises(UsageError, match="has a NUL character; give it another one"):
            ranking_measures(qrels, run)

    def test_no_judgements_give_nothing(self):
        assert ranking_measures({}, {"q": {"a": 1.0}}) == {}

    def test_tied_passages_are_measured_in_the_order_of_the_ranking(self):
        for first, second in (("a", "b"), ("b", "a")):
            run = {"q": rank_documents(hits((first, 0.5), (second, 0.5)))}
            values = ranking_measures({"q": {"a": 1}}, run)["q"]
            assert (values["R@1"], values["RR@10"]) == ((1, 1) if first == "a" else (0, 0.5))
