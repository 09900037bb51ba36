"""From rows of an evaluation to weights and a threshold, and how often the guarantee holds."""

from __future__ import annotations

import json
import math
from dataclasses import replace

import numpy as np
import pytest

from qa.answering.confidence import Calibration
from qa.evaluation.calibration.choosing import TESTS, Choice, choose, confidences, halves, measure
from qa.evaluation.evaluate import evaluate
from qa.evaluation.report import read_report
from tests.evaluation.calibration_support import row
from tests.evaluation.support import QUESTIONS, memory_index

#: Confidence 0.5 at half the coverage, and 0.98 at the whole.
SHIPPED = Calibration(-4.0, {"coverage": 8.0}, 0.5)


def sure(n, correct=True, name="sure"):
    """Questions that all evidence speaks for."""
    return [row(f"{name}{i}", correct, coverage=1.0) for i in range(n)]


def unsure(n, correct=False):
    """Questions that little speaks for."""
    return [row(f"unsure{i}", correct, coverage=0.25) for i in range(n)]


class TestHalves:
    def test_every_question_is_in_one_of_them_whatever_the_order(self):
        rows = sure(31)
        fitting, certifying = halves(rows)
        assert (len(fitting), len(certifying)) == (15, 16)
        assert sorted(r.query_id for r in fitting + certifying) == sorted(r.query_id for r in rows)
        assert halves(rows[::-1]) == (fitting, certifying)

    def test_questions_that_follow_each_other_are_parted(self):
        ids = [f"q{i:03}" for i in range(200)]
        fitting, _ = halves([row(i, True) for i in ids])
        # 50 of the first hundred are expected, with a standard deviation of 3.5.
        assert 35 < len({r.query_id for r in fitting} & set(ids[:100])) < 65

    def test_a_single_question_certifies(self):
        assert halves(sure(1)) == ([], sure(1))


class TestMeasure:
    def test_by_hand(self):
        rows = [*sure(3), row("wrong", False, coverage=1.0), *unsure(4)]
        measures = measure(SHIPPED, rows)
        assert (measures.answered, measures.wrong) == (4, 1)
        # Three right ones tie with a wrong one, and are above the four others.
        assert measures.auroc == pytest.approx((4 + 0.5) / 5)
        high, low = 1 / (1 + math.exp(-4)), 1 / (1 + math.exp(2))
        losses = [3 * -math.log(high), -math.log(1 - high), 4 * -math.log(1 - low)]
        assert measures.log_loss == pytest.approx(sum(losses) / 8)
        assert measures.ece == pytest.approx((abs(4 * high - 3) + 4 * low) / 8)

    def test_a_question_about_what_no_article_mentions_is_not_answered(self):
        rows = [*sure(2), row("absent", False, coverage=1.0, absent=1)]
        measures = measure(SHIPPED, rows)
        assert (measures.answered, measures.wrong) == (2, 0)
        assert measures.auroc == 0.5

    def test_a_question_for_which_nothing_was_found_has_no_confidence(self):
        nothing = replace(row("nothing", False), evidence={})
        assert confidences(SHIPPED, [nothing, *sure(1)]).tolist() == [0, pytest.approx(1 / (1 + math.exp(-4)))]
        assert measure(replace(SHIPPED, threshold=0.0), [nothing]).answered == 0


class TestChoose:
    def test_the_certified_threshold_answers_the_sure_and_not_the_unsure(self):
        choice = choose(sure(60) + unsure(40), sure(60) + unsure(40), SHIPPED, 0.1, 0.95)
        assert choice.certified is not None
        assert (choice.certified.answered, choice.certified.wrong) == (60, 0)
        assert choice.certified.bound == pytest.approx(1 - (0.05 / TESTS) ** (1 / 60))
        assert choice.calibration.threshold == choice.certified.threshold
        rows = sure(1) + unsure(1)
        assert (confidences(choice.calibration, rows) >= choice.calibration.threshold).tolist() == [True, False]

    def test_weights_that_fit_better_are_taken(self):
        choice = choose(sure(60) + unsure(40), sure(60) + unsure(40), SHIPPED, 0.1, 0.95)
        assert choice.refitted
        assert choice.refit_log_loss < choice.shipped_log_loss
        assert choice.calibration.weights != SHIPPED.weights

    def test_weights_that_fit_worse_are_not_and_the_threshold_is_chosen_all_the_same(self):
        misleading = sure(30, correct=False, name="wrong") + unsure(30, correct=True)
        choice = choose(misleading, sure(80) + unsure(20), SHIPPED, 0.1, 0.95)
        assert not choice.refitted
        assert choice.refit_log_loss > choice.shipped_log_loss
        assert (choice.calibration.bias, choice.calibration.weights) == (SHIPPED.bias, SHIPPED.weights)
        assert choice.certified is not None
        assert choice.calibration.threshold == choice.certified.threshold

    def test_thresholds_come_from_the_fitting_questions_alone(self):
        fitting = [row(f"f{i}", i > 4, coverage=i / 10) for i in range(10)]
        ladders = [
            [c.threshold for c in choose(fitting, certifying, SHIPPED, 0.1, 0.95).candidates]
            for certifying in (sure(80) + unsure(20), sure(30) + unsure(30))
        ]
        assert ladders[0] == ladders[1]

    def test_questions_about_what_no_article_mentions_neither_set_nor_pass_a_threshold(self):
        unknown = [row(f"absent{i}", False, coverage=0.9, absent=1) for i in range(50)]
        with_them = choose(sure(60) + unknown, sure(60) + unknown, SHIPPED, 0.1, 0.95)
        assert {(c.answered, c.wrong) for c in with_them.candidates} == {(60, 0)}

    @pytest.mark.parametrize("n", [1, 2, 8])
    def test_too_few_questions_certify_nothing_and_leave_the_threshold(self, n):
        fitting, certifying = halves(sure(n))
        choice = choose(fitting, certifying, SHIPPED, 0.1, 0.95)
        assert choice.certified is None
        assert choice.calibration.threshold == SHIPPED.threshold

    def test_too_many_wrong_answers_certify_nothing(self):
        rows = sure(50) + sure(50, correct=False, name="wrong")
        assert choose(rows, rows, SHIPPED, 0.1, 0.95).certified is None

    def test_it_is_the_same_every_time(self):
        rows = sure(60) + unsure(40)
        assert choose(rows, rows, SHIPPED, 0.1, 0.95) == choose(rows, rows, SHIPPED, 0.1, 0.95)


#: A population known in full: eleven kinds of questions, equally frequent, and each one's share of right answers.
KINDS = [row(str(tenth), True, coverage=tenth / 10) for tenth in range(11)]
RIGHT = np.array([0.7 + 0.03 * tenth for tenth in range(11)])
WRONG_KINDS = [replace(kind, correct=False) for kind in KINDS]


def true_risk(calibration: Calibration) -> float:
    """The share of wrong answers among all that the calibration would give, 0 if none."""
    answered = confidences(calibration, KINDS) >= calibration.threshold
    return float((1 - RIGHT)[answered].mean()) if answered.any() else 0.0


def draw(rng: np.random.Generator, n: int):
    kinds = rng.integers(0, 11, n)
    correct = rng.random(n) < RIGHT[kinds]
    return [(KINDS if right else WRONG_KINDS)[kind] for kind, right in zip(kinds, correct, strict=True)]


class TestGuarantee:
    DRAWS, ERROR, LEVEL = 60, 0.1, 0.9

    @pytest.fixture(scope="class")
    def choices(self) -> list[Choice]:
        rng = np.random.default_rng(0)
        return [choose(draw(rng, 100), draw(rng, 300), SHIPPED, self.ERROR, self.LEVEL) for _ in range(self.DRAWS)]

    def test_the_true_risk_is_above_the_error_in_at_most_1_minus_level_of_the_draws(self, choices):
        certified = [choice for choice in choices if choice.certified]
        violated = [choice for choice in certified if true_risk(choice.calibration) > self.ERROR + 1e-9]
        # Three standard deviations of a count that is expected to be DRAWS (1 - LEVEL) at the most.
        tolerance = 3 * math.sqrt(self.DRAWS * self.LEVEL * (1 - self.LEVEL))
        assert len(violated) <= self.DRAWS * (1 - self.LEVEL) + tolerance
        assert len(certified) > self.DRAWS / 4

    def test_what_looks_good_enough_without_the_bound_is_too_wrong_far_more_often(self, choices):
        def naive(choice: Choice) -> Calibration:
            tried = (c for c in choice.candidates if c.answered and c.wrong / c.answered <= self.ERROR)
            lowest = min((c.threshold for c in tried), default=1.0)
            return replace(choice.calibration, threshold=lowest)

        violated = [choice for choice in choices if true_risk(naive(choice)) > self.ERROR + 1e-9]
        assert len(violated) > 2 * self.DRAWS * (1 - self.LEVEL)

    def test_no_bound_is_below_a_true_risk_more_often_than_allowed(self, choices):
        broken = [
            choice
            for choice in choices
            if any(
                c.bound < true_risk(replace(choice.calibration, threshold=c.threshold)) - 1e-9
                for c in choice.candidates
            )
        ]
        tolerance = 3 * math.sqrt(self.DRAWS * self.LEVEL * (1 - self.LEVEL))
        assert len(broken) <= self.DRAWS * (1 - self.LEVEL) + tolerance


class TestRows:
    @pytest.fixture(scope="class")
    @staticmethod
    def report():
        return evaluate(memory_index(), QUESTIONS)

    def test_evidence_and_unknown_names_are_those_of_ask(self, report):
        index = memory_index()
        for question, measured in zip(QUESTIONS, report.rows, strict=True):
            answer = index.ask(question.question)
            assert (measured.evidence, measured.unknown) == (answer.evidence, answer.unknown)
            assert measured.evidence

    def test_they_give_the_confidence_that_was_measured(self, report):
        from qa.answering.calibration import shipped

        unread = shipped(reads=False).calibration  # an index that is put together by hand has no reader
        assert confidences(unread, report.rows).round(4).tolist() == [r.confidence for r in report.rows]

    def test_a_report_that_was_written_before_there_were_any_is_read(self, report, tmp_path):
        values = report.to_dict()
        for question in values["questions"]:
            del question["evidence"], question["unknown"]
        file = tmp_path / "old.json"
        file.write_text(json.dumps(values))
        rows = read_report(file).rows
        assert rows == tuple(replace(r, evidence={}, unknown=()) for r in report.rows)
