"""What the front ends and library users call: build or open an index, and ask it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path
from types import TracebackType

from qa.abstention import THRESHOLD, confidence
from qa.backends.base import Searcher
from qa.backends.local.generations import reading
from qa.backends.local.manifest import Manifest
from qa.backends.local.searcher import LocalSearcher
from qa.backends.local.writer import ENCODER_FOLDER
from qa.backends.memory import MemoryIndex
from qa.building import Options, update
from qa.citation import cite, hit
from qa.config import DEFAULT_MODEL, IndexConfig, SearchConfig, fingerprint
from qa.corpus import Problem
from qa.corpus.encoding import is_unicode
from qa.dates import first_day, last_day
from qa.encoders.base import QueryEncoder
from qa.encoders.loading import load_query_encoder
from qa.encoders.sentence_transformers import SentenceTransformerEncoder
from qa.errors import ConfigError, CorpusError
from qa.indexing import Indexer, generation_of
from qa.retrieval import best_quote, evidence, make_query, retrieve, select, term_weights
from qa.types import Answer, Document, DocumentRef, Filter, Hit, IndexInfo, Query

#: Citations shown unless the caller asks for another number.
DEFAULT_K = 5


class Index:
    """An open index. Safe to use from several threads; close it, or use it as a context manager.

    It answers from the generation that it opened, whatever is published meanwhile.
    """

    def __init__(self, searcher: Searcher, encoder: QueryEncoder, config: SearchConfig) -> None:
        self._searcher = searcher
        self._encoder = encoder
        self._config = config

    @property
    def info(self) -> IndexInfo:
        """The generation, the embedding model, and how much the index holds."""
        return self._searcher.info

    def ask(
        self,
        question: str,
        k: int = DEFAULT_K,
        *,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
    ) -> Answer:
        """The ``k`` best citations, or an abstention with the nearest passages.

        ``since`` and ``until`` are dates (``2024``, ``2024-07`` or ``2024-07-31``), both inclusive; ``source`` is a
        part of the source's name. Raises QuestionError and ConfigError.
        """
        began = time.perf_counter()
        query = self._query(question, k, since, until, source)
        weights = term_weights(self._searcher, query.terms)
        retrieved = retrieve(self._searcher, query, self._config)
        cited = select(retrieved, k, self._config.repeat_discount, best_quote(query, weights))
        citations = tuple(cite(rank, one) for rank, one in enumerate(cited, start=1))
        sure = confidence(evidence(cited, query, weights))
        answered = bool(citations) and sure >= THRESHOLD
        return Answer(
            id=fingerprint(self.info.generation, self._config, question, k, since, until, source),
            question=question,
            answered=answered,
            confidence=sure,
            index=self.info,
            citations=citations if answered else (),
            nearest=() if answered else citations,
            seconds=time.perf_counter() - began,
        )

    def search(
        self,
        question: str,
        k: int = 20,
        *,
        since: str | None = None,
        until: str | None = None,
        source: str | None = None,
    ) -> list[Hit]:
        """The ``k`` best passages as they rank, without quotes, collapsing or abstention. Arguments as in ``ask``."""
        query = self._query(question, k, since, until, source)
        ranked = retrieve(self._searcher, query, self._config)[:k]
        return [hit(rank, retrieved) for rank, retrieved in enumerate(ranked, start=1)]

    def document(self, document_id: str) -> Document:
        """A document with its text. Raises DocumentNotFoundError."""
        return self._searcher.document(document_id)

    def documents(self) -> Iterator[DocumentRef]:
        """All documents, in the order in which they were indexed."""
        return self._searcher.documents()

    def close(self) -> None:
        """Closes the files. The index cannot be used afterwards."""
        self._searcher.close()

    def __enter__(self) -> Index:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _query(self, question: str, k: int, since: str | None, until: str | None, source: str | None) -> Query:
        return make_query(question, self._encoder, check_request(k, since, until, source))


def check_request(k: int, since: str | None, until: str | None, source: str | None) -> Filter:
    """The filter that a request asks for. Raises ConfigError."""
    if k < 1:
        raise ConfigError(f"k is {k}", "ask for 1 or more citations")
    return Filter(first_day(since), last_day(until), source or None)


def open_index(index: Path | str = "index", config: SearchConfig = SearchConfig()) -> Index:
    """Opens the current generation of the index in the folder ``index``.

    Raises IndexNotFoundError, IndexDamagedError or IndexFormatError.
    """

    def open_(folder: Path, manifest: Manifest) -> Index:
        encoder = load_query_encoder(folder / ENCODER_FOLDER)
        return Index(LocalSearcher(folder, manifest, config.lexical), encoder, config)

    return reading(Path(index), open_)


def build(
    paths: Path | str | Sequence[Path | str],
    index: Path | str = "index",
    *,
    model: str | None = None,
    max_tokens: int | None = None,
    overlap: int | None = None,
    rebuild: bool = False,
    on_problem: Callable[[Problem], None] = lambda *_: None,
    config: SearchConfig = SearchConfig(),
) -> Index:
    """Builds the index in the folder ``index`` from files and folders, or brings it up to date, and opens it.

    ``model``, ``max_tokens`` and ``overlap`` are IndexConfig's; None keeps what the index has. ``on_problem`` is told
    of each source that could not be read. Raises what ``qa.building.update`` raises.
    """
    sources = [paths] if isinstance(paths, Path | str) else list(paths)
    update(sources, Path(index), Options(model, max_tokens, overlap, rebuild), on_problem=on_problem)
    return open_index(index, config)


def from_documents(
    documents: Iterable[Document],
    *,
    model: str = DEFAULT_MODEL,
    max_tokens: int | None = None,
    overlap: int = 1,
    config: SearchConfig = SearchConfig(),
) -> Index:
    """An index in memory, over documents made by the caller; nothing is written to disk.

    Raises CorpusError for an id that comes twice, a document without text, or none at all.
    """
    settings = IndexConfig(model, max_tokens, overlap)
    encoder = SentenceTransformerEncoder(model)
    checked = [_check(document) for document in documents]
    ids = [document.id for document in checked]
    if not ids:
        raise CorpusError("there are no documents", "give at least one")
    if len(set(ids)) < len(ids):
        twice = next(i for i in ids if ids.count(i) > 1)
        raise CorpusError(f"two documents have the id {twice!r}", "give each its own")
    generation = generation_of(settings, encoder.fingerprint, map(DocumentRef.of, checked))
    index = MemoryIndex(encoder.dimension, generation, f"{model}@{encoder.fingerprint[:12]}")
    for encoded in Indexer(encoder, settings).encode(checked):
        index.add(encoded)
    return Index(index, encoder, config)


def _check(document: Document) -> Document:
    """The document with its hash. Raises CorpusError where it cannot be indexed."""
    for name, value in asdict(document).items():
        if isinstance(value, str) and not is_unicode(value):
            raise CorpusError(f"the {name} of document {document.id!r} is not valid Unicode", "replace lone surrogates")
    if not document.text[document.body_start :].strip():
        raise CorpusError(f"the document {document.id!r} has no text", "leave it out")
    return document if document.sha256 else replace(document, sha256=sha256(document.text.encode()).hexdigest())
