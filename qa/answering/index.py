"""What the front ends and library users call: an open index, to be asked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Unpack

from qa.answering.answer import Pipeline
from qa.answering.current import Current, OpenGeneration, Upkeep
from qa.answering.request import Request
from qa.backends.filters import Filter, Filters
from qa.backends.shared.threads import Threads
from qa.config import DEFAULT_K, SearchConfig
from qa.errors import CorpusError, UsageError
from qa.forking import GATE, one_by_one
from qa.models.base import Reader, Reranker
from qa.types import Answer, Citation, Document, DocumentRef, Hit, IndexInfo

if TYPE_CHECKING:
    from qa.corpus import Problem
    from qa.types.pages import PageImage


class Index:
    """An open index. Safe to use from several threads; close it, or use it as a context manager.

    It answers from the generation that it opened, whatever is published meanwhile, until it is refreshed or changed
    itself. A forked process may go on with it: a fork waits for what other threads do with it just then.
    """

    def __init__(
        self,
        opened: OpenGeneration,
        config: SearchConfig,
        reranker: Reranker | None = None,
        reader: Reader | None = None,
        upkeep: Upkeep | None = None,
    ) -> None:
        self._current = Current(opened)
        self._info = opened.info
        self._pipeline = Pipeline(config, reranker, reader, Threads())
        self._upkeep = upkeep
        self._changing = Lock()

    def __repr__(self) -> str:
        info = self._info
        return f"<qa.Index {info.generation}: {info.counts}, {info.embedder}>"

    @property
    def info(self) -> IndexInfo:
        """The generation, the embedding model, and how much the index holds."""
        return self._info

    @property
    def reranker(self) -> str | None:
        """The fingerprint of the reranker, a hex digest over its files; None where there is none."""
        return self._pipeline.models[0]

    @property
    def reader(self) -> str | None:
        """The fingerprint of the reader, a hex digest over its weights; None where there is none."""
        return self._pipeline.models[1]

    def ask(
        self, question: str, k: int = DEFAULT_K, *, threshold: float | None = None, **filters: Unpack[Filters]
    ) -> Answer:
        """The ``k`` best citations, or an abstention with the nearest passages.

        From the confidence ``threshold`` on, 0 to 1, the question is answered; None takes the calibration's. The
        ``filters`` are those of ``qa.Filters``: ``since`` and ``until`` are dates (``2024``, ``2024-07`` or
        ``2024-07-31``), both inclusive; ``source`` is a part of the source's name, and ``where`` has parts of other
        fields: ``{"author": "Lopez"}``. Raises QuestionError and ConfigError, ModelError for a broken reranker, and
        UsageError once the index is closed.
        """
        return self.answer(Request(question, k, threshold, Filter(**filters)))

    def answer(self, request: Request) -> Answer:
        """As ``ask``, for a request that was checked before."""
        if not isinstance(request, Request):
            raise UsageError(f"the request is {request!r}", "make a qa.Request of the question")
        with GATE.passed(), self._current.using() as opened:
            return self._pipeline.answer(request, opened)

    def search(self, question: str, k: int = 20, **filters: Unpack[Filters]) -> list[Hit]:
        """The ``k`` best passages as they rank, without quotes, collapsing or abstention. Arguments as in ``ask``."""
        request = Request(question, k, filter=Filter(**filters))
        with GATE.passed(), self._current.using() as opened:
            return self._pipeline.hits(request, opened)

    def document(self, document_id: str) -> Document:
        """A document with its text. Raises DocumentNotFoundError."""
        if not isinstance(document_id, str):
            raise UsageError(f"the document's id is {document_id!r}", "give it as text")
        with GATE.passed(), self._current.using() as opened:
            return opened.searcher.documents.document(document_id)

    def page_image(self, citation: Citation, *, page: int | None = None, scale: float = 2.0) -> PageImage:
        """The page of a PDF file on which a citation's quote stands, as a PNG with the quote marked.

        ``page`` takes another one for a quote that goes on; ``scale`` is pixels a point. Nothing is marked, and the
        note says so, where the words do not stand there as they were indexed. Raises what ``qa.page_image`` raises,
        DocumentNotFoundError, and UsageError for a citation of another version of the file than the index has.
        """
        from qa.pages.show import page_image

        document = self._document_of(citation)
        return page_image(document, citation.quote.start, citation.quote.end, page=page, scale=scale)

    def snippet(self, citation: Citation, *, context: int = 400) -> str:
        """A citation's quote, marked, in its context of some characters on either side, as a piece of HTML that needs
        nothing else. Raises DocumentNotFoundError, and UsageError as ``page_image``."""
        from qa.pages.show import snippet

        document = self._document_of(citation)
        return snippet(document, citation.quote.start, citation.quote.end, context=context)

    def documents(self) -> Iterator[DocumentRef]:
        """All documents, by id."""
        with GATE.passed(), self._current.using():  # a closed index says so now and not when the first is asked for
            return self._references()

    def add(
        self,
        sources: Document | Path | str | Iterable[Document | Path | str],
        *,
        on_problem: Callable[[Problem], None] = lambda *_: None,
    ) -> None:
        """Adds documents, or files and folders to read them from, in one atomic step, and goes on with the result.

        A document takes the place of one with the same id; an index on disk or in a cluster keeps it as it is, whatever
        its sources become. Of files, only what is given is read, also where the index has it already. Raises
        CorpusError for what cannot be indexed, or for a document with a path, and what ``qa.build`` raises; the index
        is then as it was.
        """
        with GATE.passed(changes=True), self._changing:
            self._changeable().add(sources, on_problem)
            self._reopen()

    def remove(self, names: str | Iterable[str]) -> None:
        """Takes away documents by id, and sources and files in them by path. An article whose file stays in a source is
        left out until ``add`` is given its path. Raises CorpusError where there is no such thing, or nothing would be
        left."""
        ids = [names] if isinstance(names, str) else list(names) if isinstance(names, Iterable) else [names]
        for name in ids:
            if not isinstance(name, str):
                raise CorpusError(f"{name!r} is to be removed", "give ids and paths as text")
        with GATE.passed(changes=True), self._changing:
            self._changeable().remove(ids)
            self._reopen()

    def is_current(self) -> bool:
        """Whether this is what the index holds now: False once another process, or another ``Index``, has published a
        newer generation. Whether the sources have changed since is what ``qa status`` tells."""
        with GATE.passed(), self._current.using():
            return self._upkeep is None or self._upkeep.is_current(self._info)

    def refresh(self) -> None:
        """Goes on with the current generation and calibration. Questions under way are answered from the former one.
        Raises what ``qa.open`` raises; the former generation is then still asked."""
        with GATE.passed(), self._changing, self._current.using():
            if self._upkeep is not None:
                self._reopen()

    def close(self) -> None:
        """Closes the files. The index cannot be asked afterwards."""
        with GATE.passed():
            self._pipeline.pool.shutdown()
            self._current.replace(None)

    def __enter__(self) -> Index:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _document_of(self, citation: Citation) -> Document:
        """The document of a citation, which has the quote where the citation says."""
        if not isinstance(citation, Citation):
            raise UsageError(f"the citation is {citation!r}", "give one of an answer's citations")
        document, quote = self.document(citation.document.id), citation.quote
        if document.text[quote.start : quote.end] != quote.text or document.sha256 != citation.document.sha256:
            raise UsageError(f"the index has another version of {document.id} than is cited", "ask again")
        return document

    def _changeable(self) -> Upkeep:
        with self._current.using():
            if self._upkeep is None:
                raise UsageError("this index cannot be changed", "make it with qa.build, qa.open or qa.from_documents")
            return self._upkeep

    def _reopen(self) -> None:
        opened = self._changeable().open()
        self._current.replace(opened)
        self._info = opened.info

    def _references(self) -> Iterator[DocumentRef]:
        with ExitStack() as stack:
            with GATE.passed():
                opened = stack.enter_context(self._current.using())
            yield from one_by_one(opened.searcher.documents.references)
