"""Written stories -> training rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from training.rows import Row, split
from training.written.parse import Story, stories

#: How much a written question counts, beside one of the public sets.
WEIGHT = 1.5


def rows(told: Sequence[Story] | None = None) -> Iterator[Row]:
    """Each question on its own story's text; by default of all stories in this folder."""
    for story in stories() if told is None else told:
        sentences = split(story.text)
        for question in story.questions:
            yield Row(
                question.text, story.title, story.text, sentences, tuple(question.answers), "written", weight=WEIGHT
            )
