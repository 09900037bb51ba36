"""What a backend is: a writer that takes encoded documents, and a searcher over what was written.

The suite in ``tests/contracts`` states the same for machines; every backend passes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

from qa.types import Chunk, Document, DocumentRef, Filter, FloatArray, IndexInfo, Ranking, Span


@dataclass(frozen=True, slots=True, eq=False)
class EncodedDocument:
    """A document with all that is indexed of it.

    ``passages[i]`` has the index terms ``terms[i]`` (title included) and the unit vector ``passage_vectors[i]``;
    ``sentences[j]`` has ``sentence_vectors[j]``. Vectors are float32 of shape ``(n, dimension)``.
    """

    document: Document
    sentences: tuple[Span, ...]
    passages: tuple[Chunk, ...]
    terms: tuple[tuple[str, ...], ...]
    passage_vectors: FloatArray
    sentence_vectors: FloatArray


class Candidate(Protocol):
    """A stored passage with what choosing a quote needs. Its text may be read only when it is asked for."""

    @property
    def number(self) -> int:
        """The passage's number."""

    @property
    def identity(self) -> tuple[str, int]:
        """The document's id and the passage's start, which order passages of equal score."""

    @property
    def chunk(self) -> Chunk:
        """The passage."""

    @property
    def document(self) -> Document:
        """The document that the passage is of."""

    @property
    def sentences(self) -> tuple[Span, ...]:
        """The passage's sentences."""

    @property
    def vectors(self) -> FloatArray:
        """The sentences' unit vectors ``(n, dimension)``."""


@dataclass(frozen=True, slots=True, eq=False)
class LoadedCandidate:
    """A ``Candidate`` whose text is in memory."""

    number: int
    document: Document
    chunk: Chunk
    sentences: tuple[Span, ...]
    vectors: FloatArray

    @property
    def identity(self) -> tuple[str, int]:
        return self.document.id, self.chunk.start


class Searcher(Protocol):
    """One generation of an index, open for reading. Safe to use from several threads.

    A passage's number stands for it within this searcher and nowhere else. In rankings, passages of equal score stand
    in the order of their document's id and their start, so that the same content gives the same rankings however it was
    written.
    """

    @property
    def info(self) -> IndexInfo:
        """What the index holds."""

    def lexical(self, terms: Sequence[str], depth: int, within: Filter) -> Ranking:
        """The best ``depth`` passages by BM25 among those that hold at least one of ``terms`` and pass ``within``."""

    def dense(self, vector: FloatArray, depth: int, within: Filter) -> Ranking:
        """The best ``depth`` passages by cosine with the unit ``vector`` among those that pass ``within``: every vector
        is compared, in the precision in which the backend keeps them. An approximate backend, which says so, may miss
        some of them, but lists nothing else and no other scores."""

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        """The passages with these numbers, in this order."""

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """In how many passages each term occurs."""

    def document(self, document_id: str) -> Document:
        """The document with its text. Raises DocumentNotFoundError."""

    def documents(self) -> Iterator[DocumentRef]:
        """All documents, by id."""

    def encoded(self, document_id: str) -> EncodedDocument | None:
        """The document as it was written, so that nothing unchanged is encoded again; None if there is none."""

    def close(self) -> None:
        """Frees what the searcher holds. It cannot be used afterwards."""


class Writer(Protocol):
    """Takes the documents of the next generation, one by one, in order."""

    def add(self, encoded: EncodedDocument) -> None:
        """Adds one document. Its id must be new to this writer."""
