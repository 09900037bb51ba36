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


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """A stored passage with what choosing a quote needs: its sentences and their unit vectors ``(n, dimension)``."""

    number: int
    document: Document
    chunk: Chunk
    sentences: tuple[Span, ...]
    vectors: FloatArray


class Searcher(Protocol):
    """One generation of an index, open for reading. Safe to use from several threads.

    Passages are numbered from 0 in the order in which they were written.
    """

    @property
    def info(self) -> IndexInfo:
        """What the index holds."""

    def lexical(self, terms: Sequence[str], depth: int, within: Filter) -> Ranking:
        """The best ``depth`` passages by BM25 among those that hold at least one of ``terms`` and pass ``within``."""

    def dense(self, vector: FloatArray, depth: int, within: Filter) -> Ranking:
        """The best ``depth`` passages by cosine with the unit ``vector`` among those that pass ``within``; exact."""

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        """The passages with these numbers, in this order."""

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """In how many passages each term occurs."""

    def document(self, document_id: str) -> Document:
        """The document with its text. Raises DocumentNotFoundError."""

    def documents(self) -> Iterator[DocumentRef]:
        """All documents, in the order in which they were written."""

    def encoded(self, document_id: str) -> EncodedDocument | None:
        """The document as it was written, so that nothing unchanged is encoded again; None if there is none."""

    def close(self) -> None:
        """Frees what the searcher holds. It cannot be used afterwards."""


class Writer(Protocol):
    """Takes the documents of the next generation, one by one, in order."""

    def add(self, encoded: EncodedDocument) -> None:
        """Adds one document. Its id must be new to this writer."""
