"""From gold questions and an index to a report."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from qa.errors import ConfigError, UsageError
from qa.evaluation.evaluate import evaluate
from qa.evaluation.gold import Gold, GoldQuestion
from qa.evaluation.quote_measures import QUOTE_MEASURES
from qa.evaluation.ranking_measures import RANKING_MEASURES
from tests.evaluation.support import FERRY, MUSEUM, QUESTIONS, fact, gold_line, memory_index, write
from tests.support import article


@pytest.fixture(scope="module")
def index():
    return memory_index()


@pytest.fixture(scope="module")
def report(index):
    return evaluate(index, QUESTIONS)


class TestRows:
    def test_every_question_has_one_in_order(self, report):
        asked = [(q.query_id, q.question, q.kind, q.answerable) for q in QUESTIONS]
        assert [(row.query_id, row.question, row.kind, row.answerable) for row in report.rows] == asked

    def test_a_question_in_the_words_of_its_gold_quote_is_right_in_every_measure(self, report):
        ferry = report.rows[0]
        assert ferry.measures == dict.fromkeys((*RANKING_MEASURES, *QUOTE_MEASURES, "verdict"), 1.0)
        assert ferry.correct
        assert ferry.first is not None
        assert (ferry.first.doc_id, ferry.first.quote, ferry.first.start) == ("ferry.txt", FERRY, 0)

    def test_a_gold_quote_inside_the_cited_one_is_right_but_only_part_of_its_words(self, report):
        maps = report.rows[1]
        assert maps.first is not None
        assert maps.first.quote == MUSEUM  # with the sentence that says what "it" is
        assert (maps.measures["quote@1"], maps.measures["token-P"], maps.measures["token-R"]) == (1, 2 / 15, 1)

    def test_a_question_without_an_answer_is_measured_by_the_verdict_alone(self, index, report):
        router = report.rows[2]
        assert router.measures == {"verdict": 1.0}
        assert not router.answered
        assert not router.correct
        nearest = index.ask(router.question, 10).nearest[0]
        assert router.first is not None
        assert (router.first.doc_id, router.first.quote) == (nearest.document.id, nearest.quote.text)

    def test_confidence_and_verdict_are_those_of_ask(self, index):
        for k in (1, 10):
            asked = [index.ask(q.question, k) for q in QUESTIONS]
            rows = evaluate(index, QUESTIONS, k).rows
            assert [(r.answered, r.confidence) for r in rows] == [(a.answered, a.confidence) for a in asked]

    def test_what_would_have_been_cited_counts_where_the_tool_abstains(self, index):
        unsure = fact(
            "unsure", "Do ovens burn plastic, paper, charcoal, peat, straw, turf or petrol?", "bakery.txt", "ovens"
        )
        assert not index.ask(unsure.question).answered
        row = evaluate(index, [unsure]).rows[0]
        assert (row.correct, row.measures["quote@1"], row.measures["verdict"]) == (True, 1, 0)


class TestFigures:
    def test_a_mean_is_over_the_questions_that_have_the_measure(self, report):
        assert report.figures["token-P"].n == 2
        assert report.figures["token-P"].value == pytest.approx((1 + 2 / 15) / 2)
        assert (report.figures["token-P"].low, report.figures["token-P"].high) == (2 / 15, 1)
        assert report.figures["verdict"].n == 3

    def test_each_kind_is_reported_by_itself(self, report):
        assert {kind: figures["verdict"].n for kind, figures in report.kinds.items()} == Counter(
            q.kind for q in QUESTIONS
        )
        assert report.kinds["number"]["token-P"].value == 2 / 15
        assert set(report.kinds["unanswerable"]) == {"verdict"}

    def test_abstention_is_measured_over_all_questions(self, report):
        assert report.confusion == (2, 0, 0, 1)
        assert report.figures["AUROC"].value == 1
        # Two right answers before a wrong one: risks 0, 0 and 1/3, whichever of the right ones is surer.
        assert report.figures["AURC"].value == pytest.approx((0 + 0 + 1 / 3) / 3)
        assert [(point.coverage, point.risk) for point in report.risk_coverage][-1] == (1, 1 / 3)

    def test_auroc_needs_both_kinds_of_questions(self, index):
        assert "AUROC" not in evaluate(index, QUESTIONS[:2]).figures

    def test_questions_without_answers_alone_have_no_ranking_figures(self, index):
        figures = evaluate(index, QUESTIONS[2:]).figures
        assert set(figures) == {"verdict", "AURC", "ECE"}

    def test_documents_judged_without_quotes_have_no_quote_figures(self, index):
        report = evaluate(index, [fact("ferry", QUESTIONS[0].question, "ferry.txt", None)])
        assert not set(QUOTE_MEASURES) & set(report.figures)
        assert report.rows[0].correct
        wrong = evaluate(index, [fact("ferry", QUESTIONS[0].question, "bakery.txt", None)])
        assert not wrong.rows[0].correct

    def test_latency_is_positive_and_ordered(self, report):
        assert 0 < report.latency.p50 <= report.latency.p95


class TestRun:
    def test_documents_rank_by_their_best_passage(self):
        long_article = " ".join(f"Sentence {n} is about something else, as number {n} says." for n in range(30))
        documents = [
            article("long", f"{long_article} The ferry sails at dawn."),
            article("short", "The ferry sails. It is blue."),
        ]
        index = memory_index(documents)
        asked = fact("q", "When does the ferry sail at dawn?", "long", "The ferry sails at dawn.")
        ranked = index.search(asked.question, k=1000)
        assert len(ranked) > 2
        run = evaluate(index, [asked]).run["q"]
        assert list(run) == list(dict.fromkeys(hit.document.id for hit in ranked))
        best = {name: max(hit.score for hit in ranked if hit.document.id == name) for name in run}
        assert run == pytest.approx(best)

    def test_holds_every_question(self, report):
        assert list(report.run) == [q.query_id for q in QUESTIONS]


class TestGold:
    def test_a_file_a_name_and_questions_are_the_same(self, index, tmp_path):
        file = write(tmp_path / "gold.jsonl", gold_line(question=QUESTIONS[0].question))
        questions = [fact("ferry", QUESTIONS[0].question, "ferry.txt", FERRY)]
        reports = [evaluate(index, gold) for gold in (file, str(file), questions, Gold(tuple(questions)))]
        assert all(report == reports[0] for report in reports)

    def test_gold_that_does_not_fit_is_refused_before_anything_is_asked(self, index):
        asked = []
        with pytest.raises(UsageError, match=r"the index holds no document 'boat\.txt'"):
            evaluate(index, [*QUESTIONS, fact("b", "Why?", "boat.txt", "x")], on_progress=lambda *p: asked.append(p))
        assert asked == []

    def test_a_question_that_cannot_be_asked_is_named(self, index):
        broken = GoldQuestion("odd", "Why \ud800?", False, "unanswerable", where="gold.jsonl:4")
        with pytest.raises(UsageError, match=r"^gold\.jsonl:4: question 'odd': the question is not valid Unicode"):
            evaluate(index, [broken])

    def test_k_below_1_is_refused(self, index):
        with pytest.raises(ConfigError, match="k is 0"):
            evaluate(index, QUESTIONS, k=0)

    def test_questions_left_out_are_counted(self, index):
        assert evaluate(index, Gold(tuple(QUESTIONS), left_out=7)).left_out == 7


def test_the_report_is_the_same_every_time_but_for_the_latency(index, report) -> None:
    again = evaluate(index, QUESTIONS)
    assert replace(again, latency=report.latency).to_json() == report.to_json()
    assert again.run == report.run


def test_progress_goes_from_none_to_all(index) -> None:
    steps = []
    evaluate(index, QUESTIONS, on_progress=lambda *step: steps.append(step))
    assert steps == [("questions", done, 3) for done in range(4)]
