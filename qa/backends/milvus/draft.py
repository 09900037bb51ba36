"""One generation in a cluster while it is written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from typing import Any

from qa.backends.base import EncodedDocument
from qa.backends.milvus.connection import PATIENCE, Cluster
from qa.backends.milvus.counts import Tally
from qa.backends.milvus.documents import Head, all_rows, fields, fingerprint
from qa.backends.milvus.layout import Names, key, passages_schema, pieces_schema, read_terms
from qa.backends.milvus.manifest import DRAFT, MANIFEST, ClusterManifest, Holdings
from qa.backends.milvus.pieces import AT_ONCE, Kind, write
from qa.backends.milvus.searcher import read_heads
from qa.errors import ServerError
from qa.types import Document, DocumentRef

#: Passages that are gathered before they are written: some megabytes, and as many as may have to be done again.
GATHERED = 256

_PIECE = ["number", "kind", "document", "owner", "part", "parts", "payload", "pad"]
_PASSAGE = ["number", "document", "id", "start", "end", "first_sentence", "last_sentence", "date", "source", "terms"]


class Contents:
    """Which documents a generation has, and what it has of each: see ``qa.indexing.changes.Stock``.

    100 bytes a document and its id.
    """

    def __init__(self, heads: Iterator[Head]) -> None:
        self._heads = {head.id: (head.fingerprint, head.sha256) for head in heads}

    @property
    def ids(self) -> Collection[str]:
        """The ids of the documents."""
        return self._heads.keys()

    def sha256(self, document_id: str) -> str | None:
        """The hash of a document's source; None where there is no such document."""
        return self._heads.get(document_id, (b"", None))[1]

    def holds(self, document: Document) -> bool:
        """Whether the document is there as it is given."""
        return self._heads.get(document.id, (b"", None))[0] == fingerprint(fields(document))


class Draft:
    """Writes the collections of ``names``. See ``base.Writer``.

    A document's head is written last: one that has a head is whole, and one without is written again.
    """

    def __init__(self, cluster: Cluster, names: Names, manifest: ClusterManifest) -> None:
        self.names = names
        self.manifest = manifest
        self.cluster = cluster
        self._waiting: list[EncodedDocument] = []

    def create(self) -> None:
        """Makes the collections. Their indexes are built while they are filled."""
        for name, (schema, indexes) in (
            (self.names.texts, pieces_schema(self.cluster.lite)),
            (self.names.passages, passages_schema(self.manifest.dimension, self.manifest.dense, self.cluster.lite)),
        ):
            self.cluster.call("create_collection", name, schema=schema)
            self.cluster.call("create_index", name, indexes, sync=False)
            self.cluster.call("load_collection", name, timeout=PATIENCE)
        self.manifest.save(self.cluster, self.names.texts, DRAFT)

    def contents(self) -> Contents:
        """What is whole in it already."""
        return Contents(read_heads(self.cluster, self.names.texts))

    def keep_only(self, kept: Collection[str]) -> None:
        """Removes every document but these, and all that is of none."""
        owners = {key(document_id) for document_id in kept}
        for collection, condition in ((self.names.texts, f"kind != {int(Kind.META)}"), (self.names.passages, "")):
            rows = self.cluster.iterate(collection, ["number", "document"], condition)
            numbers = [row["number"] for row in rows if row["document"] not in owners]
            for first in range(0, len(numbers), AT_ONCE):
                given = numbers[first : first + AT_ONCE]
                self.cluster.call("delete", collection, filter=f"number in {given}")

    def add(self, encoded: EncodedDocument) -> None:
        self._waiting.append(encoded)
        if sum(len(one.passages) for one in self._waiting) >= GATHERED:
            self.flush()

    def flush(self) -> None:
        """Writes what was added. What this does not reach has to be added again after an interruption."""
        texts, passages, heads = all_rows(self._waiting)
        self._write(texts, passages, heads)
        self._waiting = []

    def copy(self, other: Names, document_ids: Sequence[str]) -> None:
        """Takes documents over from another generation, as they stand there."""
        condition = f"document in {[key(document_id) for document_id in document_ids]}"
        pieces, passages = (
            self.cluster.call("query", collection, filter=condition, output_fields=wanted, consistency_level="Strong")
            for collection, wanted in ((other.texts, _PIECE), (other.passages, [*_PASSAGE, "vector"]))
        )
        heads = [row for row in pieces if row["kind"] == Kind.HEAD]
        self._write([row for row in pieces if row["kind"] != Kind.HEAD], passages, heads)

    def finish(self, digest_of: Callable[[DocumentRef], int]) -> tuple[Holdings, int]:
        """Writes what is added up over the documents: how much there is, and the sum of their ``digest_of``."""
        self.flush()
        tally, digest = Tally(), 0
        for head in read_heads(self.cluster, self.names.texts):
            tally.add(head)
            digest += digest_of(head.reference)
        for row in self.cluster.iterate(self.names.passages, ["terms"]):
            tally.add_passage(read_terms(row["terms"]))
        write(self.cluster, self.names.texts, tally.rows())
        return tally.holdings, digest

    def seal(self, manifest: ClusterManifest) -> None:
        """Writes the manifest, and waits until everything can be read.

        Raises ServerError where the server does not have as much as was written.
        """
        manifest.save(self.cluster, self.names.texts, MANIFEST)
        for collection in (self.names.texts, self.names.passages):
            self.cluster.call("flush", collection, timeout=PATIENCE)
        (counted,) = self.cluster.call(
            "query", self.names.passages, filter="", output_fields=["count(*)"], consistency_level="Strong"
        )
        if counted["count(*)"] != manifest.live.passages:
            raise ServerError(
                f"{self.cluster.address} has {counted['count(*)']:,} of {manifest.live.passages:,} passages",
                "run qa index again",
            )

    def _write(self, texts: list[Any], passages: list[Any], heads: list[Any]) -> None:
        write(self.cluster, self.names.texts, texts)
        for first in range(0, len(passages), GATHERED):
            self.cluster.call("upsert", self.names.passages, passages[first : first + GATHERED])
        write(self.cluster, self.names.texts, heads)
