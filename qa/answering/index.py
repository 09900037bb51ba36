"""What the front ends and library users call: an open index, to be asked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import asdict
from types import TracebackType

from qa.answering.calibration import shipped
from qa.answering.cite import cite, hit
from qa.answering.confidence import Calibration, Evidence
from qa.answering.evidence import evidence
from qa.answering.mentions import mentions
from qa.answering.quote import Wanted, best_quote
from qa.answering.read import SHARE, read
from qa.answering.request import DEFAULT_K, Conditions, Day, Request
from qa.answering.rerank import rerank
from qa.answering.retrieve import Retrieved, frequencies, make_query, retrieve, term_weights
from qa.answering.select import select
from qa.backends.base import Searcher
from qa.backends.shared.threads import Threads
from qa.config import ANSWERING_VERSION, READ, SearchConfig, fingerprint
from qa.errors import UsageError
from qa.models.base import QueryEncoder, Reader, Reranker
from qa.types import Answer, Document, DocumentRef, Hit, IndexInfo, Query


class Index:
    """An open index. Safe to use from several threads; close it, or use it as a context manager.

    It answers from the generation that it opened, whatever is published meanwhile. A forked process may go on asking,
    if no question was under way when it was forked.
    """

    def __init__(
        self,
        searcher: Searcher,
        encoder: QueryEncoder,
        config: SearchConfig,
        reranker: Reranker | None = None,
        calibration: Calibration | None = None,
        reader: Reader | None = None,
    ) -> None:
        self._opened: Searcher | None = searcher
        self._info = searcher.info
        self._encoder = encoder
        self._config = config
        self._reranker = reranker
        self._reader = reader
        self._calibration = calibration or shipped(reader is not None).calibration
        self._pool = Threads()

    @property
    def info(self) -> IndexInfo:
        """The generation, the embedding model, and how much the index holds."""
        return self._info

    @property
    def reranker(self) -> str | None:
        """The fingerprint of the reranker, a hex digest over its files; None where there is none."""
        return self._reranker.fingerprint if self._reranker else None

    @property
    def reader(self) -> str | None:
        """The fingerprint of the reader, a hex digest over its weights; None where there is none."""
        return self._reader.fingerprint if self._reader else None

    def ask(
        self,
        question: str,
        k: int = DEFAULT_K,
        *,
        since: Day = None,
        until: Day = None,
        source: str | None = None,
        where: Conditions = (),
        threshold: float | None = None,
    ) -> Answer:
        """The ``k`` best citations, or an abstention with the nearest passages.

        ``since`` and ``until`` are dates (``2024``, ``2024-07`` or ``2024-07-31``), both inclusive; ``source`` is a
        part of the source's name, and ``where`` has parts of other fields: ``{"author": "Lopez"}``. From the confidence
        ``threshold`` on, 0 to 1, the question is answered; None takes the calibration's. Raises QuestionError and
        ConfigError, ModelError for a broken reranker, and UsageError once the index is closed.
        """
        return self.answer(Request(question, k, since, until, source, where, threshold))

    def answer(self, request: Request) -> Answer:
        """As ``ask``, for a request that was checked before."""
        began = time.perf_counter()
        query, k = self._query(request), request.k
        weights = term_weights(frequencies(self._searcher, query), self.info.passages)
        ranked = self._ranked(query)
        wanted = Wanted.by(query, weights)
        depth = READ[self._config.reader]
        cited = select(ranked, max(k, depth), self._config, best_quote(wanted))
        if self._reader:
            share = 0.0 if self._reranker else SHARE  # whoever names a reranker wants its order
            cited = read(cited, wanted, self._reader, depth, self._pool, share)
        cited = cited[:k]
        citations = tuple(cite(rank, one) for rank, one in enumerate(cited, start=1))
        named = mentions(query, weights, self._searcher)
        found = evidence(cited[0], wanted, named) if cited else Evidence()
        calibration = self._calibration.at(request.threshold)
        confidence = calibration.confidence(found) if cited else 0.0
        answered = bool(cited) and calibration.answers(found)
        models = [self.reranker, self.reader]
        settings = [ANSWERING_VERSION, self.info.generation, self._config, asdict(calibration), *models]
        return Answer(
            id=fingerprint(*settings, request.question, k, asdict(query.filter)),
            question=request.question,
            answered=answered,
            confidence=round(confidence, 4),
            threshold=calibration.threshold,
            index=self.info,
            evidence=found.to_dict() if cited else {},
            unknown=named.unknown,
            suggestions=named.suggestions,
            filtered=self._searcher.filtered(query.filter) if query.filter else None,
            citations=citations if answered else (),
            nearest=() if answered else citations,
            seconds=round(time.perf_counter() - began, 6),
        )

    def search(
        self,
        question: str,
        k: int = 20,
        *,
        since: Day = None,
        until: Day = None,
        source: str | None = None,
        where: Conditions = (),
    ) -> list[Hit]:
        """The ``k`` best passages as they rank, without quotes, collapsing or abstention. Arguments as in ``ask``."""
        query = self._query(Request(question, k, since, until, source, where))
        return [hit(rank, retrieved) for rank, retrieved in enumerate(self._ranked(query)[:k], start=1)]

    def document(self, document_id: str) -> Document:
        """A document with its text. Raises DocumentNotFoundError."""
        return self._searcher.document(document_id)

    def documents(self) -> Iterator[DocumentRef]:
        """All documents, in the order in which they were indexed."""
        return self._searcher.documents()

    def close(self) -> None:
        """Closes the files. The index cannot be asked afterwards."""
        self._pool.shutdown()
        if self._opened:
            self._opened.close()
        self._opened = None

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _searcher(self) -> Searcher:
        if self._opened is None:
            raise UsageError("the index is closed", "open it again")
        return self._opened

    def _query(self, request: Request) -> Query:
        _ = self._searcher  # which nobody asks once it is closed
        return make_query(request.question, self._encoder, request.filter, self._pool)

    def _ranked(self, query: Query) -> list[Retrieved]:
        fused = retrieve(self._searcher, query, self._config)
        return rerank(fused, query.question, self._reranker, self._config.rerank_depth) if self._reranker else fused
