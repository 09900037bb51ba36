"""Makes an ``Index``: on disk from files, or in memory from documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

from qa.backends.memory import MemoryIndex
from qa.building import Options, update
from qa.config import DEFAULT_MODEL, IndexConfig, SearchConfig
from qa.corpus import Problem
from qa.corpus.encoding import is_unicode
from qa.dates import is_iso
from qa.encoders.sentence_transformers import SentenceTransformerEncoder
from qa.errors import CorpusError
from qa.indexing import DIGESTS, Indexer, digest_of, generation_of
from qa.opening import open_index, open_reranker
from qa.service import Index
from qa.types import Document, DocumentRef


def build(
    paths: Path | str | Sequence[Path | str],
    index: Path | str = "index",
    *,
    model: str | None = None,
    max_tokens: int | None = None,
    overlap: int | None = None,
    rebuild: bool = False,
    dask: str | None = None,
    on_problem: Callable[[Problem], None] = lambda *_: None,
    config: SearchConfig = SearchConfig(),
    reranker: Path | str | None = None,
) -> Index:
    """Builds the index in the folder, or at the cluster's address, ``index`` from files and folders, or brings it up to
    date, and opens it.

    ``model``, ``max_tokens`` and ``overlap`` are IndexConfig's; None keeps what the index has. ``dask`` is a Dask
    cluster that embeds, as Options has it. ``on_problem`` is told of each source that could not be read. ``reranker``
    is ``open_index``'s. Raises what ``qa.building.update`` and ``open_index`` raise.
    """
    open_reranker(reranker)  # a wrong folder is told before anything is built
    sources = [paths] if isinstance(paths, Path | str) else list(paths)
    update(sources, index, Options(model, max_tokens, overlap, rebuild, dask=dask), on_problem=on_problem)
    return open_index(index, config, reranker=reranker)


def from_documents(
    documents: Iterable[Document],
    *,
    model: str = DEFAULT_MODEL,
    max_tokens: int | None = None,
    overlap: int = 1,
    config: SearchConfig = SearchConfig(),
    reranker: Path | str | None = None,
) -> Index:
    """An index in memory, over documents made by the caller; nothing is written to disk.

    ``reranker`` is ``open_index``'s. Raises CorpusError for an id that comes twice, a document without text, or none at
    all, and ModelError where the model or the reranker is none.
    """
    reads_pairs = open_reranker(reranker)
    settings = IndexConfig(model, max_tokens, overlap)
    encoder = SentenceTransformerEncoder(model)
    checked = [_check(document) for document in documents]
    ids = [document.id for document in checked]
    if not ids:
        raise CorpusError("there are no documents", "give at least one")
    if len(set(ids)) < len(ids):
        twice = next(i for i in ids if ids.count(i) > 1)
        raise CorpusError(f"two documents have the id {twice!r}", "give each its own")
    digest = sum(digest_of(DocumentRef.of(document)) for document in checked) % DIGESTS
    generation = generation_of(settings, encoder.fingerprint, encoder.engine, digest)
    index = MemoryIndex(encoder.dimension, generation, f"{model}@{encoder.fingerprint[:12]}")
    for encoded in Indexer(encoder, settings).encode(checked):
        index.add(encoded)
    return Index(index, encoder, config, reads_pairs)


def _check(document: Document) -> Document:
    """The document with its hash. Raises CorpusError where it cannot be indexed."""
    for name, value in asdict(document).items():
        if isinstance(value, str) and not is_unicode(value):
            raise CorpusError(f"the {name} of document {document.id!r} is not valid Unicode", "replace lone surrogates")
    if document.date is not None and not is_iso(document.date):
        raise CorpusError(f"the date of document {document.id!r} is {document.date!r}", "write it as 2024-07-31")
    if not document.text[document.body_start :].strip():
        raise CorpusError(f"the document {document.id!r} has no text", "leave it out")
    return document if document.sha256 else replace(document, sha256=sha256(document.text.encode()).hexdigest())
