"""A document and its passages as rows, and back; and what is added up over them."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from qa.backends.base import EncodedDocument
from qa.backends.identity import digest_of
from qa.backends.manifest import NOTHING, Sizes
from qa.backends.milvus.layout import MAX_STRING, key, token, token_text
from qa.backends.milvus.pieces import Kind, Pieces, packed, rows, unpacked
from qa.backends.shared.mentioned import beside, field_terms
from qa.backends.shared.quantising import pack_sentences
from qa.backends.shared.record import document_of, record_of, reference_of
from qa.errors import ConfigError
from qa.types import Chunk, Document, DocumentRef, Span

#: The terms' counts are stored in so many parts, so that a question reads a few kilobytes.
BUCKETS = 1024


class DocumentHead(NamedTuple):
    """A document without its text, as ``shared.record``, and how many passages and sentences it has."""

    id: str
    record: str
    passages: int
    sentences: int

    @classmethod
    def of(cls, encoded: EncodedDocument) -> DocumentHead:
        """The head of a document."""
        document = encoded.document
        return cls(document.id, record_of(document), len(encoded.passages), len(encoded.sentences))

    @property
    def reference(self) -> DocumentRef:
        """What a citation needs of it."""
        return reference_of(self.id, self.record)


#: A document, and the offsets of its sentences and passages in its text.
DocumentBody: TypeAlias = tuple[Document, tuple[Span, ...], tuple[Chunk, ...]]


def heads(texts: Pieces) -> Iterator[DocumentHead]:
    """The heads of the documents in a collection that are whole, in no order."""
    return (DocumentHead(*unpacked(data)) for data in texts.every(Kind.HEAD))


def read_body(texts: Pieces, owner: int) -> DocumentBody:
    """The document with this key. Raises IndexDamagedError where there is none."""
    data = texts.read(Kind.BODY, [owner]).get(owner)
    if data is None:
        raise texts.lacking()
    name, record, text, sentences, passages = unpacked(data)
    spans, chunks = tuple(Span(*span) for span in sentences), tuple(Chunk(*chunk) for chunk in passages)
    return document_of(name, text, record), spans, chunks


def passage_rows(encoded: EncodedDocument) -> Iterator[dict[str, Any]]:
    """A row for each passage. Raises ConfigError for one with more terms than a row holds."""
    document = encoded.document
    parts = zip(encoded.passages, encoded.terms, encoded.stems, encoded.passage_vectors, strict=True)
    for chunk, terms, stems, vector in parts:
        text, name = token_text([*terms, *stems]), json.dumps([document.id, chunk.start])
        if max(len(text), len(name)) > MAX_STRING:
            raise ConfigError(
                f"{document.id[:80]} has a passage or a name too long for Milvus ({MAX_STRING:,} bytes of terms)",
                "use a smaller --max-tokens, or a shorter name",
            )
        row = {"number": key(document.id, chunk.start), "document": key(document.id), "id": name, "terms": text}
        row |= chunk._asdict()
        yield row | {"date": key(document.day or ""), "source": key(document.source or ""), "vector": vector}


def text_rows(encoded: EncodedDocument) -> Iterator[dict[str, Any]]:
    """The rows of everything else."""
    document, owner, head = encoded.document, key(encoded.document.id), DocumentHead.of(encoded)
    for chunk in encoded.passages:
        vectors = pack_sentences(encoded.sentence_vectors[chunk.first_sentence : chunk.last_sentence])
        yield from rows(Kind.SENTENCES, key(document.id, chunk.start), vectors, owner)
    values = [document.id, head.record, document.text, encoded.sentences, encoded.passages]
    yield from rows(Kind.BODY, owner, packed(values), owner)
    yield from rows(Kind.HEAD, owner, packed(head), owner)


class Tally:
    """Adds up what is written. Its memory grows with the vocabulary, not with the documents."""

    def __init__(self) -> None:
        self.sizes = NOTHING
        self.digest = 0
        self._counts: Counter[str] = Counter()

    def add(self, head: DocumentHead) -> None:
        """Counts a document."""
        documents, passages, sentences = self.sizes
        self.sizes = Sizes(documents + 1, passages + head.passages, sentences + head.sentences)
        self.digest += digest_of(head.reference)
        self._counts.update(token(beside(term)) for term in field_terms(head.reference))

    def add_passage(self, passage: Mapping[str, Any]) -> Mapping[str, Any]:
        """Counts the terms in the row of a passage, and gives it back."""
        self._counts.update(set(passage["terms"].split()))
        return passage

    def rows(self) -> Iterator[dict[str, Any]]:
        """The rows that hold the terms' counts."""
        buckets: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for term, count in sorted(self._counts.items()):
            buckets[key(term) % BUCKETS][term] = count
        for bucket, counts in buckets.items():
            yield from rows(Kind.COUNTS, bucket, packed(counts))
