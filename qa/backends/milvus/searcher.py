"""Reads one generation of an index in a cluster."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from itertools import compress
from typing import Any

import numpy as np

from qa.backends.base import Candidate, EncodedDocument, LazyText
from qa.backends.milvus.connection import MilvusCluster
from qa.backends.milvus.documents import DocumentBody, frequencies, heads, read_body
from qa.backends.milvus.layout import condition, key, reach, token_text
from qa.backends.milvus.manifest import MilvusManifest
from qa.backends.milvus.pieces import Kind, Pieces
from qa.backends.shared.filtering import Columns, filtered
from qa.backends.shared.mentioned import mentioned
from qa.backends.shared.quantising import unpack_sentences
from qa.backends.shared.ranking import ranking
from qa.errors import DocumentNotFoundError
from qa.types import Chunk, Document, DocumentRef, Filter, Filtered, FloatArray, IndexInfo, IntArray, Ranking, Span

#: The longest list that Milvus gives.
WINDOW = 16_384

#: Milvus's consistency level for questions. A generation never changes once it is published, and whoever publishes it
#: waits until it can be read, so that nothing is gained by waiting again.
_LEVEL = "Bounded"


class MilvusSearcher:
    """A generation in two collections. See ``base.Searcher`` for what each member promises.

    A passage's number is its primary key. Dense search is as exact as Milvus's index is (``Details.dense``). BM25's
    statistics are Milvus's own, which counts stems in a passage's length, too. Members raise ServerError, and
    IndexNotFoundError once the generation has been removed.
    """

    def __init__(self, cluster: MilvusCluster, passages: str, texts: str, manifest: MilvusManifest) -> None:
        self._cluster = cluster
        self._passages = passages
        self._texts = Pieces(cluster, texts, _LEVEL)
        self._manifest = manifest

    @property
    def info(self) -> IndexInfo:
        return self._manifest.info

    def lexical(self, terms: Sequence[str], depth: int, within: Filter) -> Ranking:
        text = token_text(terms)
        return self._search("bm25", text, depth, within) if text else _ranking([], depth)

    def dense(self, vector: FloatArray, depth: int, within: Filter) -> Ranking:
        return self._search("vector", vector, depth, within)

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        keys = [int(number) for number in numbers]
        rows, vectors = self._parts(keys, ["id", "document", *Chunk._fields])
        texts = {row["document"]: LazyText(partial(self._text, row["document"])) for row in rows.values()}

        def candidate(number: int) -> Candidate:
            row = rows[number]
            identity, chunk = json.loads(row["id"]), Chunk(*(row[field] for field in Chunk._fields))
            return Candidate(number, tuple(identity), chunk, vectors[number], texts[row["document"]])

        return [candidate(number) for number in keys]

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        return frequencies(self._texts, terms)

    def mentions(self, terms: Sequence[str]) -> list[bool]:
        return mentioned(terms, self.document_frequencies)

    def document(self, document_id: str) -> Document:
        body = self._body(document_id)
        if body is None:
            raise DocumentNotFoundError.of(document_id)
        return body.document

    def filtered(self, within: Filter) -> Filtered:
        return filtered(within, [(self._columns, self._columns.every)])

    def documents(self) -> Iterator[DocumentRef]:
        return iter(self._references)

    def encoded(self, document_id: str) -> EncodedDocument | None:
        body = self._body(document_id)
        if body is None:
            return None
        numbers = [key(document_id, chunk.start) for chunk in body.passages]
        rows, vectors = self._parts(numbers, ["vector"])
        every = np.zeros((len(body.sentences), self._manifest.dimension), dtype=np.float32)
        for number, chunk in zip(numbers, body.passages, strict=True):
            every[chunk.first_sentence : chunk.last_sentence] = vectors[number]
        own = np.array([rows[number]["vector"] for number in numbers], dtype=np.float32)
        return EncodedDocument(*body, own.reshape(-1, self._manifest.dimension), every)

    def _parts(self, numbers: Sequence[int], fields: list[str]) -> tuple[dict[int, Any], dict[int, FloatArray]]:
        """The rows of passages, and the vectors of their sentences. Raises IndexDamagedError where any is missing."""
        matching = self._cluster.rows(self._passages, "number", numbers, ["number", *fields], _LEVEL)
        data = self._texts.read(Kind.SENTENCES, numbers)
        if len(matching) < len({*numbers}) or len(data) < len({*numbers}):
            raise self._texts.lacking()
        vectors = {number: unpack_sentences(packed, self._manifest.dimension) for number, packed in data.items()}
        return {row["number"]: row for row in matching}, vectors

    def _body(self, document_id: str) -> DocumentBody | None:
        """The document with this id; None where there is none that is whole."""
        owner = key(document_id)
        return read_body(self._texts, owner) if self._texts.read(Kind.HEAD, [owner]) else None

    def _text(self, owner: int) -> tuple[Document, tuple[Span, ...]]:
        return read_body(self._texts, owner)[:2]

    def close(self) -> None:
        self._cluster.close()

    @cached_property
    def _references(self) -> list[DocumentRef]:
        """All documents, by id: read once, for filters that look at their fields."""
        return sorted((head.reference for head in heads(self._texts)), key=lambda reference: reference.id)

    @cached_property
    def _columns(self) -> Columns:
        return Columns.of(self._references)

    def _search(self, field: str, asked: Any, depth: int, within: Filter) -> Ranking:
        """The ranking of one of Milvus's searches, asked for more until no equals stand on both sides of the cut."""
        passing = compress(self._references, self._columns.mask(within)) if within.where else ()
        sources = sorted(self._columns.sources(self._columns.every)) if within.source is not None else ()
        expression = condition(within, sources, [key(one.id) for one in passing])
        options = {"anns_field": field, "output_fields": ["id"], "consistency_level": _LEVEL}
        search = partial(self._cluster.call, "search", self._passages, data=[asked], filter=expression, **options)
        limit = min(depth + 1, WINDOW)
        while True:
            parameters = reach(self._manifest.extra.dense, limit) if field == "vector" else {}
            (hits,) = search(limit=limit, search_params={"params": parameters})
            scores = [abs(hit["distance"]) if field == "bm25" else hit["distance"] for hit in hits]
            if len(hits) < limit or limit == WINDOW or scores[-1] < scores[depth - 1]:
                return _ranking([*zip(hits, scores, strict=True)], depth)
            limit = min(4 * limit, WINDOW)


def _ranking(hits: Sequence[tuple[Any, float]], depth: int) -> Ranking:
    places = {hit["number"]: hit["id"] for hit, _ in hits}
    numbers = np.array([*places], dtype=np.int64)
    scores = np.array([score for _, score in hits], dtype=np.float32)

    def identify(tied: IntArray) -> list[tuple[str, int]]:
        return [tuple(json.loads(places[number])) for number in tied.tolist()]

    return ranking(numbers, scores, depth, identify)
