"""A well-formed question -> the ways in which people type it."""

from __future__ import annotations

from random import Random

from training.lexicon import FUNCTION, QUESTION_WORDS

#: Shares of the forms; the rest stays as it is.
LOWER, KEYWORDS, TYPO, BARE = 0.2, 0.09, 0.05, 0.08


def retype(question: str, random: Random) -> str:
    """The question as somebody might type it: without capitals, as keywords, with a typo, without a question mark."""
    chance = random.random()
    if chance < LOWER:
        return question.lower().rstrip("?").strip() if random.random() < 0.8 else question.lower()
    if chance < LOWER + KEYWORDS:
        return keywords(question, random)
    if chance < LOWER + KEYWORDS + TYPO:
        return typo(question, random)
    if chance < LOWER + KEYWORDS + TYPO + BARE:
        return question.rstrip("?").strip()
    return question


def keywords(question: str, random: Random) -> str:
    """The question's content words, with the question word in half of the cases, without one that tells why or when."""
    words = question.rstrip("?").strip().split()
    asked = [w for w in words if w.lower() in QUESTION_WORDS]
    kept = [w for w in words if w.lower() not in FUNCTION]
    if len(kept) < 2:
        return question
    telling = asked and asked[0].lower() in ("why", "when", "where", "how")
    if asked and (random.random() < 0.5 or telling):
        kept.insert(0, asked[0])
    text = " ".join(kept)
    return text.lower() if random.random() < 0.6 else text


def typo(question: str, random: Random) -> str:
    """The question with one longer word misspelt: two letters swapped, one left out, or one doubled."""
    words = question.split(" ")
    long = [number for number, word in enumerate(words) if len(word) >= 5 and word.isalpha()]
    if not long:
        return question
    number = random.choice(long)
    word = words[number]
    at = random.randint(1, len(word) - 3)
    words[number] = random.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at:][0] + word[at:],
        )
    )
    return " ".join(words)
