"""The stories written for training as a question set: all of them in one index, and the questions on those kept."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import qa
from qa.evaluation.gold import GoldEntry, GoldQuestion

sys.path.append(str(Path(__file__).parent.parent))
from training.written.parse import Story, stories
from training.written.rows import KEPT

KEPT_STORIES = "stories, kept"


def story_articles() -> list[qa.Document]:
    """Every story as a document; its id is its number."""
    return [qa.Document(_id(number), story.text, story.title) for number, story in enumerate(stories())]


def kept_questions() -> list[GoldQuestion]:
    """The questions on the stories that trained nothing."""
    return [
        question for number, story in list(enumerate(stories()))[::KEPT] for question in _questions(_id(number), story)
    ]


def _questions(story_id: str, story: Story) -> Iterator[GoldQuestion]:
    for number, asked in enumerate(story.questions):
        gold = tuple(GoldEntry(story_id, story.text[start:end]) for start, end in asked.answers)
        yield GoldQuestion(f"{story_id}-{number}", asked.text, bool(gold), asked.kind, gold)


def _id(number: int) -> str:
    return f"story-{number:03}"
