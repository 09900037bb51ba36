"""Reads one generation of an index in a cluster."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import partial
from typing import Any

import numpy as np

from qa.backends.base import Candidate, LazyText
from qa.backends.filters import Filter
from qa.backends.milvus.connection import MilvusCluster
from qa.backends.milvus.documents import MilvusDocuments
from qa.backends.milvus.layout import condition, key, reach, token, token_text
from qa.backends.milvus.manifest import MilvusManifest
from qa.backends.milvus.pieces import Kind, Pieces, unpacked
from qa.backends.milvus.rows import BUCKETS, read_body
from qa.backends.shared.ranking import ranking
from qa.types import Chunk, FloatArray, IntArray, Ranking

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
        self._passages = passages
        self._texts = Pieces(cluster, texts, _LEVEL)
        self.documents = MilvusDocuments(passages, self._texts, manifest.dimension)
        self._manifest = manifest

    def lexical(self, terms: Sequence[str], depth: int, within: Filter) -> Ranking:
        text = token_text(terms)
        return self._search("bm25", text, depth, within) if text else _ranking([], depth)

    def dense(self, vector: FloatArray, depth: int, within: Filter) -> Ranking:
        return self._search("vector", vector, depth, within)

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        keys = [int(number) for number in numbers]
        rows, vectors = self.documents.passages(keys, ["id", "document", *Chunk._fields])
        texts = {row["document"]: LazyText(partial(read_body, self._texts, row["document"])) for row in rows.values()}
        chunks = {number: Chunk(*(row[field] for field in Chunk._fields)) for number, row in rows.items()}
        identities = {number: tuple(json.loads(row["id"])) for number, row in rows.items()}
        return [Candidate(n, identities[n], chunks[n], vectors[n], texts[rows[n]["document"]]) for n in keys]

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        names = [token(term) for term in terms]
        buckets = self._texts.read(Kind.COUNTS, sorted({key(name) % BUCKETS for name in names}))
        counts = {name: count for data in buckets.values() for name, count in unpacked(data).items()}
        return [counts.get(name, 0) for name in names]

    def _search(self, field: str, asked: Any, depth: int, within: Filter) -> Ranking:
        """The ranking of one of Milvus's searches, asked for more until no equals stand on both sides of the cut."""
        expression = condition(within, self.documents.every, self.documents.columns) if within else ""
        options = {"anns_field": field, "output_fields": ["id"], "consistency_level": _LEVEL}
        search = partial(self._texts.cluster.call, "search", self._passages, data=[asked], filter=expression, **options)
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
