"""The generations of an index in a cluster: which there are, which is current, and what one of them holds.

Readers follow the alias once, and then use the names of its collections. The alias is moved in one step. The generation
before the current one stays until the next is published, for the readers that have it open.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import cached_property
from pathlib import Path

from qa.backends.milvus.connection import MilvusCluster
from qa.backends.milvus.encoder_files import collection_of, fetch
from qa.backends.milvus.manifest import MilvusManifest, load
from qa.backends.milvus.pieces import Pieces
from qa.backends.milvus.rows import DocumentHead, heads
from qa.backends.milvus.searcher import MilvusSearcher
from qa.backends.shared.record import record_of
from qa.config import Lexical
from qa.errors import ConfigError
from qa.types import Document


class MilvusContents:
    """See ``base.Contents``. A document's record is compared by its hash: 64 bits, and so some 200 bytes a document."""

    def __init__(self, documents: Iterable[DocumentHead]) -> None:
        self._documents = {head.id: (hash(head.record), head.reference.sha256) for head in documents}

    @property
    def ids(self) -> Collection[str]:
        return self._documents.keys()

    def sha256(self, document_id: str) -> str | None:
        return self._documents.get(document_id, (0, None))[1]

    def holds(self, document: Document) -> bool:
        return self._documents.get(document.id, (None, ""))[0] == hash(record_of(document))


class MilvusGeneration:
    """See ``base.Generation``: the one with this number, whose passages and whose texts are a collection each."""

    def __init__(self, cluster: MilvusCluster, number: int) -> None:
        name = f"{cluster.address.collection}_g{number}"
        self.number = number
        self.passages = f"{name}_passages"
        self.texts = Pieces(cluster, f"{name}_texts")
        self._cluster = cluster

    @cached_property
    def manifest(self) -> MilvusManifest:
        return load(self.texts)

    def contents(self) -> MilvusContents:
        return MilvusContents(heads(self.texts))

    def searcher(self, lexical: Lexical | None = None, threads: int | None = None) -> MilvusSearcher:  # noqa: ARG002
        if lexical not in (None, "bm25"):
            raise ConfigError(f"{lexical} does not work on {self._cluster.address}", "use bm25, which Milvus computes")
        return MilvusSearcher(self._cluster, self.passages, self.texts.collection, self.manifest)

    def encoder_folder(self) -> Path:
        return fetch(self._cluster, self.manifest.extra.encoder_files)

    def drop(self) -> None:
        """Removes it from the cluster. Raises ServerError."""
        for collection in (self.passages, self.texts.collection):
            self._cluster.call("drop_collection", collection)

    def close(self) -> None:
        self._cluster.close()


def current(cluster: MilvusCluster) -> MilvusGeneration | None:
    """The generation that the alias names; None where there is no index. Raises ConfigError where something else is."""
    index = cluster.address.collection
    collection = cluster.alias(index)
    if collection is None and not cluster.call("has_collection", index):
        return None
    number = number_of(index, collection or "")
    if number is None:
        raise ConfigError(f"{cluster.address} is a collection that qa did not make", "name another one")
    return MilvusGeneration(cluster, number)


def every(cluster: MilvusCluster) -> list[MilvusGeneration]:
    """All generations, the last one first."""
    numbers = {number_of(cluster.address.collection, name) for name in cluster.call("list_collections")} - {None}
    return [MilvusGeneration(cluster, number) for number in sorted(filter(None, numbers), reverse=True)]


def newer(cluster: MilvusCluster) -> list[MilvusGeneration]:
    """The generations that were begun after the current one, the last one first."""
    published = current(cluster)
    return [one for one in every(cluster) if published is None or one.number > published.number]


def collect(cluster: MilvusCluster, in_use: Collection[MilvusGeneration]) -> None:
    """Drops all generations but those in use, and the encoders that none of these has."""
    numbers = {one.number for one in in_use}
    for generation in every(cluster):
        if generation.number not in numbers:
            generation.drop()
    index = cluster.address.collection
    encoders = {collection_of(index, one.manifest.extra.encoder_files) for one in in_use}
    for name in cluster.call("list_collections"):
        if re.fullmatch(rf"{index}_encoder_[0-9a-f]{{12}}", name) and name not in encoders:
            cluster.call("drop_collection", name)


def number_of(index: str, collection: str) -> int | None:
    """The number of the generation of ``index`` that a collection belongs to, if any."""
    match = re.fullmatch(rf"{index}_g(\d+)_(?:passages|texts)", collection)
    return int(match[1]) if match else None
