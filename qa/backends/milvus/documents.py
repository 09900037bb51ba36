"""A document and its passages as rows, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from itertools import chain
from typing import Any, NamedTuple

import numpy as np

from qa.backends.base import EncodedDocument
from qa.backends.milvus.layout import MAX_STRING, key, read_terms, written_terms
from qa.backends.milvus.pieces import Kind, packed, rows, unpacked
from qa.backends.shared.filtering import day
from qa.backends.shared.quantising import pack_sentences, unpack_sentences
from qa.backends.shared.record import document_of as from_record
from qa.backends.shared.record import record_of, reference_of
from qa.errors import ConfigError
from qa.types import Chunk, Document, DocumentRef, Span


class Head(NamedTuple):
    """A document without its text, as ``shared.record``, and how many passages and sentences it has."""

    id: str
    record: str
    passages: int
    sentences: int

    @property
    def reference(self) -> DocumentRef:
        """What a citation needs of it."""
        return reference_of(self.id, self.record)


class DocumentBody(NamedTuple):
    """A document's text and the offsets in it."""

    text: str
    sentences: tuple[Span, ...]
    passages: tuple[Chunk, ...]


def fingerprint(document_id: str, record: str) -> bytes:
    """16 bytes for a document and its record: all that the index holds of it besides its text."""
    return blake2b(json.dumps([document_id, record]).encode("ascii"), digest_size=16).digest()


def head_of(data: bytes) -> Head:
    """The head in a piece of that kind."""
    return Head(*unpacked(data))


def body_of(data: bytes) -> DocumentBody:
    """The body in a piece of that kind."""
    text, sentences, passages = unpacked(data)
    return DocumentBody(text, tuple(Span(*s) for s in sentences), tuple(Chunk(*p) for p in passages))


def document_of(head: Head, body: DocumentBody) -> Document:
    """The document."""
    return from_record(head.id, body.text, head.record)


def passage_rows(encoded: EncodedDocument) -> list[dict[str, Any]]:
    """A row for each passage. Raises ConfigError for one with more terms than a row holds."""
    document = encoded.document
    passages = []
    for chunk, terms, vector in zip(encoded.passages, encoded.terms, encoded.passage_vectors, strict=True):
        text, name = written_terms(terms), json.dumps(document.id)
        if max(len(text), len(name)) > MAX_STRING:
            raise ConfigError(
                f"{document.id[:80]} has a passage or a name too long for Milvus ({MAX_STRING:,} bytes of terms)",
                "use a smaller --max-tokens, or a shorter name",
            )
        row = {"number": key(document.id, chunk.start), "document": key(document.id), "id": name}
        row |= chunk._asdict()
        row |= {"date": day(document.date), "source": key(document.source or ""), "terms": text, "vector": vector}
        passages.append(row)
    return passages


def body_rows(encoded: EncodedDocument) -> Iterator[dict[str, Any]]:
    """The rows of the text, and of the vectors of each passage's sentences."""
    document, owner = encoded.document, key(encoded.document.id)
    yield from rows(Kind.BODY, owner, packed([document.text, encoded.sentences, encoded.passages]), owner)
    for chunk in encoded.passages:
        vectors = pack_sentences(encoded.sentence_vectors[chunk.first_sentence : chunk.last_sentence])
        yield from rows(Kind.SENTENCES, key(document.id, chunk.start), vectors, owner)


def head_rows(encoded: EncodedDocument) -> Iterator[dict[str, Any]]:
    """The rows that say that the document is whole."""
    owner = key(encoded.document.id)
    head = [encoded.document.id, record_of(encoded.document), len(encoded.passages), len(encoded.sentences)]
    return rows(Kind.HEAD, owner, packed(head), owner)


def encoded_of(
    head: Head, body: DocumentBody, passages: dict[int, Any], sentences: dict[int, bytes], dimension: int
) -> EncodedDocument:
    """The document as it was written; ``passages`` are the rows by number, ``sentences`` their sentences' vectors."""
    numbers = [key(head.id, chunk.start) for chunk in body.passages]
    vectors = np.array([passages[number]["vector"] for number in numbers], dtype=np.float32)
    every = np.zeros((len(body.sentences), dimension), dtype=np.float32)
    for number, chunk in zip(numbers, body.passages, strict=True):
        every[chunk.first_sentence : chunk.last_sentence] = unpack_sentences(sentences[number], dimension)
    terms = tuple(read_terms(passages[number]["terms"]) for number in numbers)
    return EncodedDocument(
        document_of(head, body), body.sentences, body.passages, terms, vectors.reshape(-1, dimension), every
    )


def all_rows(encoded: Sequence[EncodedDocument]) -> tuple[list[Any], list[Any], list[Any]]:
    """The rows of some documents in the order in which they are to be written: texts, passages, heads."""
    return (
        [*chain.from_iterable(map(body_rows, encoded))],
        [*chain.from_iterable(map(passage_rows, encoded))],
        [*chain.from_iterable(map(head_rows, encoded))],
    )
