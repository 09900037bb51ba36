"""What a question asks for, told by its own words, and what stands in a sentence that gives it.

A cue raises a sentence's score; it never decides alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from qa.text.analysis import terms, words
from qa.text.languages import any_of, either, union
from qa.text.languages.language import Language
from qa.text.numbers import numerals
from qa.text.phrases import Phrases


class Cue:
    """``asks`` is true of questions of the kind, ``gives`` is found in sentences that may answer them; ``weight`` is
    what it adds against the cosine, which counts 1. Where there are ``synonyms``, what ``gives`` finds means what these
    find in the question, and counts as its words. ``gives`` is compiled when a question asks for it: a first question
    waits for it."""

    def __init__(
        self,
        asks: Callable[[str], object],
        gives: Callable[[], str],
        weight: float,
        synonyms: re.Pattern[str] | None = None,
    ) -> None:
        self.asks = asks
        self._gives = gives
        self.weight = weight
        self._synonyms = synonyms

    @cached_property
    def gives(self) -> re.Pattern[str]:
        return re.compile(self._gives(), re.IGNORECASE)

    def asking_words(self, question: str) -> str:
        """The words of the question that its synonyms stand for, none where the cue has no synonyms."""
        return " ".join(match.group() for match in self._synonyms.finditer(question)) if self._synonyms else ""


def _whole(words: str) -> str:
    return rf"\b(?:{words})\b"


def _words_of(pattern: Callable[[Language], str]) -> re.Pattern[str]:
    return re.compile(_whole(either(pattern)), re.IGNORECASE)


NUMBER = Cue(
    Phrases(lambda language: language.asks_number).are_in,
    lambda: rf"\d|{_whole(rf'half|{any_of(lambda _: numerals())}')}",
    weight=0.1,
)

#: Verbs of asking somebody to do something.
_REQUESTS = _words_of(lambda language: language.asks_request)
REQUEST = Cue(
    _REQUESTS.search,
    lambda: _whole(either(lambda language: language.gives_request)),
    weight=0.7,
    synonyms=_REQUESTS,
)

REASON = Cue(
    _words_of(lambda language: language.asks_reason).search,
    lambda: _whole(either(lambda language: language.gives_reason)),
    weight=0.1,
)

_INTERROGATIVES = union(lambda language: language.interrogatives)
_WHO_IS = re.compile(rf"\W*(?:{either(lambda language: language.asks_who)})\s+(.+)", re.IGNORECASE)

#: Terms that a bare query has at most: a claim of more words is no list of keywords.
MOST_KEYWORDS, MOST_NAMES = 4, 3

CUES = (NUMBER, REQUEST, REASON)


def cues(question: str) -> tuple[Cue, ...]:
    """The cues of what the question asks for."""
    return tuple(cue for cue in CUES if cue.asks(question))


def is_bare(question: str) -> bool:
    """Whether the question is a bare name ("Halvorsen", "who is Ingrid Halvorsen?") or a few keywords."""
    if asked := _WHO_IS.fullmatch(question):
        return 0 < len(terms(asked[1])) <= MOST_NAMES and asked[1][0].isupper()
    return 0 < len(terms(question)) <= MOST_KEYWORDS and _INTERROGATIVES.isdisjoint(words(question))
