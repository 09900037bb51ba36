"""What the collections of an index are called, and what stands in their rows.

::

    news                      the alias that names the current generation's passages
    news_lock                 the alias that the one writer holds
    news_g7_passages          a row a passage: offsets, filters, terms, vector
    news_g7_texts             everything else of the generation, in pieces (see ``pieces``)
    news_encoder_0123456789ab the files of the query encoder, in pieces; generations share them

Keys are numbers made from document ids by hashing, so that no id has to stand in a condition.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from itertools import compress
from typing import Any

from qa.backends.filters import Filter
from qa.backends.shared.filtering import Columns
from qa.config import BM25_B, BM25_K1
from qa.errors import ConfigError
from qa.types import DocumentRef

#: Bytes of the longest string that Milvus stores in a field.
MAX_STRING = 65_535

#: Which index Milvus builds over the passages' vectors, by its own names.
DENSE_INDEX = "QA_MILVUS_INDEX"
# As Milvus's documentation suggests: neighbours a node, and how many are looked at when one is added.
DENSE_INDEXES = {"HNSW": {"M": 16, "efConstruction": 200}, "IVF_FLAT": {"nlist": 1024}, "FLAT": {}}

# What the analyzer could split or change is written in hexadecimal, behind what no such term then begins with.
_PLAIN, _ESCAPE = re.compile(r"(?!zx)[a-z0-9]+"), "zx"

# A list may not be empty, and this is no number of anything.
_NOTHING = [-1]


def key(*parts: str | int) -> int:
    """A number of 63 bits for a document's id, a passage (the id and its start), or a piece.

    Two of ten million are the same with a chance of one in 180,000.
    """
    text = "\0".join(map(str, parts)).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(text, digest_size=8).digest()) >> 1


def token(term: str) -> str:
    """An index term as Milvus's standard tokenizer leaves it; no two terms are written alike."""
    return term if _PLAIN.fullmatch(term) else _ESCAPE + term.encode("utf-8", "surrogatepass").hex()


def token_text(terms: Iterable[str]) -> str:
    """Index terms as one text, from which Milvus's standard tokenizer makes one token each."""
    return " ".join(map(token, terms))


#: The fields that have a column of the passages, with the keys of what the documents tell.
COLUMNS = ("date", "source")


def condition(within: Filter, every: Sequence[DocumentRef], columns: Columns) -> str:
    """Milvus's expression for a filter; ``every`` are the documents, and ``columns`` what they tell."""
    parts = []
    for one in within.conditions:
        if one.field in COLUMNS:
            passing = [key(text) for text in sorted(columns.texts(one.field, columns.every)) if one.test(text)]
            parts.append(f"{one.field} in {passing or _NOTHING}")
    if len(parts) < len(within.conditions):
        owners = [key(one.id) for one in compress(every, columns.mask(within))]
        parts.append(f"document in {owners or _NOTHING}")
    return " and ".join(parts)


def dense_index(lite: bool) -> str:
    """The index that new collections get: QA_MILVUS_INDEX, or else HNSW, and in a file of Milvus Lite an exact scan.

    Raises ConfigError.
    """
    name = os.environ.get(DENSE_INDEX) or ("FLAT" if lite else "HNSW")
    if name not in DENSE_INDEXES:
        raise ConfigError(f"{DENSE_INDEX} is {name!r}", "set it to HNSW, IVF_FLAT or FLAT")
    return name


def reach(index: str, limit: int) -> dict[str, int]:
    """How far a dense search looks for ``limit`` passages: further than it has to, for recall."""
    wide = max(2 * limit, 200)
    return {"HNSW": {"ef": wide}, "IVF_FLAT": {"nprobe": 64}}.get(index, {})


def passages_schema(dimension: int, index: str, lite: bool) -> tuple[Any, Any]:
    """The schema and the indexes of a collection of passages, in a server or in a file of Milvus Lite."""
    from pymilvus import DataType, Function, FunctionType

    numbers = ("document", "start", "end", "first_sentence", "last_sentence", "date", "source")
    schema, indexes = _schema(numbers, ("document", "date", "source"), lite)
    schema.add_field("id", DataType.VARCHAR, max_length=MAX_STRING)
    analyzer = {"tokenizer": "standard"}
    schema.add_field("terms", DataType.VARCHAR, max_length=MAX_STRING, enable_analyzer=True, analyzer_params=analyzer)
    schema.add_field("vector", DataType.FLOAT_VECTOR, dim=dimension)
    schema.add_field("bm25", DataType.SPARSE_FLOAT_VECTOR)
    schema.add_function(Function("bm25", FunctionType.BM25, input_field_names=["terms"], output_field_names=["bm25"]))
    # The inner product of unit vectors is their cosine, and what the local index computes.
    indexes.add_index("vector", index_type=index, metric_type="IP", params=DENSE_INDEXES[index])
    bm25: dict[str, Any] = {"bm25_k1": BM25_K1, "bm25_b": BM25_B}
    if lite:  # it reads what pymilvus no longer sends: settings inside of "params"
        bm25 = {"params": bm25}
    indexes.add_index("bm25", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25", params=bm25)
    return schema, indexes


def pieces_schema(lite: bool) -> tuple[Any, Any]:
    """The schema and the indexes of a collection of pieces. Milvus wants a vector in every collection: ``pad``."""
    from pymilvus import DataType

    schema, indexes = _schema(("kind", "document", "owner", "part", "parts"), ("kind", "owner"), lite)
    schema.add_field("payload", DataType.VARCHAR, max_length=MAX_STRING, mmap_enabled=True)
    schema.add_field("pad", DataType.FLOAT_VECTOR, dim=2)
    indexes.add_index("pad", index_type="FLAT", metric_type="L2")
    return schema, indexes


def _schema(numbers: Iterable[str], indexed: Iterable[str], lite: bool) -> tuple[Any, Any]:
    """The schema of a collection with these columns of numbers, and indexes over some of them."""
    from pymilvus import DataType, MilvusClient

    schema, indexes = MilvusClient.create_schema(auto_id=False), MilvusClient.prepare_index_params()
    schema.add_field("number", DataType.INT64, is_primary=True)
    for name in numbers:
        schema.add_field(name, DataType.INT64)
    for name in indexed:  # STL_SORT is known to every version of the server, and Milvus Lite has the other one only
        indexes.add_index(name, index_type="INVERTED" if lite else "STL_SORT")
    return schema, indexes
