"""The reference backend: everything in memory, nothing on disk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

import numpy as np

from qa.backends.base import Candidate, EncodedDocument, LazyText
from qa.backends.filters import Filter
from qa.backends.shared import flat
from qa.backends.shared.filtering import Columns, filtered
from qa.backends.shared.mentioned import beside, field_terms
from qa.backends.shared.okapi import OkapiIndex
from qa.backends.shared.ranking import ranking
from qa.errors import DocumentNotFoundError
from qa.types import BoolArray, Chunk, Document, DocumentRef, Filtered, FloatArray, IndexInfo, IntArray, Ranking


class MemoryIndex:
    """Writer, documents and searcher in one. See ``base`` for what each member promises.

    Searching starts when writing has ended; ``generation`` and ``embedder`` are what ``info`` reports.
    """

    def __init__(self, dimension: int, generation: str = "", embedder: str = "") -> None:
        import faiss

        self._faiss = faiss.IndexFlatIP(dimension)
        self._documents: dict[str, EncodedDocument] = {}
        self._passages: list[tuple[EncodedDocument, Chunk]] = []
        self._terms: list[tuple[str, ...]] = []
        self._stems: list[tuple[str, ...]] = []
        self.generation, self.embedder = generation, embedder

    def add(self, encoded: EncodedDocument) -> None:
        self._documents[encoded.document.id] = encoded
        self._passages += [(encoded, chunk) for chunk in encoded.passages]
        self._terms += encoded.terms
        self._stems += encoded.stems
        self._faiss.add(encoded.passage_vectors)

    @property
    def documents(self) -> MemoryIndex:
        return self

    @property
    def info(self) -> IndexInfo:
        return IndexInfo(self.generation, self.embedder, len(self._documents), len(self._passages))

    def lexical(self, terms: Sequence[str], depth: int, within: Filter) -> Ranking:
        return ranking(*self._okapi.search(terms, self._allowed(within)), depth, self._identify)

    def dense(self, vector: FloatArray, depth: int, within: Filter) -> Ranking:
        return ranking(*flat.search(self._faiss, vector, depth, self._allowed(within)), depth, self._identify)

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        return [self._candidate(number) for number in numbers]

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        return [self._frequencies[term] for term in terms]

    def document(self, document_id: str) -> Document:
        if document_id not in self._documents:
            raise DocumentNotFoundError.of(document_id)
        return self._documents[document_id].document

    def references(self) -> Iterator[DocumentRef]:
        return (DocumentRef.of(self._documents[name].document) for name in sorted(self._documents))

    def filtered(self, within: Filter) -> Filtered:
        return filtered(within, [(self._columns, self._columns.every)])

    def encoded(self, document_id: str) -> EncodedDocument | None:
        return self._documents.get(document_id)

    @cached_property
    def _okapi(self) -> OkapiIndex[str]:
        passages = [terms + stems for terms, stems in zip(self._terms, self._stems, strict=True)]
        return OkapiIndex(passages, [*map(len, self._terms)])

    @cached_property
    def _frequencies(self) -> Counter[str]:
        counts = Counter[str]()
        for terms, stems in zip(self._terms, self._stems, strict=True):
            counts.update({*terms, *stems})
        for encoded in self._documents.values():
            counts.update(map(beside, field_terms(encoded.document)))
        return counts

    def _identify(self, numbers: IntArray) -> list[tuple[str, int]]:
        return [(encoded.document.id, chunk.start) for encoded, chunk in map(self._passages.__getitem__, numbers)]

    def _candidate(self, number: int) -> Candidate:
        encoded, chunk = self._passages[number]
        document, vectors = encoded.document, encoded.sentence_vectors[chunk.first_sentence : chunk.last_sentence]
        text = LazyText(lambda: (document, encoded.sentences))
        return Candidate(number, (document.id, chunk.start), chunk, vectors, text)

    @cached_property
    def _columns(self) -> Columns:
        return Columns.of([DocumentRef.of(encoded.document) for encoded in self._documents.values()])

    def _allowed(self, within: Filter) -> BoolArray | None:
        if not within:
            return None
        return np.repeat(self._columns.mask(within), [len(e.passages) for e in self._documents.values()])
