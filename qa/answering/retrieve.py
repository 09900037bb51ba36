"""The second straight line: a question -> two searches -> fusion -> the passages to cite and their quotes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import NamedTuple

import numpy as np

from qa.answering.fusion import fuse
from qa.answering.quote import Wanted, best_sentences
from qa.answering.request import check_question
from qa.backends.base import Candidate, Searcher
from qa.config import SearchConfig
from qa.models.base import QueryEncoder
from qa.text.analysis import terms
from qa.types import ChannelScore, Filter, FloatArray, Query, Ranking, Span

#: Weight of a passage's fused score against that of its quote, where several passages are one citation. Set by hand: a
#: neighbour has to hold a clearly better quote to be cited instead of the best ranked.
RANK_WEIGHT = 0.5


class Retrieved(NamedTuple):
    """A candidate with its score, in which the weights of ``scores`` add up, and its place in each ranking."""

    candidate: Candidate
    score: float
    scores: Mapping[str, ChannelScore]


class Quoted(NamedTuple):
    """A passage to cite, and the offsets of its quote."""

    retrieved: Retrieved
    quote: Span


def make_query(question: str, encoder: QueryEncoder, within: Filter, pool: Executor) -> Query:
    """The question, analysed like a passage. A thread of ``pool`` encodes it, while its words are looked up.

    Raises QuestionError where it cannot be asked.
    """
    check_question(question)
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
    rankings = {
        "lexical": _renumbered(lexical, places),
        "dense": _renumbered(dense, places),
        "sentence": _by_best_sentence(query.vector, candidates),
    }
    return [
        Retrieved(candidates[place], score, channels)
        for place, score, channels in fuse(rankings, config.weights, config.fusion, config.depth)
    ]


def select(
    retrieved: Sequence[Retrieved], k: int, repeat_discount: float, quote: Callable[[Candidate], tuple[float, Span]]
) -> list[Quoted]:
    """The ``k`` passages to cite: each article's best first, and nothing twice.

    Passages of one article that overlap, or repeat each other's sentences, are one citation: of those, the passage with
    the best quote (its rank counts too) is cited, in the place and with the score of the best ranked. ``quote`` gives
    the score and the offsets of a passage's best quote. Each further passage of an article counts only
    ``repeat_discount`` times its score, so that one long article does not crowd out the others, while one that answers
    much better may come twice.
    """
    cited: list[Quoted] = []
    times: Counter[str] = Counter()
    articles: dict[str, list[Retrieved]] = {}
    for one in sorted(retrieved, key=lambda one: (-one.score, one.candidate.identity)):
        articles.setdefault(one.candidate.identity[0], []).append(one)

    def first(article: str) -> tuple[float, tuple[str, int]]:
        """What orders the articles: the score of the best passage, and where that stands."""
        best = articles[article][0]
        return -best.score * repeat_discount ** times[article], best.candidate.identity

    while articles and len(cited) < k:
        article = min(articles, key=first)
        score = -first(article)[0]
        remaining = articles[article]
        same = [one for one in remaining if _repeats(one.candidate, remaining[0].candidate)]
        quotes = {one.candidate.number: quote(one.candidate) for one in same}
        shown = max(same, key=lambda one: quotes[one.candidate.number][0] + RANK_WEIGHT * one.score)
        cited.append(Quoted(Retrieved(shown.candidate, score, shown.scores), quotes[shown.candidate.number][1]))
        times[article] += 1
        articles[article] = [one for one in remaining if not _repeats(one.candidate, shown.candidate)]
        if not articles[article]:
            del articles[article]
    return cited


def frequencies(searcher: Searcher, query: Query) -> dict[str, int]:
    """In how many passages each of the query's terms occurs."""
    return dict(zip(query.terms, searcher.document_frequencies(query.terms), strict=True))


def term_weights(frequencies: Mapping[str, int], passages: int) -> dict[str, float]:
    """How informative each term is: its inverse document frequency, ln(1 + (N - n + 0.5) / (n + 0.5)), always positive
    (the form that Lucene's BM25 uses). A term that no passage holds is the most informative of all."""
    return {term: math.log(1 + (passages - n + 0.5) / (n + 0.5)) for term, n in frequencies.items()}


def best_quote(query: Query, weights: Mapping[str, float]) -> Callable[[Candidate], tuple[float, Span]]:
    """What gives the score and the offsets of the sentences of a passage that answer the query best."""
    wanted = Wanted.by(query.question, query.vector, weights)

    def quote(candidate: Candidate) -> tuple[float, Span]:
        text, sentences = candidate.document.text, candidate.sentences
        score, first, last = best_sentences(wanted, [text[s.start : s.end] for s in sentences], candidate.vectors)
        return score, Span(sentences[first].start, sentences[last - 1].end)

    return quote


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


def _repeats(one: Candidate, other: Candidate) -> bool:
    """Whether two passages of one article overlap or have the same sentences; a passage repeats itself."""
    overlap = one.chunk.start < other.chunk.end and other.chunk.start < one.chunk.end
    return overlap or _sentence_texts(one) == _sentence_texts(other)


def _sentence_texts(candidate: Candidate) -> list[str]:
    return [candidate.document.text[s.start : s.end].casefold() for s in candidate.sentences]
