"""Invented news: questions that their articles answer, and look-alikes that they do not."""

from pathlib import Path
from random import Random

import numpy as np
import pytest

from training.evaluate import auroc, average_precision, figures
from training.heldout import news
from training.news import rows
from training.news.slots import Slots
from training.news.stories import parse, stories
from training.rows import Row

STORY = """T {club1} win
M who
S1 {club1} beat {club2} on {day1}.
S2 {club2} lost to {club1}.
Q Who won?
Q1 When did {club1} win?
N Who was injured?"""


def test_a_slot_keeps_its_value_and_others_differ():
    slots = Slots(Random(1))
    text = slots.fill("{P1} met {P2}; {p1} and {P1}")
    first, second = text.split("; ")[0].split(" met ")
    assert text.endswith(f"{first.split(' ', 1)[1]} and {first}")
    assert first != second


def test_one_of_each_choice_is_taken_and_the_article_fits():
    slots = Slots(Random(1))
    assert {slots.fill("a [[red|old] car|apple]") for _ in range(60)} == {"A red car", "An old car", "An apple"}


def test_a_question_with_a_mark_is_answered_by_lines_with_that_mark_only():
    made = list(rows(200, Random(1), parse(STORY)))
    for row in made:
        told = row.question.startswith("Who won") or (row.question.startswith("When") and " beat " in row.passage)
        assert not row.answers or told
        assert all(" beat " in row.passage[s:e] or " lost to " in row.passage[s:e] for s, e in row.answers)
    assert any(row.answers for row in made)
    assert any(row.question == "Who was injured?" for row in made)


def test_every_story_makes_answerable_and_unanswerable_rows():
    for story in stories():
        made = list(rows(120, Random(3), [story]))
        assert 20 < sum(bool(row.answers) for row in made) < 100
        assert all(bool(row.gold) == bool(row.answers) for row in made)
        assert not any("{" in row.passage + row.question + row.title for row in made)


def test_the_same_seed_invents_the_same_news():
    assert list(rows(20, Random(5))) == list(rows(20, Random(5)))
    assert len(news(Path())) == 600


def test_auroc_counts_ties_half():
    assert auroc(np.array([1.0, 2.0], np.float32), np.array([0.0, 2.0], np.float32)) == pytest.approx(0.625)


def test_the_figures_are_shares_of_their_kind():
    answered = Row("?", "", "One. Two.", ((0, 4), (5, 9)), ((5, 8),), "test")
    scores = [np.array(s, np.float32) for s in ([-1, 2], [3, 1], [1, -1], [-2, -3])]
    found = figures([answered, answered, *[answered.unanswered("test", "?")] * 2], scores)
    assert (found.answerable, found.unanswerable, found.right) == (2, 2, 0.5)
    assert (found.answered_right, found.answered_wrong, found.auroc) == (1.0, 0.5, 1.0)
    assert found.mean_average_precision == (1 + 1 / 2) / 2


def test_average_precision_counts_every_sentence_that_answers():
    scores = np.array([0.0, 3.0, 2.0, 1.0], np.float32)  # ranks 4, 1, 2, 3
    assert average_precision(scores, (1, 3)) == pytest.approx((1 / 1 + 2 / 3) / 2)
    assert average_precision(scores, (0,)) == 1 / 4
    assert average_precision(scores, ()) == 0
