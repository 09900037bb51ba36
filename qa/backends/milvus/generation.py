"""One generation in a cluster, of which nothing is read before it is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import chain
from pathlib import Path

from qa.backends.milvus.connection import MilvusCluster
from qa.backends.milvus.documents import Head, fingerprint
from qa.backends.milvus.encoder_files import fetch
from qa.backends.milvus.layout import Names
from qa.backends.milvus.manifest import MilvusManifest
from qa.backends.milvus.searcher import MilvusSearcher, read_heads
from qa.backends.shared.record import record_of
from qa.config import Lexical
from qa.errors import ConfigError
from qa.types import Document


class MilvusContents:
    """See ``base.Contents``. Of two heads of one document the later counts. 100 bytes a document and its id."""

    def __init__(self, heads: Iterable[Head]) -> None:
        self._heads = {head.id: (fingerprint(head.id, head.record), head.reference.sha256) for head in heads}

    @property
    def ids(self) -> Collection[str]:
        return self._heads.keys()

    def sha256(self, document_id: str) -> str | None:
        return self._heads.get(document_id, (b"", None))[1]

    def holds(self, document: Document) -> bool:
        return self._heads.get(document.id, (b"", None))[0] == fingerprint(document.id, record_of(document))


class MilvusGeneration:
    """See ``base.Generation``. ``under`` is, of one that is not finished, the generation whose documents are still to
    be copied into it, but for those that it has already."""

    def __init__(
        self, cluster: MilvusCluster, names: Names, manifest: MilvusManifest, under: Names | None = None
    ) -> None:
        self.names = names
        self.manifest = manifest
        self.under = under
        self._cluster = cluster

    def contents(self) -> MilvusContents:
        layers = [self.under, self.names] if self.under else [self.names]
        return MilvusContents(chain.from_iterable(read_heads(self._cluster, names.texts) for names in layers))

    def searcher(self, lexical: Lexical | None = None, threads: int | None = None) -> MilvusSearcher:  # noqa: ARG002
        if lexical not in (None, "bm25"):
            raise ConfigError(f"{lexical} does not work on {self._cluster.address}", "use bm25, which Milvus computes")
        return MilvusSearcher(self._cluster, self.names, self.manifest)

    def encoder_folder(self) -> Path:
        return fetch(self._cluster, self.manifest.extra.encoder_files)

    def close(self) -> None:
        self._cluster.close()
