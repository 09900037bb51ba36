"""Passages to cite, best first -> the same, with what corrects the first of them before it.

The article that was first to report a figure is nearer to the question than the one that takes it back, which has to
say more. A quote that tells of a correction, of an article that says as much of what is asked and is not older, comes
first.
"""

from __future__ import annotations

from collections.abc import Sequence

from qa.answering.missing import passage_terms
from qa.answering.quote import InformationNeed
from qa.answering.select import QuotedPassage
from qa.text.phrases import Phrases

_CORRECTS = Phrases(lambda language: language.corrects)


def corrections_first(passages: Sequence[QuotedPassage], need: InformationNeed) -> list[QuotedPassage]:
    """The passages, of which the first one that corrects what was the first takes its place, and its score."""
    listed = [*passages]
    if not listed or _corrects(listed[0]):
        return listed
    first = listed[0]
    for place, one in enumerate(listed):
        if _corrects(one) and _may_correct(one, first, need):
            raised = one.retrieved._replace(score=first.retrieved.score)
            return [one._replace(retrieved=raised), *listed[:place], *listed[place + 1 :]]
    return listed


def _corrects(one: QuotedPassage) -> bool:
    start, end = one.quote
    return _CORRECTS.are_in(one.retrieved.candidate.document.text[start:end])


def _may_correct(one: QuotedPassage, first: QuotedPassage, need: InformationNeed) -> bool:
    """Whether another article says as much of what is asked as the first, and is not dated before it."""
    document, earlier = one.retrieved.candidate.document, first.retrieved.candidate.document
    is_older = document.date and earlier.date and str(document.date) < str(earlier.date)
    return document.id != earlier.id and not is_older and _asked(first, need) <= _asked(one, need)


def _asked(one: QuotedPassage, need: InformationNeed) -> frozenset[str]:
    """The terms of the question that a passage or its article's fields hold."""
    return passage_terms(need, one).intersection(need.weights)
