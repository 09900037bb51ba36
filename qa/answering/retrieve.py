"""A question -> two searches -> their fusion: every candidate passage with its score, best first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np

from qa.answering.across import weights_across
from qa.answering.fusion import fuse
from qa.answering.quote import coverage
from qa.backends.base import Candidate, Searcher
from qa.backends.shared.okapi import idf
from qa.config import SearchConfig, is_multilingual
from qa.models.base import QueryEncoder
from qa.text.analysis import terms
from qa.types import ChannelScore, Filter, FloatArray, Query, Ranking


class Retrieved(NamedTuple):
    """A candidate with its score, in which the weights of ``scores`` add up, and its place in each ranking."""

    candidate: Candidate
    score: float
    scores: Mapping[str, ChannelScore]


def rescored(one: Retrieved, factor: float) -> Retrieved:
    """The passage with its score, and its channels' shares of it, times ``factor``."""
    scores = {name: place._replace(weight=place.weight * factor) for name, place in one.scores.items()}
    return Retrieved(one.candidate, one.score * factor, scores)


def make_query(question: str, encoder: QueryEncoder, within: Filter, pool: Executor) -> Query:
    """The question, analysed like a passage. A thread of ``pool`` encodes it, while its words are looked up."""
    encoding = pool.submit(encoder.encode_query, question)
    return Query(question, tuple(dict.fromkeys(terms(question))), encoding.result, within)


def retrieve(searcher: Searcher, query: Query, config: SearchConfig) -> list[Retrieved]:
    """Every candidate of either search, best first by fused score; ties by document id and place."""
    lexical = searcher.lexical(query.terms, config.depth, query.filter)
    found = {candidate.number: candidate for candidate in searcher.candidates(lexical.numbers.tolist())}
    dense = searcher.dense(query.vector, config.depth, query.filter)  # waits until the question is encoded
    others = [number for number in dense.numbers.tolist() if number not in found]
    candidates = sorted([*found.values(), *searcher.candidates(others)], key=lambda candidate: candidate.identity)
    # From here on a candidate's number is its place among them, so that ties do not depend on how the index was
    # written.
    places = {candidate.number: place for place, candidate in enumerate(candidates)}
    weights = _weights(searcher, query, config, candidates)
    rankings = {
        "lexical": _renumbered(lexical, places),
        "dense": _renumbered(dense, places),
        "sentence": _by_best_sentence(query.vector, candidates),
    }
    return [
        Retrieved(candidates[place], score, channels)
        for place, score, channels in fuse(rankings, weights, config.fusion, config.depth)
    ]


def _weights(
    searcher: Searcher, query: Query, config: SearchConfig, candidates: Sequence[Candidate]
) -> Callable[[int], Mapping[str, float]]:
    """The weights of the searches for each candidate, by number."""
    if not is_multilingual(searcher.info.embedder):
        return lambda _: config.weights
    counts = frequencies(searcher, query)
    informative = term_weights(counts, searcher.info.passages)
    held = frozenset(term for term, count in counts.items() if count)
    return weights_across(query.question, coverage(held, informative), candidates, config)


def frequencies(searcher: Searcher, query: Query) -> dict[str, int]:
    """In how many passages each of the query's terms occurs."""
    return dict(zip(query.terms, searcher.document_frequencies(query.terms), strict=True))


def term_weights(frequencies: Mapping[str, int], passages: int) -> dict[str, float]:
    """How informative each term is: its inverse document frequency. A term that no passage holds is the most
    informative of all."""
    return {term: idf(n, passages) for term, n in frequencies.items()}


def _renumbered(ranking: Ranking, places: Mapping[int, int]) -> Ranking:
    numbers = (places[number] for number in ranking.numbers.tolist())
    return Ranking(np.fromiter(numbers, dtype=np.int64, count=len(ranking)), ranking.scores)


def _by_best_sentence(vector: FloatArray, candidates: Sequence[Candidate]) -> Ranking:
    if not candidates:
        return Ranking(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))
    # Not a matrix product: BLAS gives a row another last digit depending on where it stands and on the threads.
    cosines = np.einsum("ij,j->i", np.concatenate([c.vectors for c in candidates]), vector)
    firsts = np.cumsum([0, *(len(c.vectors) for c in candidates[:-1])])
    scores = np.maximum.reduceat(cosines, firsts)
    order = np.argsort(-scores, kind="stable")
    return Ranking(order, scores[order])
