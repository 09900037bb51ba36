"""Written stories -> training rows, and those of the stories that are kept to judge by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from training.rows import Row, split
from training.written.parse import Story, stories

#: Every so-manieth story trains nothing.
KEPT = 8


def rows() -> list[Row]:
    """The questions on the stories that train, each on its own story's text."""
    return [row for number, story in enumerate(stories()) if number % KEPT for row in asked([story])]


def kept() -> list[Row]:
    """The questions on the stories that train nothing."""
    return list(asked(stories()[::KEPT]))


def asked(told: Sequence[Story]) -> Iterator[Row]:
    """Each question on its own story's text."""
    for story in told:
        sentences = split(story.text)
        for question in story.questions:
            answers = tuple(question.answers)
            source = "written" if answers else "written, misleading"
            yield Row(question.text, story.title, story.text, sentences, answers, source)
