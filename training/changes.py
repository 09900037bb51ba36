"""A question -> a question that looks like it and that its passage does not answer.

One thing is changed: a name, number, month, day, role, opposite or content word, or the question is negated. What is
put in must not stand in the passage's answering sentence. A name of the same passage misleads most and is tried first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from random import Random

from training.lexicon import DAYS, FUNCTION, MONTHS, OPPOSITES, QUESTION_WORDS, ROLES
from training.neighbours import Neighbours
from training.rows import Row

_NAME = re.compile(r"[A-Z][\w'’-]+(?: (?:of |the |de |von |van |al-)?[A-Z][\w'’-]+)*")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_WORD = re.compile(r"[a-z]+")
_AUXILIARY = re.compile(r"\b(did|does|do|was|were|is|are|can|could|has|had|will|would|should)\b")

Change = Callable[[Row, str, Random], str | None]


class Changer:
    """Changes questions; ``names`` are those to choose from where the passage has no other."""

    def __init__(self, names: Sequence[str], neighbours: Neighbours) -> None:
        self._names = names
        self._neighbours = neighbours
        self._ways: list[tuple[Change, int]] = [
            (self._name, 6), (_number, 4), (_calendar, 3), (_opposite, 4), (_role, 3), (_negation, 1), (self._word, 2),
        ]  # fmt: skip

    def change(self, row: Row, random: Random) -> str | None:
        """A changed question, or None where nothing could be changed."""
        answering = " ".join(row.passage[row.sentences[i][0] : row.sentences[i][1]] for i in row.gold).lower()
        ways = sorted(self._ways, key=lambda way: random.random() ** (1 / way[1]), reverse=True)
        for way, _ in ways:
            changed = way(row, answering, random)
            if changed is not None and changed.lower() != row.question.lower():
                return changed
        return None

    def _name(self, row: Row, answering: str, random: Random) -> str | None:
        found = list(_names(row.question))
        if not found:
            return None
        match = random.choice(found)
        near = [name for name in names(row.passage) if name.lower() not in answering and name not in row.question]
        if near and random.random() < 0.5:
            return _put(row.question, match, random.choice(near))
        for _ in range(5):
            name = random.choice(self._names)
            if name.count(" ") == match[0].count(" ") and name.lower() not in row.passage.lower():
                return _put(row.question, match, name)
        return None

    def _word(self, row: Row, answering: str, random: Random) -> str | None:
        skip = FUNCTION | QUESTION_WORDS
        found = [m for m in _WORD.finditer(row.question) if len(m[0]) > 3 and m[0] not in skip]
        random.shuffle(found)
        for match in found:
            other = self._neighbours.sibling(match[0], random)
            if other is not None and match[0][:5] in answering and other[:5] not in row.passage.lower():
                return _put(row.question, match, other)
        return None


def names(text: str) -> list[str]:
    """What is written with capitals in the text, each once, in order."""
    return list(dict.fromkeys(match[0] for match in _names(text)))


def _names(text: str) -> Iterator[re.Match[str]]:
    """No single words that begin a sentence, and no months or days."""
    for match in _NAME.finditer(text):
        begins = match.start() == 0 or text[: match.start()].rstrip(' \n"“').endswith((".", "?", "!", ":"))
        first, *others = match[0].split()
        if match[0] not in MONTHS + DAYS and not (begins and (not others or first.lower() in FUNCTION)):
            yield match


def _put(text: str, match: re.Match[str], other: str) -> str:
    return text[: match.start()] + other + text[match.end() :]


def _number(row: Row, answering: str, random: Random) -> str | None:
    found = list(_NUMBER.finditer(row.question))
    if not found:
        return None
    match = random.choice(found)
    near = [n for n in _NUMBER.findall(row.passage) if len(n) == len(match[0]) and n != match[0] and n not in answering]
    if near and random.random() < 0.5:
        return _put(row.question, match, random.choice(near))
    digits = match[0].replace(",", "").replace(".", "")
    value = int(digits)
    step = random.randint(1, 40) if len(digits) == 4 else random.randint(1, max(9, value))
    other = str(value + step if random.random() < 0.5 or value <= step else value - step)
    return _put(row.question, match, other) if other not in row.passage else None


def _calendar(row: Row, answering: str, random: Random) -> str | None:
    for words in (MONTHS, DAYS):
        found = [m for word in words for m in re.finditer(rf"\b{word}\b", row.question)]
        others = [word for word in words if word.lower() not in answering]
        if found and others:
            return _put(row.question, found[0], random.choice(others))
    return None


def _opposite(row: Row, answering: str, random: Random) -> str | None:
    found = [m for m in _WORD.finditer(row.question) if m[0] in OPPOSITES]
    if not found:
        return None
    match = random.choice(found)
    other = random.choice(OPPOSITES[match[0]])
    return _put(row.question, match, other) if not re.search(rf"\b{other}\b", answering) else None


def _role(row: Row, _: str, random: Random) -> str | None:
    found = [m for m in _WORD.finditer(row.question) if m[0] in ROLES]
    others = [role for role in ROLES if role not in row.passage.lower()]
    if not found or not others:
        return None
    return _put(row.question, random.choice(found), random.choice(others))


def _negation(row: Row, answering: str, random: Random) -> str | None:
    found = list(_AUXILIARY.finditer(row.question))
    if not found or " not " in row.question or " not " in answering or random.random() < 0.5:
        return None
    match = found[0]
    word, rest = row.question[: match.end()], row.question[match.end() :]
    if word.endswith(("is", "are", "was", "were")) or len(rest.split()) < 2:
        return f"{word} not{rest}"
    subject, *verbs = re.split(r" (?=[a-z]+\b)", rest.strip(), maxsplit=1)
    return f"{word} {subject} not {verbs[0]}" if verbs else f"{word} not{rest}"
