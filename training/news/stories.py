"""What a story is, and how its text form is read.

Lines begin with a letter. ``T`` is a headline. ``F`` starts a fact, which is told by one of its ``S`` lines and asked
for by its ``Q`` lines; ``M`` starts one that every article tells. Facts with the same word behind their letter answer
each other's questions. A question with digits (``Q1``) is answered by ``S`` lines with one of them only. ``N`` is a
question on the story that no text of it answers.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Line:
    """A template, and the digits behind its letter."""

    marks: str
    text: str

    def answers(self, ask: Line) -> bool:
        """Whether this line of a fact answers that question on it."""
        return not ask.marks or bool(set(self.marks) & set(ask.marks))


@dataclass(slots=True)
class Fact:
    """Something that an article tells in one sentence, or leaves out unless it ``must`` tell it."""

    key: str
    must: bool
    says: list[Line] = field(default_factory=list)
    asks: list[Line] = field(default_factory=list)


@dataclass(slots=True)
class Story:
    """A kind of article: its headlines, its facts in order, and the questions that it never answers."""

    titles: list[str] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    never: list[str] = field(default_factory=list)


def parse(text: str) -> list[Story]:
    """The stories of a text, which are separated by empty lines."""
    stories: list[Story] = []
    for block in text.strip().split("\n\n"):
        story = Story()
        for line in block.splitlines():
            kind, _, rest = line.partition(" ")
            letter, marks = kind[0], kind[1:]
            if letter in "FM":
                story.facts.append(Fact(rest or str(len(story.facts)), letter == "M"))
            elif letter in "SQ":
                fact = story.facts[-1]
                (fact.says if letter == "S" else fact.asks).append(Line(marks, rest))
            else:
                (story.titles if letter == "T" else story.never).append(rest)
        stories.append(story)
    return stories


def stories() -> list[Story]:
    """The stories of the files in ``kinds``, in the order of their names."""
    folder = Path(__file__).parent / "kinds"
    return [story for file in sorted(folder.glob("*.txt")) for story in parse(file.read_text("utf-8"))]
