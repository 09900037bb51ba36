"""A question -> two searches -> their fusion: every candidate passage with its score, best first.

The rankings of the same passages become one in either of two ways.

Min-max: each ranking's scores are scaled to [0, 1] and averaged by weight. A convex combination of this kind beats
reciprocal ranks where both are tuned, and needs little tuning (Bruch, Gai & Ingber, "An Analysis of Fusion Functions
for Hybrid Retrieval", ACM TOIS 42(1), 2023, arXiv:2210.11934).

RRF: reciprocal rank fusion, sum of weight / (60 + rank), which looks at no score (Cormack, Clarke & Büttcher,
"Reciprocal Rank Fusion outperforms Condorcet and individual Rank Learning Methods", SIGIR 2009).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np

from qa.answering.across import weights_across
from qa.answering.quote import coverage
from qa.answering.request import Query
from qa.answering.stems import stem_terms, with_stems
from qa.backends.base import Candidate, Searcher
from qa.backends.filters import Filter
from qa.backends.shared.okapi import idf
from qa.config import RRF_K, FusionMethod, SearchConfig, is_multilingual
from qa.models.base import QueryEncoder
from qa.text.analysis import terms
from qa.types import ChannelScore, FloatArray, IndexInfo, Ranking


class RankedPassage(NamedTuple):
    """A candidate with its score, in which the weights of ``scores`` add up, and its place in each ranking."""

    candidate: Candidate
    score: float
    scores: Mapping[str, ChannelScore]


def rescale(one: RankedPassage, factor: float) -> RankedPassage:
    """The passage with its score, and its channels' shares of it, times ``factor``."""
    scores = {name: place._replace(weight=place.weight * factor) for name, place in one.scores.items()}
    return RankedPassage(one.candidate, one.score * factor, scores)


def make_query(question: str, encoder: QueryEncoder, searcher: Searcher, within: Filter, pool: Executor) -> Query:
    """The question, analysed like a passage. A thread of ``pool`` encodes it, while its words are looked up."""
    encoding = pool.submit(encoder.encode_query, question)
    return with_stems(Query(question, tuple(dict.fromkeys(terms(question))), encoding.result, within), searcher)


def retrieve(searcher: Searcher, info: IndexInfo, query: Query, config: SearchConfig) -> list[RankedPassage]:
    """Every candidate of either search, best first by fused score; ties by document id and place. ``info`` is what the
    searcher's index holds."""
    lexical = searcher.lexical([*query.terms, *stem_terms(query)], config.depth, query.filter)
    by_number = {candidate.number: candidate for candidate in searcher.candidates(lexical.numbers.tolist())}
    dense = searcher.dense(query.vector, config.depth, query.filter)  # waits until the question is encoded
    others = [number for number in dense.numbers.tolist() if number not in by_number]
    candidates = sorted([*by_number.values(), *searcher.candidates(others)], key=lambda candidate: candidate.identity)
    # From here on a candidate's number is its place among them, so that ties do not depend on how the index was
    # written.
    places = {candidate.number: place for place, candidate in enumerate(candidates)}
    weights = _weights(searcher, info, query, config, candidates)
    rankings = {
        "lexical": _renumbered(lexical, places),
        "dense": _renumbered(dense, places),
        "sentence": _by_best_sentence(query.vector, candidates),
    }
    return [
        RankedPassage(candidates[place], score, channels)
        for place, score, channels in fuse(rankings, weights, config.fusion, config.depth)
    ]


def _weights(
    searcher: Searcher, info: IndexInfo, query: Query, config: SearchConfig, candidates: Sequence[Candidate]
) -> Callable[[int], Mapping[str, float]]:
    """The weights of the searches for each candidate, by number."""
    if not is_multilingual(info.embedder):
        own = config.weights
        return lambda _: own
    counts = frequencies(searcher, query)
    informative = term_weights(counts, info.passages)
    held = frozenset(term for term, count in counts.items() if count)
    return weights_across(query.question, coverage(held, informative), candidates, config)


def fuse(
    rankings: Mapping[str, Ranking], weights: Callable[[int], Mapping[str, float]], method: FusionMethod, depth: int
) -> list[tuple[int, float, dict[str, ChannelScore]]]:
    """Every ranked passage as ``(number, fused score, its place in each ranking)``, best first, ties by number.

    ``weights`` gives the weight of each ranking for a passage, and ``depth`` is how many passages each ranking was
    asked for: one that is shorter lists all that it could. A passage that a ranking does not list gets nothing from it.
    """
    places: dict[int, dict[str, ChannelScore]] = {}
    for channel, ranking in rankings.items():
        shares = minmax(ranking, depth) if method == "minmax" else reciprocal(ranking)
        rows = zip(ranking.numbers.tolist(), ranking.scores.tolist(), shares.tolist(), strict=True)
        for rank, (number, score, share) in enumerate(rows, start=1):
            places.setdefault(number, {})[channel] = ChannelScore(rank, score, weights(number)[channel] * share)
    fused = [(number, sum(p.weight for p in place.values()), place) for number, place in places.items()]
    return sorted(fused, key=lambda row: (-row[1], row[0]))


def minmax(ranking: Ranking, depth: int) -> FloatArray:
    """The scores scaled so that the best is 1 and the worst 0; a ranking without any spread gives 1 to all.

    Where a ranking of positive scores is shorter than ``depth``, every passage that it does not list has the score 0
    exactly (BM25 without a common term), so that 0 is the worst, not the last listed one.
    """
    if not len(ranking):
        return ranking.scores
    best, worst = ranking.scores[0], ranking.scores[-1]
    if len(ranking) < depth:
        worst = min(worst, np.float32(0))
    spread = best - worst
    if spread <= 0:
        return np.ones_like(ranking.scores)
    scaled: FloatArray = (ranking.scores - worst) / spread
    return scaled


def reciprocal(ranking: Ranking) -> FloatArray:
    """``1 / (60 + rank)`` for each rank from 1."""
    return (1 / (RRF_K + np.arange(1, len(ranking) + 1))).astype(np.float32)


def frequencies(searcher: Searcher, query: Query) -> dict[str, int]:
    """In how many passages each of the query's terms occurs, as it is or by its stem, whichever are more."""
    counts = dict(zip(query.terms, searcher.document_frequencies(query.terms), strict=True))
    for stems in query.stems.values():
        for term, count in zip(stems, searcher.document_frequencies([*stems.values()]), strict=True):
            counts[term] = max(counts[term], count)
    return counts


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
