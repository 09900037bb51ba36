"""Passages that begin by telling what their title is -> "who is X", "what is X", and the bare name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from random import Random

from training.rows import Row, split

_ABOUT = re.compile(r"^(.{3,60}?)(?: ?\([^)]*\) ?,?)? (?:is|was|are|were) (?:an?|the|one|of)\b")
_BORN = re.compile(r"\((?:.{0,40}\b)?(?:born|\d{4}\s?[–-])")

#: Share of the questions that are asked on another passage as well, where the name does not stand.
ELSEWHERE = 0.6


def definitions(passages: Sequence[tuple[str, str]], random: Random) -> Iterator[Row]:
    """Rows from passages (title, text) whose first sentence is about their title."""
    for title, text in passages:
        match = _ABOUT.match(text)
        parts = split(text)
        if match is None or not title or not _names(title, match[1]) or len(parts) < 2:
            continue
        name = re.sub(r" \(.*\)", "", title)
        word = "who" if _BORN.search(text[: parts[0][1]]) else "what"
        verb = random.choice(("is", "was")) if word == "who" else "is"
        question = random.choice(
            (f"{word} {verb} {name}?", f"{word.title()} {verb} {name}?", name, f"tell me about {name}")
        )
        row = Row(question, "", text, parts, (parts[0],), "definition", False, 0.7)
        yield row
        if random.random() < ELSEWHERE:
            other_title, other = random.choice(passages)
            if name.lower() not in other.lower():
                yield Row(question, other_title, other, split(other), (), "strange definition", weight=0.7)


def _names(title: str, subject: str) -> bool:
    words = {word.lower() for word in re.findall(r"\w+", title)}
    return bool(words & {word.lower() for word in re.findall(r"\w+", subject)})
