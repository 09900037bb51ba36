"""A question that is not answered -> what of it the nearest passages, or the first of them, lack, in its own words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from qa.answering.across import is_across
from qa.answering.quote import InformationNeed
from qa.answering.select import QuotedPassage
from qa.backends.shared.mentioned import document_terms
from qa.text.analysis import terms
from qa.text.languages import any_of, language_of, union
from qa.text.names import forms

_WORD = re.compile(r"\S+")
_EDGE = re.compile(r"^[^\w%]+|(?:['\u2019]s)?[^\w%]+$")


def missing(need: InformationNeed, nearest: Sequence[QuotedPassage]) -> tuple[str, ...]:
    """The phrases of the question none of whose words a nearest passage, its title, date or another field holds.

    Where there are none, they are those that the first passage lacks.

    A phrase is a run of such words, with the function words between them. What only asks ("say", "how many") is none,
    and where a nearest passage is in another language than the question, only numbers are: it may say in its own words
    what the question asks about.
    """
    language = language_of(need.question)
    across = any(is_across(language, one.retrieved.candidate) for one in nearest)
    asking = _asking().union(terms(" ".join(_quantities().findall(need.question))))

    def lacking(passages: Sequence[QuotedPassage]) -> tuple[str, ...]:
        present = asking.union(*(passage_terms(need, one) for one in passages))
        return tuple(dict.fromkeys(_phrases(need.question, present, across)))

    return lacking(nearest) or lacking(nearest[:1])


@cache
def _asking() -> frozenset[str]:
    return frozenset(terms("\n".join(union(lambda language: language.asking))))


@cache
def _quantities() -> re.Pattern[str]:
    """What asks for a number."""
    return re.compile(rf"\b(?:{any_of(lambda language: language.asks_number)})\b", re.IGNORECASE)


def passage_terms(need: InformationNeed, one: QuotedPassage) -> frozenset[str]:
    """The terms of a passage and of its article's fields; what means the question's words counts as these."""
    document, chunk = one.retrieved.candidate.document, one.retrieved.candidate.chunk
    return document_terms(document) | need.terms_of(document.text[chunk.start : chunk.end])


def _phrases(question: str, present: frozenset[str], across: bool) -> Iterator[str]:
    """The runs of words none of which is ``present``, in order; ``across`` languages any word may be but a number."""
    start = end = -1
    for word in _WORD.finditer(question):
        own = terms(word.group())
        if not own:
            continue
        if _is_present(word.group(), own, present) or (across and not any(map(str.isdigit, word.group()))):
            if start >= 0:
                yield _trimmed(question[start:end])
            start = -1
        else:
            start, end = word.start() if start < 0 else start, word.end()
    if start >= 0:
        yield _trimmed(question[start:end])


def _is_present(word: str, own: Iterable[str], present: frozenset[str]) -> bool:
    return not present.isdisjoint(own) or not present.isdisjoint(forms(_trimmed(word)))


def _trimmed(phrase: str) -> str:
    return _EDGE.sub("", phrase)
