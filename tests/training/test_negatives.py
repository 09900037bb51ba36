"""Rows without an answer: what is changed, what is taken out, and what is found elsewhere."""

from random import Random

import pytest

from training.base import model_folder
from training.changes import Changer, names
from training.forms import keywords, retype, typo
from training.lookalikes import Lookalikes
from training.negatives import emptied, mistaken, strange
from training.neighbours import Neighbours
from training.rows import Row, split

PASSAGE = (
    "Ana Vell opened the bridge in 1911. The mayor, Tom Ruud, closed it in 1954. A flood had moved its first pier."
)


def row(question: str, answer: str, passage: str = PASSAGE, title: str = "") -> Row:
    start = passage.index(answer)
    return Row(question, title, passage, split(passage), ((start, start + len(answer)),), "test")


@pytest.fixture(scope="module")
def neighbours() -> Neighbours:
    return Neighbours(model_folder())


def test_a_changed_question_asks_for_what_the_answering_sentence_does_not_tell(neighbours: Neighbours):
    changer = Changer(["Eva Brandt", "Port Skell"], neighbours)
    asked = row("Why was the bridge opened by Ana Vell in 1911?", "1911")
    changed = {changer.change(asked, Random(seed)) for seed in range(40)}
    assert None not in changed
    assert asked.question not in changed
    assert any("Eva Brandt" in str(question) or "Tom Ruud" in str(question) for question in changed)
    assert any("1911" not in str(question) for question in changed)
    assert any("closed" in str(question) for question in changed)


def test_a_question_in_which_nothing_can_be_changed_is_none(neighbours: Neighbours):
    assert Changer([], neighbours).change(row("Who?", "Ana Vell"), Random(1)) is None


def test_names_are_what_is_written_with_capitals_and_not_for_beginning_a_sentence():
    assert names(PASSAGE + " In May old Skell has no bridge.") == ["Ana Vell", "Tom Ruud", "Skell"]


def test_neighbours_are_no_forms_of_the_word(neighbours: Neighbours):
    siblings = {neighbours.sibling("bridge", Random(seed)) for seed in range(200)}
    assert len(siblings) > 5
    assert not any(str(sibling).startswith("brid") for sibling in siblings)
    assert neighbours.sibling("qwertzu", Random(1)) is None


def test_an_emptied_passage_holds_the_answer_nowhere():
    (without,) = list(emptied([row("When was it closed?", "1954")]))
    assert "1954" not in without.passage
    assert without.answers == ()
    assert len(without.sentences) == 2


def test_a_lookalike_shares_words_and_not_the_answer():
    passages = [
        ("", PASSAGE),
        ("", "The bridge closed in 1954."),
        ("", "The bridge closed for repairs."),
        ("", "Bees hum."),
    ]
    (found,) = mistaken([row("When was the bridge closed?", "1954")], passages)
    assert found.passage == "The bridge closed for repairs."
    assert found.gold == ()


def test_the_best_passages_come_first_without_the_own_one():
    search = Lookalikes(["red fox", "red red fox den", "blue whale"], ["", "", ""])
    asked = Row("red fox den", "", "red fox", ((0, 7),), (), "test")
    assert search.nearest([asked])[0] == [1, 2]


def test_a_strange_passage_has_another_title():
    rows = [row("When was it closed?", "1954", title="Bridge")] * 20
    found = list(strange(rows, [("Bridge", PASSAGE), ("Bees", "Bees hum.")], Random(1)))
    assert {each.title for each in found} == {"Bees"}


def test_keywords_keep_what_the_question_is_about():
    kept = {keywords("Why was the bridge of Skell closed in 1954?", Random(seed)).lower() for seed in range(20)}
    assert kept == {"why bridge skell closed 1954"}


def test_a_typo_changes_one_word():
    before = "When was the bridge closed?"
    after = typo(before, Random(5))
    assert sum(a != b for a, b in zip(before.split(), after.split(), strict=True)) == 1


def test_most_questions_stay_as_they_are():
    forms = [retype("Who closed the bridge?", Random(seed)) for seed in range(300)]
    assert 120 < forms.count("Who closed the bridge?") < 240
    assert "who closed the bridge" in forms
