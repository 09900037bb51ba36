"""How each backend is filled, for the suites that run on all of them. A new backend is one more line in BACKENDS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

from qa.backends.base import EncodedDocument, Searcher
from qa.backends.local import generations
from qa.backends.local.files import describe
from qa.backends.local.manifest import Manifest
from qa.backends.local.searcher import open_current
from qa.backends.local.writer import LocalWriter
from qa.backends.memory import MemoryIndex
from qa.config import IndexConfig, Lexical
from qa.indexing import Indexer, generation_of
from qa.types import Document, DocumentRef
from tests.support import WordEncoder

#: Writes documents, into the given empty folder if anywhere, and opens what was written.
Backend: TypeAlias = Callable[[Path, Sequence[EncodedDocument]], Searcher]

CONFIG = IndexConfig()


def encode(documents: Sequence[Document], max_tokens: int = 40) -> list[EncodedDocument]:
    """The documents as indexing makes them, with passages of at most ``max_tokens`` words."""
    return list(Indexer(WordEncoder(max_tokens), CONFIG).encode(documents))


def write_generation(folder: Path, documents: Sequence[EncodedDocument]) -> Manifest:
    """A finished generation in the empty ``folder``, as ``qa.building`` writes it, but without a query encoder."""
    writer = LocalWriter(folder, WordEncoder.dimension)
    for document in documents:
        writer.add(document)
    writer.close()
    manifest = Manifest(
        generation=_name(documents),
        config=CONFIG,
        encoder=WordEncoder.fingerprint,
        encoder_note=None,
        dimension=WordEncoder.dimension,
        sources=(),
        created="2026-01-01T00:00:00+00:00",
        documents=len(documents),
        passages=writer.store.passages,
        sentences=writer.store.sentences,
        files=describe(folder),
    )
    manifest.write(folder)
    return manifest


def publish(index: Path, documents: Sequence[EncodedDocument]) -> Path:
    """Publishes the documents as the next generation of ``index``, and gives that generation's folder."""
    with generations.writing(index) as folder:
        write_generation(folder, documents)
        generations.publish(index, folder)
    return folder


def memory(_: Path, documents: Sequence[EncodedDocument]) -> Searcher:
    index = MemoryIndex(WordEncoder.dimension, _name(documents), "all-MiniLM-L6-v2@000000000000")
    for document in documents:
        index.add(document)
    return index


def local(folder: Path, documents: Sequence[EncodedDocument], lexical: Lexical = "tantivy") -> Searcher:
    publish(folder, documents)
    return open_current(folder, lexical)


BACKENDS: dict[str, Backend] = {
    "memory": memory,
    "local-tantivy": local,
    "local-rank-bm25": partial(local, lexical="rank-bm25"),
}


def _name(documents: Sequence[EncodedDocument]) -> str:
    return generation_of(CONFIG, WordEncoder.fingerprint, (DocumentRef.of(d.document) for d in documents))
