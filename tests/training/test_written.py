"""Written stories: the form of their files, and the rows that they become."""

import pytest

from training import written
from training.written.parse import StoryError, stories, story
from training.written.rows import asked

LINES = """# A hall floods
The concert was moved. The hall had flooded.
? why | Why was the concert moved?
= The hall had flooded
! When was the hall built?""".splitlines()


def test_a_question_has_the_place_of_its_answer():
    told = story(LINES)
    (start, end) = told.questions[0].answers[0]
    assert (told.title, told.text[start:end]) == ("A hall floods", "The hall had flooded")
    assert told.questions[1].answers == []


def test_a_row_tells_which_sentence_answers():
    why, never = asked([story(LINES)])
    assert why.gold == (1,)
    assert never.gold == ()


@pytest.mark.parametrize(
    ("line", "with_", "says"),
    [
        (3, "= The hall had burnt", "not in the text"),
        (2, "? because | Why?", "KIND"),
        (2, "? why Why?", "KIND"),
        (3, "! Who played?", "no answer to"),
        (1, "! Who played?", "no text"),
    ],
)
def test_a_mistake_is_named(line, with_, says):
    with pytest.raises(StoryError, match=says):
        story([*LINES[:line], with_, *(LINES[line + 1 :] if line > 1 else [])], "a.txt:1")


def test_stories_that_are_kept_train_nothing():
    assert {row.title for row in written.kept()}.isdisjoint(row.title for row in written.rows())
    assert len({story.title for story in stories()}) == len(stories())


def test_many_questions_look_as_if_they_were_answered():
    rows = written.rows()
    assert sum(not row.answers for row in rows) > len(rows) / 4
