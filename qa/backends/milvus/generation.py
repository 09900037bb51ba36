"""One generation in a cluster, of which nothing but its manifest is read before it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from pathlib import Path

from qa.backends.milvus.connection import MilvusCluster
from qa.backends.milvus.documents import Head, heads
from qa.backends.milvus.encoder_files import fetch
from qa.backends.milvus.layout import Names
from qa.backends.milvus.manifest import load
from qa.backends.milvus.pieces import Pieces
from qa.backends.milvus.searcher import MilvusSearcher
from qa.backends.shared.record import record_of
from qa.config import Lexical
from qa.errors import ConfigError
from qa.types import Document


class MilvusContents:
    """See ``base.Contents``. A document's record is compared by its hash: 64 bits, and so some 200 bytes a document."""

    def __init__(self, documents: Iterable[Head]) -> None:
        self._documents = {head.id: (hash(head.record), head.reference.sha256) for head in documents}

    @property
    def ids(self) -> Collection[str]:
        return self._documents.keys()

    def sha256(self, document_id: str) -> str | None:
        return self._documents.get(document_id, (0, None))[1]

    def holds(self, document: Document) -> bool:
        return self._documents.get(document.id, (None, ""))[0] == hash(record_of(document))


class MilvusGeneration:
    """See ``base.Generation``. Raises IndexDamagedError, IndexFormatError and ServerError."""

    def __init__(self, cluster: MilvusCluster, names: Names) -> None:
        self.names = names
        self.texts = Pieces(cluster, names.texts)
        self.manifest = load(self.texts)
        self._cluster = cluster

    def contents(self) -> MilvusContents:
        return MilvusContents(heads(self.texts))

    def searcher(self, lexical: Lexical | None = None, threads: int | None = None) -> MilvusSearcher:  # noqa: ARG002
        if lexical not in (None, "bm25"):
            raise ConfigError(f"{lexical} does not work on {self._cluster.address}", "use bm25, which Milvus computes")
        return MilvusSearcher(self._cluster, self.names, self.manifest)

    def encoder_folder(self) -> Path:
        return fetch(self._cluster, self.manifest.extra.encoder_files)

    def close(self) -> None:
        self._cluster.close()
