"""One generation in a cluster while it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any

from qa.backends.base import EncodedDocument
from qa.backends.identity import digest_of_all
from qa.backends.manifest import Manifest
from qa.backends.milvus import encoder_files, generations
from qa.backends.milvus.connection import AT_ONCE, PATIENCE, MilvusCluster
from qa.backends.milvus.counts import Tally
from qa.backends.milvus.documents import Head, all_rows
from qa.backends.milvus.generation import MilvusGeneration
from qa.backends.milvus.layout import Names, dense_index, key, passages_schema, pieces_schema, read_terms
from qa.backends.milvus.lock import Lock
from qa.backends.milvus.manifest import DRAFT, Details, MilvusManifest, save
from qa.backends.milvus.pieces import Kind, write
from qa.backends.milvus.searcher import read_heads
from qa.counting import count
from qa.errors import QAError, ServerError
from qa.types import Chunk, OnProgress

#: Passages that are gathered before they are written: some megabytes, and as many as may have to be done again.
GATHERED = 256

#: Passages that are copied at a time: some megabytes.
_COPIED = 512

_PIECE = ["number", "kind", "document", "owner", "part", "parts", "payload", "pad"]
_PASSAGE = ["number", "document", "id", *Chunk._fields, "date", "source", "terms", "vector"]


class MilvusDraft:
    """Writes the collections of a generation of its own, or those that an interrupted update has begun. See
    ``base.Draft``; what is ``without`` is left out of ``base``, and ``folder`` is an empty one.

    A document's head is written last: one that has a head is whole, and one without is written again.
    """

    #: The text of the index's own calibration, if any.
    calibration: str | None = None

    def __init__(
        self,
        cluster: MilvusCluster,
        lock: Lock,
        published: Names | None,
        base: MilvusGeneration | None,
        without: Collection[str],
        folder: Path,
    ) -> None:
        self._cluster = cluster
        self._lock = lock
        self._published = published
        self._base = base
        self._without = set(without)
        self._folder = folder
        self._waiting: list[EncodedDocument] = []

    @cached_property
    def encoder_folder(self) -> Path:
        if self._base is None:
            return self._folder
        return encoder_files.fetch(self._cluster, self._base.manifest.extra.encoder_files)

    def begin(self, manifest: Manifest[Any], on_progress: OnProgress) -> None:
        base, newer = self._base, generations.newer(self._cluster, self._published)
        if base:
            details = replace(base.manifest.extra, calibration=self.calibration)
        else:
            files = encoder_files.store(self._cluster, self.encoder_folder)
            details = Details(files, dense_index(self._cluster.lite), self.calibration)
        self._manifest: MilvusManifest = replace(manifest, extra=details)
        if base and base.names in newer:
            self._names, copied = base.names, base.under
            there = {head.id for head in read_heads(self._cluster, self._names.texts)} - self._without
            self._keep_only(there)
        else:
            for names in newer:
                generations.drop(self._cluster, names)
            number = self._published.number + 1 if self._published else 1
            self._names, copied = Names(self._cluster.address.collection, number), base.names if base else None
            there = set()
            self._create()
        if base and copied:
            self._copy(copied, there | self._without, base.manifest.live.documents, on_progress)

    def add(self, encoded: EncodedDocument) -> None:
        self._waiting.append(encoded)
        if sum(len(one.passages) for one in self._waiting) >= GATHERED:
            self._flush()

    def publish(self) -> MilvusManifest:
        self._flush()
        manifest = self._finished()
        save(manifest, self._cluster, self._names.texts)
        self._seal(manifest.live.passages)
        self._lock.check()
        index = self._cluster.address.collection
        self._cluster.call("alter_alias" if self._published else "create_alias", self._names.passages, index)
        with suppress(QAError):  # it is published; what is left is dropped next time
            generations.collect(self._cluster, {self._names, *([self._published] if self._published else [])})
        return manifest

    def keep(self) -> None:
        """After an interruption: writes what is complete, for the next update to go on from."""
        with suppress(QAError):  # such as a server that is away, which may be why the update ends
            self._flush()

    def _create(self) -> None:
        """Makes the collections."""
        cluster, manifest = self._cluster, self._manifest
        cluster.create(self._names.texts, pieces_schema(cluster.lite))
        passages = passages_schema(manifest.dimension, manifest.extra.dense, cluster.lite)
        cluster.create(self._names.passages, passages)
        save(manifest, cluster, self._names.texts, DRAFT)

    def _keep_only(self, document_ids: Collection[str]) -> None:
        """Removes every document but these, and all that is of none."""
        owners = {key(document_id) for document_id in document_ids}
        for collection, condition in ((self._names.texts, f"kind != {int(Kind.META)}"), (self._names.passages, "")):
            rows = self._cluster.iterate(collection, ["number", "document"], condition)
            numbers = [row["number"] for row in rows if row["document"] not in owners]
            for first in range(0, len(numbers), AT_ONCE):
                self._cluster.call("delete", collection, filter=f"number in {numbers[first : first + AT_ONCE]}")

    def _copy(self, other: Names, but: Set[str], total: int, on_progress: OnProgress) -> None:
        """Takes documents over from another generation, as they stand there, ``but`` for some."""
        done = 0
        for document_ids in _batches(head for head in read_heads(self._cluster, other.texts) if head.id not in but):
            owners = [key(document_id) for document_id in document_ids]
            pieces = self._cluster.rows(other.texts, "document", owners, _PIECE)
            passages = self._cluster.rows(other.passages, "document", owners, _PASSAGE)
            heads = [row for row in pieces if row["kind"] == Kind.HEAD]
            self._write([row for row in pieces if row["kind"] != Kind.HEAD], passages, heads)
            done += len(document_ids)
            on_progress("copying", done, total)

    def _flush(self) -> None:
        """Writes what was added. What this does not reach has to be added again after an interruption."""
        waiting, self._waiting = self._waiting, []
        if waiting:
            self._write(*all_rows(waiting))

    def _finished(self) -> MilvusManifest:
        """Writes what is added up over the documents, and gives the manifest with it."""
        tally = Tally()
        digest = digest_of_all(tally.added(head).reference for head in read_heads(self._cluster, self._names.texts))
        for row in self._cluster.iterate(self._names.passages, ["terms"]):
            tally.add_passage(read_terms(row["terms"]))
        write(self._cluster, self._names.texts, tally.rows())
        return self._manifest.holding(tally.sizes, digest, replace(self._manifest.extra, calibration=self.calibration))

    def _seal(self, passages: int) -> None:
        """Waits until everything can be read. Raises ServerError where there is not as much as was written."""
        for collection in (self._names.texts, self._names.passages):
            self._cluster.call("flush", collection, timeout=PATIENCE)
        (counted,) = self._cluster.call(
            "query", self._names.passages, filter="", output_fields=["count(*)"], consistency_level="Strong"
        )
        if counted["count(*)"] != passages:
            raise ServerError(
                f"{self._cluster.address} has {counted['count(*)']:,} of {count(passages, 'passage')}",
                "run qa index again",
            )

    def _write(self, texts: list[Any], passages: list[Any], heads: list[Any]) -> None:
        write(self._cluster, self._names.texts, texts)
        for first in range(0, len(passages), GATHERED):
            self._cluster.call("upsert", self._names.passages, passages[first : first + GATHERED])
        write(self._cluster, self._names.texts, heads)


def _batches(heads: Iterator[Head]) -> Iterator[Sequence[str]]:
    """The ids of documents that are copied together."""
    waiting, passages = list[str](), 0
    for head in heads:
        waiting.append(head.id)
        passages += head.passages
        if passages >= _COPIED:
            yield waiting
            waiting, passages = [], 0
    if waiting:
        yield waiting
