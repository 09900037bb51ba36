"""The documents of one generation in a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from qa.backends.base import EncodedDocument
from qa.backends.filters import Filter
from qa.backends.milvus.layout import key
from qa.backends.milvus.pieces import Kind, Pieces
from qa.backends.milvus.rows import DocumentBody, heads, read_body
from qa.backends.shared.filtering import Columns, filtered
from qa.backends.shared.quantising import unpack_sentences
from qa.errors import DocumentNotFoundError
from qa.types import Document, DocumentRef, Filtered, FloatArray


class MilvusDocuments:
    """See ``base.Documents``: of what is in the pieces ``texts`` and in the collection ``passages``. Members raise
    ServerError, IndexDamagedError where a part is missing, and IndexNotFoundError once the generation was removed."""

    def __init__(self, passages: str, texts: Pieces, dimension: int) -> None:
        self._passages = passages
        self._texts = texts
        self._dimension = dimension

    def references(self) -> Iterator[DocumentRef]:
        return iter(self.every)

    def document(self, document_id: str) -> Document:
        body = self._body(document_id)
        if body is None:
            raise DocumentNotFoundError.of(document_id)
        return body[0]

    def encoded(self, document_id: str) -> EncodedDocument | None:
        body = self._body(document_id)
        if body is None:
            return None
        document, sentences, passages = body
        numbers = [key(document_id, chunk.start) for chunk in passages]
        rows, vectors = self.passages(numbers, ["vector"])
        every = np.zeros((len(sentences), self._dimension), dtype=np.float32)
        for number, chunk in zip(numbers, passages, strict=True):
            every[chunk.first_sentence : chunk.last_sentence] = vectors[number]
        own = np.array([rows[number]["vector"] for number in numbers], dtype=np.float32)
        return EncodedDocument(document, sentences, passages, own.reshape(-1, self._dimension), every)

    def filtered(self, within: Filter) -> Filtered:
        return filtered(within, [(self.columns, self.columns.every)])

    def passages(self, numbers: Sequence[int], fields: list[str]) -> tuple[dict[int, Any], dict[int, FloatArray]]:
        """The rows of passages, and the vectors of their sentences, by number."""
        cluster = self._texts.cluster
        matching = cluster.rows(self._passages, "number", numbers, ["number", *fields], self._texts.level)
        data = self._texts.read(Kind.SENTENCES, numbers)
        if len(matching) < len({*numbers}) or len(data) < len({*numbers}):
            raise self._texts.lacking()
        vectors = {number: unpack_sentences(packed, self._dimension) for number, packed in data.items()}
        return {row["number"]: row for row in matching}, vectors

    @cached_property
    def every(self) -> list[DocumentRef]:
        """All documents, by id: read once, for filters that look at their fields."""
        return sorted((head.reference for head in heads(self._texts)), key=lambda reference: reference.id)

    @cached_property
    def columns(self) -> Columns:
        """What filters look at, of all documents, by id."""
        return Columns.of(self.every)

    def _body(self, document_id: str) -> DocumentBody | None:
        """The document with this id; None where there is none that is whole."""
        owner = key(document_id)
        return read_body(self._texts, owner) if self._texts.read(Kind.HEAD, [owner]) else None
