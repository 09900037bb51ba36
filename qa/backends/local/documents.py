"""The documents of one generation in a folder, over its segments."""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence

from qa.backends.base import EncodedDocument
from qa.backends.filters import Filter
from qa.backends.local.segment import Segment
from qa.backends.local.store import DocumentRow
from qa.backends.shared.filtering import filtered
from qa.errors import DocumentNotFoundError
from qa.types import Document, DocumentRef, Filtered


class LocalDocuments:
    """See ``base.Documents``. Members raise IndexDamagedError where a file is not what was written."""

    def __init__(self, segments: Sequence[Segment]) -> None:
        self._segments = segments

    def references(self) -> Iterator[DocumentRef]:
        return heapq.merge(*map(_references, self._segments), key=lambda reference: reference.id)

    def document(self, document_id: str) -> Document:
        entry = self._find(document_id)
        if entry is None:
            raise DocumentNotFoundError.of(document_id)
        segment, row = entry
        return segment.store.stored(row).document

    def encoded(self, document_id: str) -> EncodedDocument | None:
        entry = self._find(document_id)
        if entry is None:
            return None
        segment, row = entry
        document, sentences = segment.store.stored(row)
        return EncodedDocument(
            document,
            sentences,
            tuple(segment.store.chunks(row)),
            segment.passage_vectors(row.first_passage, row.passages),
            segment.sentence_vectors(row.first_sentence, row.sentences),
        )

    def filtered(self, within: Filter) -> Filtered:
        return filtered(within, [(segment.columns, segment.live_documents) for segment in self._segments])

    def _find(self, document_id: str) -> tuple[Segment, DocumentRow] | None:
        for segment in self._segments:
            row = segment.store.row(document_id)
            if row is not None and row.number not in segment.removed:
                return segment, row
        return None


def _references(segment: Segment) -> Iterator[DocumentRef]:
    return (reference for number, reference in segment.store.references() if number not in segment.removed)
