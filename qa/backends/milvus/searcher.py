"""Reads one generation of an index in a cluster."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property, partial
from typing import Any

import numpy as np

from qa.backends.base import Candidate, EncodedDocument
from qa.backends.milvus.connection import MilvusCluster
from qa.backends.milvus.counts import bucket
from qa.backends.milvus.documents import (
    DocumentBody,
    Head,
    body_of,
    document_of,
    encoded_of,
    head_of,
)
from qa.backends.milvus.layout import Names, condition, key, reach, written_terms
from qa.backends.milvus.manifest import MilvusManifest
from qa.backends.milvus.pieces import Kind, joined, lacking, read, read_kinds, unpacked
from qa.backends.shared.candidate import LazyCandidate, LazyText
from qa.backends.shared.filtering import Columns, accepts, filtered
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

_PLACE = ["id", "document", *Chunk._fields]


class MilvusSearcher:
    """A generation whose collections have ``names``. See ``base.Searcher`` for what each member promises.

    A passage's number is its primary key. Dense search is as exact as Milvus's index is (``Details.dense``). BM25's
    statistics are Milvus's own. Members raise ServerError, and IndexNotFoundError once the generation has been removed.
    """

    def __init__(self, cluster: MilvusCluster, names: Names, manifest: MilvusManifest) -> None:
        self._cluster = cluster
        self._names = names
        self._manifest = manifest

    @property
    def info(self) -> IndexInfo:
        return self._manifest.info

    def lexical(self, terms: Sequence[str], depth: int, within: Filter) -> Ranking:
        text = written_terms(terms)
        return self._search("bm25", text, depth, within) if text else _ranking([], depth)

    def dense(self, vector: FloatArray, depth: int, within: Filter) -> Ranking:
        return self._search("vector", vector, depth, within)

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        wanted = [int(number) for number in numbers]
        rows = self._passages(wanted, _PLACE)
        vectors = self._pieces(Kind.SENTENCES, wanted)
        texts = {row["document"]: LazyText(partial(self._text, row["document"])) for row in rows.values()}
        if len(rows) < len({*wanted}) or len(vectors) < len({*wanted}):
            raise lacking(self._cluster)

        def candidate(number: int) -> LazyCandidate:
            row, own = rows[number], unpack_sentences(vectors[number], self._manifest.dimension)
            chunk = Chunk(*(row[field] for field in Chunk._fields))
            return LazyCandidate(number, (json.loads(row["id"]), chunk.start), chunk, own, texts[row["document"]])

        return [candidate(number) for number in wanted]

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        buckets = self._pieces(Kind.COUNTS, sorted({bucket(term) for term in terms}))
        counts = {number: unpacked(data) for number, data in buckets.items()}
        return [counts.get(bucket(term), {}).get(term, 0) for term in terms]

    def mentions(self, terms: Sequence[str]) -> list[bool]:
        return mentioned(terms, self.document_frequencies)

    def document(self, document_id: str) -> Document:
        whole = self._whole(key(document_id))
        if whole is None:
            raise DocumentNotFoundError(
                f"the index holds no document {document_id}", "qa status --documents lists them"
            )
        return document_of(*whole)

    def filtered(self, within: Filter) -> Filtered:
        dates, sources = [one.date for one in self._references], [one.source for one in self._references]
        columns = Columns(dates, sources, lambda: self._references)
        return filtered(within, [(columns, np.ones(len(dates), dtype=np.bool_))])

    def documents(self) -> Iterator[DocumentRef]:
        return iter(self._references)

    def encoded(self, document_id: str) -> EncodedDocument | None:
        whole = self._whole(key(document_id))
        if whole is None:
            return None
        head, body = whole
        numbers = [key(document_id, chunk.start) for chunk in body.passages]
        rows, vectors = self._passages(numbers, ["terms", "vector"]), self._pieces(Kind.SENTENCES, numbers)
        if len(rows) < len(numbers) or len(vectors) < len(numbers):
            raise lacking(self._cluster)
        return encoded_of(head, body, rows, vectors, self._manifest.dimension)

    def _whole(self, owner: int) -> tuple[Head, DocumentBody] | None:
        """The document with this key, in its two parts; None where there is none. Raises IndexDamagedError."""
        wanted = [(Kind.HEAD, owner), (Kind.BODY, owner)]
        parts = read_kinds(self._cluster, self._names.texts, wanted, _LEVEL)
        if wanted[0] not in parts:
            return None
        if wanted[1] not in parts:
            raise lacking(self._cluster)
        return head_of(parts[wanted[0]]), body_of(parts[wanted[1]])

    def _text(self, owner: int) -> tuple[Document, tuple[Span, ...]]:
        whole = self._whole(owner)
        if whole is None:
            raise lacking(self._cluster)
        head, body = whole
        return document_of(head, body), body.sentences

    def close(self) -> None:
        self._cluster.close()

    @cached_property
    def _references(self) -> list[DocumentRef]:
        """All documents, by id: read once, for filters that look at their fields."""
        heads = read_heads(self._cluster, self._names.texts)
        return sorted((head.reference for head in heads), key=lambda reference: reference.id)

    def _search(self, field: str, asked: Any, depth: int, within: Filter) -> Ranking:
        """The ranking of one of Milvus's searches, asked for more until no equals stand on both sides of the cut."""
        owners = [key(one.id) for one in self._references if accepts(within, one)] if within.where else ()
        sources = {one.source or "" for one in self._references} - {""} if within.source is not None else ()
        expression = condition(within, sorted(sources), owners)
        if expression is None:
            return _ranking([], depth)
        limit = min(depth + 1, WINDOW)
        while True:
            hits = self._hits(field, asked, limit, expression)
            scores = [abs(hit["distance"]) for hit in hits] if field == "bm25" else [hit["distance"] for hit in hits]
            if len(hits) < limit or limit == WINDOW or scores[-1] < scores[depth - 1]:
                return _ranking([*zip(hits, scores, strict=True)], depth)
            limit = min(4 * limit, WINDOW)

    def _hits(self, field: str, asked: Any, limit: int, expression: str) -> list[Any]:
        parameters = reach(self._manifest.extra.dense, limit) if field == "vector" else {}
        (hits,) = self._cluster.call(
            "search",
            self._names.passages,
            data=[asked],
            anns_field=field,
            limit=limit,
            filter=expression,
            output_fields=["id", "start"],
            search_params={"params": parameters},
            consistency_level=_LEVEL,
        )
        return list(hits)

    def _passages(self, numbers: Sequence[int], fields: list[str]) -> dict[int, Any]:
        rows = self._cluster.rows(self._names.passages, "number", numbers, ["number", *fields], _LEVEL)
        return {row["number"]: row for row in rows}

    def _pieces(self, kind: Kind, owners: Sequence[int]) -> dict[int, bytes]:
        return read(self._cluster, self._names.texts, kind, owners, _LEVEL)


def read_heads(cluster: MilvusCluster, texts: str) -> Iterator[Head]:
    """The heads of the documents in a collection, in no order. Raises IndexDamagedError."""
    waiting: dict[int, dict[int, str]] = {}
    rows = cluster.iterate(texts, ["owner", "part", "parts", "payload"], f"kind == {int(Kind.HEAD)}")
    for row in rows:
        pieces = waiting.setdefault(row["owner"], {})
        pieces[row["part"]] = row["payload"]
        if len(pieces) == row["parts"]:
            yield head_of(joined(waiting.pop(row["owner"]), row["parts"], cluster))


def _ranking(hits: Sequence[tuple[Any, float]], depth: int) -> Ranking:
    places = {hit["number"]: (hit["id"], hit["start"]) for hit, _ in hits}
    numbers = np.array([*places], dtype=np.int64)
    scores = np.array([score for _, score in hits], dtype=np.float32)

    def identify(tied: IntArray) -> list[tuple[str, int]]:
        return [(json.loads(places[number][0]), places[number][1]) for number in tied.tolist()]

    return ranking(numbers, scores, depth, identify)
