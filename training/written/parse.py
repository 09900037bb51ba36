"""A file of written stories -> its stories, or the lines where it goes wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent

KINDS = frozenset("fact who said request why how when where number yesno para keyword name".split())


class StoryError(ValueError):
    """A story is not of the form that this folder's README describes; the message tells file and line."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the spans of the story's text that answer it; none where the story does not answer."""

    text: str
    kind: str
    answers: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Story:
    """A headline, a text, and the questions on it."""

    title: str
    text: str
    questions: list[Question]


def stories() -> list[Story]:
    """All stories of this folder, in order of their files' names."""
    return [story(lines, where) for file in sorted(FOLDER.glob("*.txt")) for where, lines in blocks(file)]


def blocks(file: Path) -> Iterator[tuple[str, list[str]]]:
    """The lines of each story of a file, after the file's name and the number of its first line."""
    lines = file.read_text("utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith("# ")]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        yield f"{file.name}:{start + 1}", lines[start:end]


def story(lines: list[str], where: str = "") -> Story:
    """The story of these lines.

    Raises:
        StoryError: a line has another form, an answer does not stand in the text, or a question has none.
    """
    first = next((number for number, line in enumerate(lines) if line[:2] in ("? ", "! ")), len(lines))
    told = Story(lines[0][2:].strip(), "\n".join(lines[1:first]).strip(), [])
    for line in filter(str.strip, lines[first:]):
        try:
            _ask(told, line[:2], line[2:].strip())
        except StoryError as error:
            raise StoryError(f"{where}: {error}") from None
    bare = [question.text for question in told.questions if question.kind != "none" and not question.answers]
    if not told.text or not told.questions or bare:
        raise StoryError(f"{where}: " + (f"no answer to: {bare[0]}" if bare else "no text or no question"))
    return told


def _ask(told: Story, mark: str, rest: str) -> None:
    """Adds the question, or the answer to the last one, that a line tells."""
    if mark == "= " and rest and told.questions and told.questions[-1].kind != "none":
        start = told.text.find(rest)
        if start < 0:
            raise StoryError(f"not in the text: {rest}")
        told.questions[-1].answers.append((start, start + len(rest)))
        return
    kind, _, question = rest.partition("|") if mark == "? " else ("none", "", rest)
    if mark not in ("? ", "! ") or kind.strip() not in {*KINDS, "none"} or not question.strip():
        raise StoryError(f"'? KIND | QUESTION', '= ANSWER' or '! QUESTION' expected: {mark}{rest}")
    told.questions.append(Question(question.strip(), kind.strip(), []))
