"""A question that is not answered -> what of it the nearest passages lack, in the question's own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from qa.answering.quote import Wanted
from qa.answering.select import Quoted
from qa.backends.shared.mentioned import field_terms
from qa.text.analysis import heading_terms, terms
from qa.text.languages import union
from qa.text.names import forms

_WORD = re.compile(r"\S+")
_EDGE = re.compile(r"^[^\w%]+|(?:['\u2019]s)?[^\w%]+$")


def missing(wanted: Wanted, nearest: Sequence[Quoted]) -> tuple[str, ...]:
    """The phrases of the question none of whose words a nearest passage, its title, date or another field holds.

    A phrase is a run of such words, with the function words between them. What only asks ("say", "happen") is none.
    """
    held = frozenset[str]().union(*(_held(wanted, one) for one in nearest))
    asking = frozenset(terms("\n".join(union(lambda language: language.asking))))
    return tuple(dict.fromkeys(_phrases(wanted.question, held | asking)))


def _held(wanted: Wanted, one: Quoted) -> frozenset[str]:
    document, chunk = one.retrieved.candidate.document, one.retrieved.candidate.chunk
    heading = field_terms(document).union(heading_terms(document.title, document.day))
    return heading | wanted.held(document.text[chunk.start : chunk.end])


def _phrases(question: str, held: frozenset[str]) -> Iterator[str]:
    """The runs of words none of which is ``held``, in order."""
    start = end = -1
    for word in _WORD.finditer(question):
        own = terms(word.group())
        if not own:
            continue
        if _is_held(word.group(), own, held):
            if start >= 0:
                yield _trimmed(question[start:end])
            start = -1
        else:
            start, end = word.start() if start < 0 else start, word.end()
    if start >= 0:
        yield _trimmed(question[start:end])


def _is_held(word: str, own: Iterable[str], held: frozenset[str]) -> bool:
    return not held.isdisjoint(own) or not held.isdisjoint(forms(_trimmed(word)))


def _trimmed(phrase: str) -> str:
    return _EDGE.sub("", phrase)
