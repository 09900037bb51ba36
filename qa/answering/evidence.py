"""What speaks for and against the first citation."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np

from qa.answering.confidence import Evidence
from qa.answering.quote import asks_number, cosine, coverage, holds_number
from qa.answering.select import Quoted
from qa.text.analysis import heading_terms, terms
from qa.text.names import names
from qa.types import Query

#: The searches whose agreement is evidence. A reranker is none: it has only seen what they found.
CHANNELS = ("lexical", "dense", "sentence")

_DENIES = re.compile(
    r"\b(?:not|never|no|nor|neither|none|nobody|nothing|cannot|without|except|nunca|jam[aá]s|sin|nadie|nada|tampoco|ning[uú]n\w*)\b"
    r"|n['\u2019]t\b",
    re.IGNORECASE,
)


def evidence(first: Quoted, query: Query, weights: Mapping[str, float]) -> Evidence:
    """The evidence for the first citation. ``weights`` tells how informative each of the query's terms is."""
    candidate, scores = first.retrieved.candidate, first.retrieved.scores
    document, chunk, question = candidate.document, candidate.chunk, query.question
    quote = document.text[first.quote.start : first.quote.end]
    heading = frozenset(heading_terms(document.title, document.date))
    held = heading.union(terms(document.text[chunk.start : chunk.end]))
    quoted = np.array([first.quote.start <= s.start and s.end <= first.quote.end for s in candidate.sentences])
    return Evidence(
        coverage=coverage(heading.union(terms(quote)), weights),
        similarity=cosine(candidate.vectors[quoted].sum(axis=0), query.vector),
        agreement=sum(1 / scores[channel].rank for channel in CHANNELS if channel in scores) / len(CHANNELS),
        missing_names=len(names(question).keys() - held),
        missing_number=int(asks_number(question) and not holds_number(quote)),
        denial=int(denies(question) and not denies(quote)),
    )


def denies(text: str) -> bool:
    """Whether the text has a word of negation, English or Spanish."""
    return _DENIES.search(text) is not None


def unknown_names(query: Query, frequencies: Mapping[str, int]) -> tuple[str, ...]:
    """The question's names and numbers that no passage of the corpus holds, as the question writes them."""
    words = (word for term, word in names(query.question).items() if not frequencies.get(term))
    return tuple(dict.fromkeys(words))
