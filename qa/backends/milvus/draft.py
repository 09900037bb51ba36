"""One generation in a cluster while it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

from qa.backends.base import CALIBRATION_FILE, EncodedDocument
from qa.backends.manifest import Manifest
from qa.backends.milvus import encoder_files, generations
from qa.backends.milvus.connection import AT_ONCE, PATIENCE, MilvusCluster
from qa.backends.milvus.counts import Tally
from qa.backends.milvus.documents import Head, heads, passage_rows, text_rows
from qa.backends.milvus.generation import MilvusGeneration
from qa.backends.milvus.layout import Names, dense_index, key, passages_schema, pieces_schema
from qa.backends.milvus.lock import Lock
from qa.backends.milvus.manifest import Details, MilvusManifest, save, write_text
from qa.backends.milvus.pieces import Kind, Pieces
from qa.counting import count
from qa.errors import QAError, ServerError
from qa.types import Chunk, OnProgress

#: Passages that are gathered before they are written: some megabytes, and as many as may have to be done again.
GATHERED = 256

_PIECE = ["number", "kind", "document", "owner", "part", "parts", "payload", "pad"]
_PASSAGE = ["number", "document", "id", *Chunk._fields, "date", "source", "terms", "vector"]

#: What is copied of a document's pieces.
_COPIED = [int(kind) for kind in (Kind.HEAD, Kind.BODY, Kind.SENTENCES)]


class MilvusDraft:
    """Writes the collections of a new generation. See ``base.Draft``; what is ``without`` is left out of ``base``,
    ``folder`` is an empty one, and ``calibration`` is the text of the index's own, if any.

    The manifest is written as soon as everything of ``base`` is there: from then on the next update can go on from this
    generation. A document's head is written last: one without is written again.
    """

    def __init__(
        self,
        cluster: MilvusCluster,
        lock: Lock,
        base: MilvusGeneration | None,
        without: Collection[str],
        folder: Path,
        calibration: str | None,
    ) -> None:
        self._cluster = cluster
        self._lock = lock
        self._base = base
        self._without = set(without)
        self._folder = folder
        self._calibration = calibration
        self._tally = Tally()
        self._waiting: list[EncodedDocument] = []

    @cached_property
    def encoder_folder(self) -> Path:
        if self._base is None:
            return self._folder
        return encoder_files.fetch(self._cluster, self._base.manifest.extra.encoder_files)

    def begin(self, manifest: Manifest[Any], on_progress: OnProgress) -> None:
        cluster, base = self._cluster, self._base
        if base:
            details = base.manifest.extra
        else:
            details = Details(encoder_files.store(cluster, self.encoder_folder), dense_index(cluster.lite))
        self._manifest: MilvusManifest = replace(manifest, extra=details)
        for names in generations.newer(cluster, generations.current(cluster)):
            if base is None or names != base.names:
                generations.drop(cluster, names)
        number = max((names.number for names in generations.every(cluster)), default=0) + 1
        self._names = Names(cluster.address.collection, number)
        self.texts = Pieces(cluster, self._names.texts)
        cluster.create(self._names.texts, pieces_schema(cluster.lite))
        cluster.create(self._names.passages, passages_schema(manifest.dimension, details.dense, cluster.lite))
        if base:
            self._copy(base, on_progress)
        write_text(self.texts, CALIBRATION_FILE, self._calibration)
        save(self._manifest, self.texts)

    def add(self, encoded: EncodedDocument) -> None:
        self._waiting.append(encoded)
        if sum(len(one.passages) for one in self._waiting) >= GATHERED:
            self._flush()

    def publish(self) -> MilvusManifest:
        self._flush()
        self.texts.write(self._tally.rows())
        manifest = self._manifest.holding(self._tally.sizes, self._tally.digest, self._manifest.extra)
        save(manifest, self.texts)
        self._seal()
        self._lock.check()
        index, published = self._cluster.address.collection, generations.current(self._cluster)
        self._cluster.call("alter_alias" if published else "create_alias", self._names.passages, index)
        with suppress(QAError):  # it is published; what is left is dropped next time
            generations.collect(self._cluster, {*filter(None, (self._names, published))})
        return manifest

    def keep(self) -> None:
        """After an interruption: writes what is complete, for the next update to go on from."""
        with suppress(QAError):  # such as a server that is away, which may be why the update ends
            self._flush()

    def _copy(self, base: MilvusGeneration, on_progress: OnProgress) -> None:
        """Takes over the documents of another generation that are whole, as they stand there, but for some."""
        whole = set[int]()
        for head in heads(base.texts):
            if head.id not in self._without:
                self._tally.add(head)
                whole.add(key(head.id))

        def rows_of(collection: str, fields: list[str], condition: str = "") -> Iterator[Any]:
            rows = self._cluster.iterate(collection, fields, condition, AT_ONCE)
            return (row for row in rows if row["document"] in whole)

        def counted(passages: Iterator[Any]) -> Iterator[Any]:
            for done, row in enumerate(passages, start=1):
                self._tally.add_passage(row)
                on_progress("copying", done, self._tally.sizes.passages)
                yield row

        self._cluster.write(self._names.passages, counted(rows_of(base.names.passages, _PASSAGE)), GATHERED)
        self.texts.write(rows_of(base.names.texts, _PIECE, f"kind in {_COPIED}"))

    def _flush(self) -> None:
        """Writes what was added. What this does not reach has to be added again after an interruption."""
        waiting, self._waiting = self._waiting, []
        passages = [*chain.from_iterable(map(passage_rows, waiting))]
        self._write(passages, sorted(chain.from_iterable(map(text_rows, waiting)), key=itemgetter("kind")))
        for row in passages:
            self._tally.add_passage(row)
        for encoded in waiting:
            self._tally.add(Head.of(encoded))

    def _write(self, passages: list[Any], texts: list[Any]) -> None:
        self._cluster.write(self._names.passages, passages, GATHERED)
        self.texts.write(texts)

    def _seal(self) -> None:
        """Waits until everything can be read. Raises ServerError where there is not as much as was written."""
        passages = self._tally.sizes.passages
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
