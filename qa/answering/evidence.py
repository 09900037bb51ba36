"""What speaks for and against the first citation."""

from __future__ import annotations

import math

from qa.answering.confidence import Evidence
from qa.answering.cues import NUMBER, is_bare
from qa.answering.mentions import Mentions
from qa.answering.quote import InformationNeed, cosine, coverage
from qa.answering.select import QuotedPassage
from qa.backends.shared.mentioned import document_terms
from qa.text.analysis import terms
from qa.text.phrases import Phrases

#: The searches whose agreement is evidence. A reranker is none: it has only seen what they found.
CHANNELS = ("lexical", "dense", "sentence")

#: Log-odds beyond which a reader is as sure as it gets.
MOST_ODDS = 8.0

#: Decimal places of the values, so that the confidence follows from what an answer tells.
DIGITS = 4

_NEGATION = Phrases(lambda language: language.negation)


def evidence(first: QuotedPassage, need: InformationNeed, names: Mentions, odds: float = 0.0) -> Evidence:
    """The evidence for the first citation. ``names`` is what the question names, and what of it no article mentions;
    ``odds`` are the log-odds that the quote answers, by a reader, 0 where none has read it."""
    candidate, scores = first.retrieved.candidate, first.retrieved.scores
    document, chunk, question = candidate.document, candidate.chunk, need.question
    quote = document.text[first.quote.start : first.quote.end]
    heading = document_terms(document)
    passage_terms = heading.union(terms(document.text[chunk.start : chunk.end]))
    covered = coverage(heading | need.terms_of(quote), need.weights)
    return Evidence(
        coverage=round(covered, DIGITS),
        similarity=round(cosine(candidate.vectors[first.quoted].sum(axis=0), need.vector), DIGITS),
        agreement=round(sum(1 / scores[one].rank for one in CHANNELS if one in scores) / len(CHANNELS), DIGITS),
        missing_names=len(names.names.keys() - passage_terms),
        missing_number=int(bool(NUMBER.asks(question)) and not NUMBER.gives.search(quote)),
        denial=int(denies(question) and not denies(quote)),
        absent=int(names.absent or not need.weights),
        reading=round(max(-MOST_ODDS, min(MOST_ODDS, odds)), DIGITS),
        bare=int(math.isclose(covered, 1.0) and is_bare(question)),
    )


def denies(text: str) -> bool:
    """Whether the text has a word of negation."""
    return _NEGATION.are_in(text)
