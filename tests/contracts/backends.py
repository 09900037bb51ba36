"""How each backend is filled, for the suites that run on all of them. A new backend is one more line in BACKENDS."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TypeAlias

from qa.backends.addresses import MilvusAddress
from qa.backends.base import EncodedDocument, Searcher
from qa.backends.local import generations
from qa.backends.local.manifest import Manifest
from qa.backends.local.searcher import open_current
from qa.backends.local.writer import LocalWriter
from qa.backends.memory import MemoryIndex
from qa.backends.milvus import generations as milvus
from qa.backends.milvus.connection import connect
from qa.backends.milvus.lock import writing
from qa.backends.milvus.manifest import ClusterManifest
from qa.config import IndexConfig, Lexical
from qa.indexing.encode import DIGESTS, Indexer, digest_of, generation_of
from qa.types import Document, DocumentRef
from tests.support import WordEncoder, article

#: Writes documents, into the given empty folder if anywhere, and opens what was written.
Backend: TypeAlias = Callable[[Path, Sequence[EncodedDocument]], Searcher]

CONFIG = IndexConfig()


def encode(documents: Sequence[Document], max_tokens: int = 40) -> list[EncodedDocument]:
    """The documents as indexing makes them, with passages of at most ``max_tokens`` words."""
    return list(Indexer(WordEncoder(max_tokens), CONFIG).encode(documents))


def write_generation(folder: Path, documents: Sequence[EncodedDocument], segment: int = 0) -> Manifest:
    """A finished generation in the empty ``folder``, as ``qa.indexing.update`` writes it, but without a query encoder.

    ``segment`` is after how many documents another segment begins; 0 is never.
    """
    writer = LocalWriter(folder, WordEncoder.dimension)
    for number, document in enumerate(documents):
        if segment and number % segment == 0:
            writer.finish_segment()
        writer.add(document)
    writer.finish_segment()
    digest = sum(digest_of(DocumentRef.of(d.document)) for d in documents)
    manifest = Manifest(
        generation=_name(documents),
        digest=f"{digest:x}",
        config=CONFIG,
        encoder=WordEncoder.fingerprint,
        encoder_note=None,
        engine="words",
        dimension=WordEncoder.dimension,
        sources=(),
        created="2026-01-01T00:00:00+00:00",
        segments=tuple(writer.segments),
        files=writer.files,
    )
    manifest.write(folder)
    return manifest


def publish(index: Path, documents: Sequence[EncodedDocument], segment: int = 0) -> Path:
    """Publishes the documents as the next generation of ``index``, and gives that generation's folder."""
    with generations.writing(index) as folder:
        write_generation(folder, documents, segment)
        generations.publish(index, folder)
    return folder


def memory(_: Path, documents: Sequence[EncodedDocument]) -> Searcher:
    index = MemoryIndex(WordEncoder.dimension, _name(documents), "all-MiniLM-L6-v2@000000000000")
    for document in documents:
        index.add(document)
    return index


def local(folder: Path, documents: Sequence[EncodedDocument], lexical: Lexical = "bm25", segment: int = 0) -> Searcher:
    publish(folder, documents, segment)
    return open_current(folder, lexical)


def updated(folder: Path, documents: Sequence[EncodedDocument], lexical: Lexical = "bm25") -> Searcher:
    """The documents after a history: written in segments with others between them, which were then removed."""
    strangers = encode([article(f"zz stranger {i}.md", f"The court met stranger{i}.") for i in range(len(documents))])
    mixed = [document for pair in zip(strangers, documents, strict=True) for document in pair]
    publish(folder, mixed, segment=7)
    with closing(open_current(folder)) as before, generations.writing(folder) as next_folder:
        places = before.contents.places()
        segments = before.contents.without(places[d.document.id] for d in strangers)
        writer = LocalWriter(next_folder, WordEncoder.dimension)
        writer.take_over(before.folder, segments, before.manifest.files)
        manifest = replace(
            before.manifest, generation=_name(documents), segments=tuple(writer.segments), files=writer.files
        )
        manifest.write(next_folder)
        generations.publish(folder, next_folder)
    return open_current(folder, lexical)


def milvus_lite(folder: Path, documents: Sequence[EncodedDocument]) -> Searcher:
    """A generation in a file of Milvus Lite, published as ``qa.indexing.remote`` does, but without a query encoder."""
    folder.mkdir(exist_ok=True)
    cluster = connect(MilvusAddress("qa", file=folder / "index.db"))
    with writing(cluster) as lock:
        draft = milvus.begin(cluster, None, cluster_manifest(documents))
        for document in documents:
            draft.add(document)
        live, _ = draft.finish(digest_of)
        milvus.publish(cluster, draft, replace(draft.manifest, live=live), None, lock)
    return milvus.searcher(cluster)


def cluster_manifest(documents: Sequence[EncodedDocument]) -> ClusterManifest:
    """The manifest of these documents, without how many there are."""
    return ClusterManifest(
        generation=_name(documents),
        digest="0",
        config=CONFIG,
        encoder=WordEncoder.fingerprint,
        encoder_note=None,
        engine="words",
        dimension=WordEncoder.dimension,
        sources=(),
        created="2026-01-01T00:00:00+00:00",
        encoder_files={},
        dense="FLAT",
    )


BACKENDS: dict[str, Backend] = {
    "memory": memory,
    "milvus-lite": milvus_lite,
    "local-bm25": local,
    "local-updated": updated,
    "local-updated-rank-bm25": partial(updated, lexical="rank-bm25"),
}


def _name(documents: Sequence[EncodedDocument]) -> str:
    digest = sum(digest_of(DocumentRef.of(d.document)) for d in documents) % DIGESTS
    return generation_of(CONFIG, WordEncoder.fingerprint, "words", digest)
