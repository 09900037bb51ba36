"""The order of the best passages as a cross-encoder sees it."""

from __future__ import annotations

import math
from collections.abc import Sequence

from qa.answering.retrieve import RankedPassage, rescale
from qa.backends.base import Candidate
from qa.models.base import Reranker, TitledText
from qa.types import ChannelScore


def rerank(fused: Sequence[RankedPassage], question: str, reranker: Reranker, depth: int) -> list[RankedPassage]:
    """The best ``depth`` fused passages in the reranker's order, ties by passage number; then the others as before.

    What was read scores the logistic function of its raw score: the probability of relevance, to a reranker trained on
    relevant and other passages. So scores stay in [0, 1], and ``select`` discounts shares of relevance, as without a
    reranker. The others keep their proportion to the last fused passage that was read, and start at the worst read.
    """
    best, others = fused[:depth], fused[depth:]
    raw = reranker.score(question, [_titled(one.candidate) for one in best])
    order = sorted(range(len(best)), key=lambda i: (-raw[i], best[i].candidate.identity))
    scores = _probabilities([raw[i] for i in order])
    ranked = enumerate(zip(order, scores, strict=True), start=1)
    reranked = [_reranked(best[i], ChannelScore(rank, raw[i], score)) for rank, (i, score) in ranked]
    lowest = best[-1].score if others else 0.0
    return reranked + [rescale(one, scores[-1] / lowest if lowest else 0.0) for one in others]


def _titled(candidate: Candidate) -> TitledText:
    document, chunk = candidate.document, candidate.chunk
    return TitledText(document.title_words, document.text[chunk.start : chunk.end])


def _reranked(one: RankedPassage, place: ChannelScore) -> RankedPassage:
    """The passage with the reranker's score: the searches only brought it before the reranker, and add nothing."""
    return one._replace(score=place.weight, scores={**rescale(one, 0.0).scores, "reranker": place})


def _probabilities(falling: Sequence[float]) -> list[float]:
    """``1 / (1 + exp(-x))`` of each; where rounding made two different ones equal, the next smaller number instead."""
    scores: list[float] = []
    for x, before in zip(falling, [math.inf, *falling], strict=False):
        score = 1 / (1 + math.exp(min(-x, 700.0)))
        if scores:
            score = scores[-1] if x == before else min(score, math.nextafter(scores[-1], 0.0))
        scores.append(score)
    return scores
