"""One generation in a cluster while it is written."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import chain
from operator import itemgetter
from pathlib import Path
from typing import Any

from qa.backends.base import CALIBRATION_FILE, EncodedDocument
from qa.backends.manifest import Manifest
from qa.backends.milvus import encoder_files, generations
from qa.backends.milvus.connection import PATIENCE
from qa.backends.milvus.generations import MilvusGeneration
from qa.backends.milvus.layout import dense_index, key, passages_schema, pieces_schema
from qa.backends.milvus.lock import Lock
from qa.backends.milvus.manifest import Details, MilvusManifest, save, write_text
from qa.backends.milvus.rows import DocumentHead, Tally, heads, passage_rows, text_rows
from qa.counting import count
from qa.errors import QAError, ServerError
from qa.types import Chunk, OnProgress

#: Passages that are gathered before they are written: some megabytes, and as many as may have to be done again.
GATHERED = 256

_PIECE = ["number", "kind", "document", "owner", "part", "parts", "payload", "pad"]
_PASSAGE = ["number", "document", "id", *Chunk._fields, "date", "source", "terms", "vector"]


class MilvusDraft:
    """Writes the collections of a new generation. See ``base.Draft``; what is ``without`` is left out of ``base``,
    ``folder`` is an empty one, and ``calibration`` is the text of the index's own, if any.

    The manifest is written as soon as everything of ``base`` is there: from then on the next update can go on from this
    generation. A document's head is written last: one without is written again.
    """

    def __init__(
        self,
        lock: Lock,
        base: MilvusGeneration | None,
        without: Collection[str],
        folder: Path,
        calibration: str | None,
    ) -> None:
        self._cluster = lock.cluster
        self._lock = lock
        self._base = base
        self._without = set(without)
        self._calibration = calibration
        self._tally = Tally()
        numbers = [one.number for one in generations.every(lock.cluster)]
        self._next = MilvusGeneration(lock.cluster, max(numbers, default=0) + 1)
        #: Where the texts beside the generation are put.
        self.texts = self._next.texts
        self.encoder_folder = base.encoder_folder() if base else folder
        self._batch: list[EncodedDocument] = []

    def begin(self, manifest: Manifest[Any], on_progress: OnProgress) -> None:
        cluster, base = self._cluster, self._base
        if base:
            details = base.manifest.extra
        else:
            details = Details(encoder_files.store(cluster, self.encoder_folder), dense_index(cluster.lite))
        self._manifest: MilvusManifest = replace(manifest, extra=details)
        for generation in generations.newer(cluster):
            if base is None or generation.number != base.number:
                generation.drop()
        cluster.create(self.texts.collection, pieces_schema(cluster.lite))
        cluster.create(self._next.passages, passages_schema(manifest.dimension, details.dense, cluster.lite))
        if base:
            self._copy(base, on_progress)
        write_text(self.texts, CALIBRATION_FILE, self._calibration)
        save(self._manifest, self.texts)

    def add(self, encoded: EncodedDocument) -> None:
        self._batch.append(encoded)
        if sum(len(one.passages) for one in self._batch) >= GATHERED:
            self.flush()

    def publish(self) -> MilvusManifest:
        self.flush()
        self.texts.write(self._tally.rows())
        manifest = self._manifest.holding(self._tally.sizes, self._tally.digest, self._manifest.extra)
        save(manifest, self.texts)
        self._seal()
        self._lock.check()
        index, published = self._cluster.address.collection, generations.current(self._cluster)
        self._cluster.call("alter_alias" if published else "create_alias", self._next.passages, index)
        with suppress(QAError):  # it is published; what is left is dropped next time
            generations.collect(self._cluster, [*filter(None, (self._next, published))])
        return manifest

    def flush(self) -> None:
        """Writes what was added. What this does not reach has to be added again after an interruption."""
        batch, self._batch = self._batch, []
        passages = map(self._tally.add_passage, chain.from_iterable(map(passage_rows, batch)))
        self._cluster.write(self._next.passages, passages, GATHERED)
        self.texts.write(sorted(chain.from_iterable(map(text_rows, batch)), key=itemgetter("kind")))
        for encoded in batch:
            self._tally.add(DocumentHead.of(encoded))

    def _copy(self, base: MilvusGeneration, on_progress: OnProgress) -> None:
        """Takes over the documents of another generation that are whole, as they stand there, but for some."""
        whole = set[int]()
        for head in heads(base.texts):
            if head.id not in self._without:
                self._tally.add(head)
                whole.add(key(head.id))

        def rows_of(collection: str, fields: list[str]) -> Iterator[Any]:
            return (row for row in self._cluster.iterate(collection, fields) if row["document"] in whole)

        def tally(passages: Iterator[Any]) -> Iterator[Any]:
            for done, row in enumerate(passages, start=1):
                on_progress("copying", done, self._tally.sizes.passages)
                yield self._tally.add_passage(row)

        self._cluster.write(self._next.passages, tally(rows_of(base.passages, _PASSAGE)), GATHERED)
        self.texts.write(rows_of(base.texts.collection, _PIECE))

    def _seal(self) -> None:
        """Waits until everything can be read. Raises ServerError where there is not as much as was written."""
        passages = self._tally.sizes.passages
        for collection in (self.texts.collection, self._next.passages):
            self._cluster.call("flush", collection, timeout=PATIENCE)
        (row,) = self._cluster.call(
            "query", self._next.passages, filter="", output_fields=["count(*)"], consistency_level="Strong"
        )
        if (rows := row["count(*)"]) != passages:
            what = f"{self._cluster.address} has {rows:,} of {count(passages, 'passage')}"
            raise ServerError(what, "run qa index again")
