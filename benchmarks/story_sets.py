"""The stories written for training as a question set: all of them in one index, and the questions on those kept.

Those of ``eval/stories/translated.txt`` are there in five more languages, one a story.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import qa
from qa.evaluation.gold import GoldEntry, GoldQuestion

sys.path.append(str(Path(__file__).parent.parent))
from training.written.parse import Story, stories
from training.written.rows import KEPT

KEPT_STORIES = "stories, kept"
TRANSLATED = Path(__file__).parent.parent / "eval" / "stories" / "translated.txt"


def story_articles() -> list[qa.Document]:
    """Every story as a document; its id is its number."""
    return [qa.Document(_id(number), story.text, story.title) for number, story in enumerate(stories())]


def kept_questions() -> list[GoldQuestion]:
    """The questions on the stories that trained nothing."""
    return [
        question for number, story in list(enumerate(stories()))[::KEPT] for question in _questions(_id(number), story)
    ]


def kept_articles() -> list[qa.Document]:
    """The stories that trained nothing."""
    return story_articles()[::KEPT]


def translated_questions(part: int) -> list[GoldQuestion]:
    """The questions that ask about these stories in another language than theirs; the kind is the language. ``part`` 0
    has those on every second story, for tuning, and 1 the others."""
    told, blocks = stories(), TRANSLATED.read_text(encoding="utf-8").split("# ")[1:]
    return [question for block in blocks[part::2] for question in _translated(told, *block.splitlines())]


def _translated(told: list[Story], heading: str, *lines: str) -> Iterator[GoldQuestion]:
    number, language = heading.split()
    english = list(_questions(_id(int(number)), told[int(number)]))
    for line in lines:
        place, _, text = line.partition(" ")
        yield replace(english[int(place)], question=text, kind=language)


def _questions(story_id: str, story: Story) -> Iterator[GoldQuestion]:
    for number, asked in enumerate(story.questions):
        gold = tuple(GoldEntry(story_id, story.text[start:end]) for start, end in asked.answers)
        yield GoldQuestion(f"{story_id}-{number}", asked.text, bool(gold), asked.kind, gold)


def _id(number: int) -> str:
    return f"story-{number:03}"
