"""The second straight line: a question -> two searches -> fusion -> hits -> quotes and evidence."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from qa.abstention import Evidence
from qa.backends.base import Candidate, Searcher
from qa.backends.flat import ranking
from qa.config import SearchConfig
from qa.encoders.base import QueryEncoder
from qa.errors import QuestionError
from qa.fusion import fuse
from qa.quotes import best_sentences, coverage
from qa.text.analysis import terms
from qa.types import ChannelScore, Filter, FloatArray, Query, Ranking, Span


@dataclass(frozen=True, slots=True, eq=False)
class Retrieved:
    """A candidate with its fused score and its place in each ranking."""

    candidate: Candidate
    score: float
    scores: Mapping[str, ChannelScore]


def make_query(question: str, encoder: QueryEncoder, within: Filter) -> Query:
    """The question, analysed like a passage and encoded. Raises QuestionError where it cannot be asked."""
    if not question.strip():
        raise QuestionError("the question is empty", 'ask one, as in: qa ask "what did Almagro request?"')
    try:
        question.encode()
    except UnicodeEncodeError:
        raise QuestionError("the question is not valid Unicode", "check the terminal's encoding") from None
    return Query(question, tuple(dict.fromkeys(terms(question))), encoder.encode_query(question), within)


def retrieve(searcher: Searcher, query: Query, config: SearchConfig) -> list[Retrieved]:
    """Every candidate of either search, best first by fused score; ties by passage number."""
    rankings = {
        "lexical": searcher.lexical(query.terms, config.depth, query.filter),
        "dense": searcher.dense(query.vector, config.depth, query.filter),
    }
    numbers = sorted({int(n) for r in rankings.values() for n in r.numbers})
    candidates = dict(zip(numbers, searcher.candidates(numbers), strict=True))
    rankings["sentence"] = _by_best_sentence(query.vector, candidates)
    return [
        Retrieved(candidates[number], score, places)
        for number, score, places in fuse(rankings, config.weights, config.fusion, config.depth)
    ]


def select(retrieved: Sequence[Retrieved], k: int, repeat_discount: float) -> list[Retrieved]:
    """The ``k`` to show: each article's best first, and nothing twice.

    A passage that overlaps a chosen one, or repeats its sentences, is left out: it would show the same again. Each
    further passage of an article already chosen counts only ``repeat_discount`` times its score, so that one long
    article does not crowd out the others, while one that answers much better still may come twice.
    """
    chosen: list[Retrieved] = []
    remaining = list(retrieved)
    while remaining and len(chosen) < k:
        best = max(remaining, key=lambda r: (_discounted(r, chosen, repeat_discount), -r.candidate.number))
        remaining.remove(best)
        if not any(_repeats(best.candidate, c.candidate) for c in chosen):
            score = _discounted(best, chosen, repeat_discount)
            chosen.append(Retrieved(best.candidate, score, best.scores))
    return chosen


def term_weights(searcher: Searcher, query_terms: Sequence[str]) -> dict[str, float]:
    """How informative each term is: its inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5)), always positive
    (the form that Lucene's BM25 uses). A term that no passage holds is the most informative of all."""
    total = searcher.info.passages
    frequencies = zip(query_terms, searcher.document_frequencies(query_terms), strict=True)
    return {term: math.log(1 + (total - n + 0.5) / (n + 0.5)) for term, n in frequencies}


def quote(candidate: Candidate, query: Query, weights: Mapping[str, float]) -> Span:
    """The offsets of the sentences of a passage that answer best."""
    text = candidate.document.text
    sentence_terms = [frozenset(terms(text[s.start : s.end])) for s in candidate.sentences]
    first, last = best_sentences(query.vector, candidate.vectors, sentence_terms, weights)
    return Span(candidate.sentences[first].start, candidate.sentences[last - 1].end)


def evidence(chosen: Sequence[Retrieved], query: Query, weights: Mapping[str, float]) -> Evidence:
    """The strongest support for an answer among the chosen passages."""
    if not chosen:
        return Evidence(0.0, 0.0)
    return max((_evidence(r.candidate, query, weights) for r in chosen), key=lambda e: e.coverage + e.similarity)


def _evidence(candidate: Candidate, query: Query, weights: Mapping[str, float]) -> Evidence:
    document, chunk = candidate.document, candidate.chunk
    held = terms(document.title) + terms(document.text[chunk.start : chunk.end])
    return Evidence(coverage(frozenset(held), weights), float((candidate.vectors @ query.vector).max()))


def _by_best_sentence(vector: FloatArray, candidates: Mapping[int, Candidate]) -> Ranking:
    best: Iterable[float] = (float((c.vectors @ vector).max()) for c in candidates.values())
    scores = np.fromiter(best, dtype=np.float32, count=len(candidates))
    return ranking(np.array(list(candidates), dtype=np.int64), scores, len(candidates))


def _discounted(retrieved: Retrieved, chosen: Sequence[Retrieved], discount: float) -> float:
    document = retrieved.candidate.document.id
    return retrieved.score * discount ** sum(c.candidate.document.id == document for c in chosen)


def _repeats(one: Candidate, other: Candidate) -> bool:
    if one.document.id != other.document.id:
        return False
    overlap = one.chunk.start < other.chunk.end and other.chunk.start < one.chunk.end
    return overlap or _sentence_texts(one) == _sentence_texts(other)


def _sentence_texts(candidate: Candidate) -> list[str]:
    return [candidate.document.text[s.start : s.end].casefold() for s in candidate.sentences]
