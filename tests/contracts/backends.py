"""How each backend is filled, for the suites that run on all of them. A new backend is one more line in BACKENDS."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

from qa.backends.addresses import store_at
from qa.backends.base import EncodedDocument, Generation, Searcher, Store
from qa.backends.identity import digest_of_all
from qa.backends.local import generations
from qa.backends.local.manifest import ENCODER_FOLDER, Layout, LocalManifest, write_manifest
from qa.backends.local.writer import LocalWriter
from qa.backends.manifest import Manifest, Sizes
from qa.backends.memory import MemoryIndex
from qa.config import IndexConfig, Lexical
from qa.indexing.encode import Indexer
from qa.types import Document, DocumentRef
from tests.support import WordEncoder, article, open_current

#: Writes documents, into the given empty folder if anywhere, and has what was written open.
Backend: TypeAlias = Callable[[Path, Sequence[EncodedDocument]], AbstractContextManager[Searcher]]

CONFIG = IndexConfig()


def encode(documents: Sequence[Document], max_tokens: int = 40) -> list[EncodedDocument]:
    """The documents as indexing makes them, with passages of at most ``max_tokens`` words."""
    return list(Indexer(WordEncoder(max_tokens), CONFIG).encode(documents))


def manifest_of(documents: Sequence[EncodedDocument], extra: Any = None) -> Manifest[Any]:
    """What a generation with these documents says of itself."""
    live = Sizes(len(documents), sum(len(d.passages) for d in documents), sum(len(d.sentences) for d in documents))
    manifest: Manifest[Any] = Manifest(
        config=CONFIG,
        encoder=WordEncoder.fingerprint,
        encoder_note=None,
        engine="words",
        dimension=WordEncoder.dimension,
        sources=("/news",),
        created="2026-01-01T00:00:00+00:00",
        extra=None,
    )
    return manifest.holding(live, digest_of_all(DocumentRef.of(d.document) for d in documents), extra)


def fill(
    store: Store[Any],
    documents: Sequence[EncodedDocument],
    base: Generation | None = None,
    without: Collection[str] = (),
) -> Manifest[Any]:
    """Publishes a generation with these documents and what ``base`` has but for those ``without``."""
    with store.write(base.manifest if base else None, base, without) as draft:
        draft.begin(manifest_of([]), lambda *_: None)
        for document in documents:
            draft.add(document)
        published: Manifest[Any] = draft.publish()
        return published


def write_generation(folder: Path, documents: Sequence[EncodedDocument], segment: int = 0) -> LocalManifest:
    """A finished generation in the empty ``folder``, but without a query encoder.

    ``segment`` is after how many documents another segment begins; 0 is never.
    """
    writer = LocalWriter(folder, WordEncoder.dimension)
    for number, document in enumerate(documents):
        if segment and number % segment == 0:
            writer.finish_segment()
        writer.add(document)
    writer.finish_segment()
    manifest = manifest_of(documents, Layout(tuple(writer.segments), writer.files))
    write_manifest(manifest, folder)
    return manifest


def publish(index: Path, documents: Sequence[EncodedDocument], segment: int = 0) -> Path:
    """Publishes the documents as the next generation of ``index``, and gives that generation's folder."""
    with generations.writing(index) as folder:
        write_generation(folder, documents, segment)
        generations.publish(index, folder)
    return folder


@contextmanager
def memory(_: Path, documents: Sequence[EncodedDocument]) -> Iterator[Searcher]:
    index = MemoryIndex(WordEncoder.dimension, manifest_of(documents).generation, "all-MiniLM-L6-v2@000000000000")
    for document in documents:
        index.add(document)
    yield index


@contextmanager
def local(folder: Path, documents: Sequence[EncodedDocument], lexical: Lexical = "bm25") -> Iterator[Searcher]:
    publish(folder, documents)
    with closing(open_current(folder, lexical)) as searcher:
        yield searcher


@contextmanager
def updated(folder: Path, documents: Sequence[EncodedDocument], lexical: Lexical = "bm25") -> Iterator[Searcher]:
    """The documents after a history: written in segments with others between them, which were then removed."""
    strangers = encode(
        [article(f"zz stranger {i}.md", f"The court met stranger{i}.", author="Zyzzyva") for i in range(len(documents))]
    )
    mixed = [document for pair in zip(strangers, documents, strict=True) for document in pair]
    publish(folder, mixed, segment=7)
    store = store_at(folder)
    with closing(store.read(lambda generation: generation)) as before:
        (before.folder / ENCODER_FOLDER).mkdir()
        fill(store, [], before, [d.document.id for d in strangers])
    with closing(open_current(folder, lexical)) as searcher:
        yield searcher


@contextmanager
def milvus_lite(folder: Path, documents: Sequence[EncodedDocument]) -> Iterator[Searcher]:
    """A generation in a file of Milvus Lite, but without a query encoder."""
    folder.mkdir(exist_ok=True)
    store = store_at(f"milvus+lite:{folder}/index.db")
    fill(store, documents)
    generation, searcher = store.read(lambda one: (one, one.searcher()))
    with closing(generation):
        yield searcher


BACKENDS: dict[str, Backend] = {
    "memory": memory,
    "milvus-lite": milvus_lite,
    "local-bm25": local,
    "local-updated": updated,
    "local-updated-rank-bm25": partial(updated, lexical="rank-bm25"),
}
