"""A question -> its answer: every step, top to bottom."""

from __future__ import annotations

import time
from dataclasses import asdict
from typing import NamedTuple

from qa.answering.across import for_reader
from qa.answering.corrections import corrections_first
from qa.answering.current import OpenGeneration
from qa.answering.missing import missing
from qa.answering.quote import InformationNeed, best_quote
from qa.answering.read import SHARE, Reading, read
from qa.answering.request import Query, Request
from qa.answering.rerank import rerank
from qa.answering.retrieve import RankedPassage, frequencies, make_query, retrieve, term_weights
from qa.answering.select import cite, hit, in_turn, select
from qa.answering.verdict import judge
from qa.backends.shared.threads import Threads
from qa.config import ANSWERING_VERSION, READ, SearchConfig, fingerprint, is_multilingual
from qa.models.base import Reader, Reranker
from qa.text.languages import language_of
from qa.types import Answer, Hit


class Pipeline(NamedTuple):
    """What answers: settings, models that read passages, and threads, which wait for nothing but these."""

    config: SearchConfig
    reranker: Reranker | None
    reader: Reader | None
    pool: Threads

    @property
    def models(self) -> tuple[str | None, ...]:
        """The fingerprints of the reranker and of the reader; None for one that there is not."""
        models = (self.reranker, self.reader)
        return tuple(model.fingerprint if model else None for model in models)

    def answer(self, request: Request, opened: OpenGeneration) -> Answer:
        """The citations with their confidence, or an abstention with the nearest passages."""
        began = time.perf_counter()
        searcher, info, k = opened.searcher, opened.info, request.k
        query = make_query(request.question, opened.encoder, searcher, request.filter, self.pool)
        weights = term_weights(frequencies(searcher, query), info.passages)
        ranked = self._ranked(opened, query)
        need = InformationNeed.of(query, weights)
        asked = language_of(request.question) if is_multilingual(info.embedder) else None
        reading = self._read(ranked, need, asked)
        selection = select(reading.ranked, k, self.config, best_quote(need, reading.opinions))
        passages = corrections_first(selection, need)
        verdict = judge(passages, need, asked, reading, opened, request.threshold)
        citations = tuple(cite(rank, one) for rank, one in enumerate(passages, start=1))
        answered, names = verdict.answered, verdict.names
        settings = [ANSWERING_VERSION, info.generation, self.config, asdict(verdict.calibration), *self.models]
        return Answer(
            id=fingerprint(*settings, request.question, k, dict(query.filter.values)),
            question=request.question,
            answered=answered,
            confidence=round(verdict.confidence, 4),
            threshold=verdict.calibration.threshold,
            index=info,
            evidence=verdict.evidence,
            unknown=names.unknown,
            suggestions=names.suggestions,
            missing=() if answered else missing(need, passages),
            filtered=searcher.documents.filtered(query.filter) if query.filter else None,
            citations=citations if answered else (),
            nearest=() if answered else citations,
            seconds=round(time.perf_counter() - began, 6),
        )

    def hits(self, request: Request, opened: OpenGeneration) -> list[Hit]:
        """The best passages as they rank."""
        query = make_query(request.question, opened.encoder, opened.searcher, request.filter, self.pool)
        ranked = self._ranked(opened, query)[: request.k]
        return [hit(rank, retrieved) for rank, retrieved in enumerate(ranked, start=1)]

    def _ranked(self, opened: OpenGeneration, query: Query) -> list[RankedPassage]:
        fused = retrieve(opened.searcher, opened.info, query, self.config)
        return rerank(fused, query.question, self.reranker, self.config.rerank_depth) if self.reranker else fused

    def _read(self, ranked: list[RankedPassage], need: InformationNeed, asked: str | None) -> Reading:
        """What the reader makes of the best passages, where there is one that can read question and passage."""
        text = for_reader(need.question, asked, ranked[0].candidate) if self.reader and ranked else None
        if self.reader is None or text is None:
            return Reading(ranked, {}, None if ranked else self.reader)
        share = 0.0 if self.reranker else SHARE  # whoever names a reranker wants its order
        turns = in_turn(ranked, self.config.repeat_discount)
        return read(turns, need._replace(question=text), self.reader, READ[self.config.reader], self.pool, share)
