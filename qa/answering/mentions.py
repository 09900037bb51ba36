"""The names and numbers of a question that no article mentions, and what may be meant by them.

A word counts as mentioned where any passage, its article's title, source or date has it or another form of it (Brazil,
Brazilian). For the others, a word of the nearest passages that is like it is suggested (Blinken for Blinkin).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from qa.backends.base import Candidate
from qa.text.analysis import fold, terms
from qa.text.names import forms, names
from qa.types import Query

#: A question is about names that make up this share of what is informative in it. One that no article holds is the most
#: informative word of its question, so of four or fewer words it has that share.
ABOUT = 0.25

#: Letters from which on a word may stand in another form, or be meant by one that differs in a letter: two short words
#: that do are mostly two words.
ALIKE = 5

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


class Mentions(NamedTuple):
    """``unknown``: the names and numbers of a question that no article mentions, as the question writes them.
    ``suggestions``: of those that are like words in the articles, these words. ``absent``: whether the question is
    about names that are like nothing in them."""

    unknown: tuple[str, ...]
    suggestions: Mapping[str, tuple[str, ...]]
    absent: bool


def mentions(
    query: Query,
    weights: Mapping[str, float],
    occurrences: Mapping[str, int],
    frequencies: Callable[[Sequence[str]], Sequence[int]],
    nearest: Sequence[Candidate],
) -> Mentions:
    """What the articles mention of the names in a question.

    ``weights`` tells how informative each of the query's terms is and ``occurrences`` in how many passages it occurs;
    ``frequencies`` tells the latter of any terms. ``nearest`` are the passages whose sources count, and in which words
    like unknown ones are looked for.
    """
    sources = {term for one in nearest for term in terms(one.document.source or "")}
    unknown = {
        term: word
        for term, word in names(query.question).items()
        if not occurrences.get(term) and term not in sources and not _in_another_form(word, frequencies)
    }
    alike = {word: spellings(word, nearest) for word in dict.fromkeys(unknown.values())}
    suggestions = {word: words for word, words in alike.items() if words}
    total = sum(weights.values())
    lacking = sum(weights[term] for term, word in unknown.items() if word not in suggestions)
    return Mentions(tuple(dict.fromkeys(unknown.values())), suggestions, lacking > 0 and lacking >= ABOUT * total)


def spellings(word: str, passages: Iterable[Candidate]) -> tuple[str, ...]:
    """The words of the passages, as written there, that differ from ``word`` in one letter, or in two that changed
    places; none for a short word or one with digits."""
    if not _may_be_alike(word):
        return ()
    from rapidfuzz.distance import OSA

    texts = (one.document.text[one.chunk.start : one.chunk.end] for one in passages)
    words = dict.fromkeys(other for text in texts for other in _WORD.findall(text) if other[0].isupper())
    return tuple(other for other in words if OSA.distance(fold(word), fold(other), score_cutoff=1) == 1)


def _may_be_alike(word: str) -> bool:
    return len(word) >= ALIKE and not any(c.isdigit() for c in word)


def _in_another_form(word: str, frequencies: Callable[[Sequence[str]], Sequence[int]]) -> bool:
    return _may_be_alike(word) and any(frequencies(sorted(forms(word))))
