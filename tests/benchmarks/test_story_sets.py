"""The questions on stories in other languages belong to questions that there are, half of them for tuning."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import pytest

from qa.text.languages import language_of
from tests.benchmarks import support  # noqa: F401  (the folder of the benchmarks is where modules are looked for)

story_sets: Any = import_module("story_sets")
TUNING, TEST = 0, 1


@pytest.mark.parametrize("part", [TUNING, TEST])
def test_each_is_a_question_on_a_story_that_trained_nothing(part):
    kept = {question.query_id: question for question in story_sets.kept_questions()}
    for question in story_sets.translated_questions(part):
        english = kept[question.query_id]
        assert question.question != english.question
        assert (question.gold, question.answerable) == (english.gold, english.answerable)


def test_no_story_is_in_both_halves():
    tuning, test = ({q.query_id.rpartition("-")[0] for q in story_sets.translated_questions(p)} for p in (TUNING, TEST))
    assert tuning
    assert tuning.isdisjoint(test)


def test_most_tell_their_language_by_their_words():
    asked = [*story_sets.translated_questions(TUNING), *story_sets.translated_questions(TEST)]
    told = [language_of(question.question) == question.kind for question in asked]
    assert sum(told) > 0.9 * len(told)
