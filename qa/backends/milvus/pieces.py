"""Data of any size in a collection whose strings are short: each is cut into pieces of plain ASCII."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import islice
from typing import Any

from qa.backends.base import REBUILD
from qa.backends.milvus.connection import AT_ONCE, MilvusCluster
from qa.backends.milvus.layout import key
from qa.errors import IndexDamagedError

#: Bytes of a piece before they are written in base 64, which makes 64,000 characters of them.
PIECE = 48_000

_PIECE = ["kind", "owner", "part", "parts", "payload"]


class Kind(IntEnum):
    """What the pieces are of."""

    META = 0  # the manifest, and what else there is one of
    HEAD = 1  # a document without its text; written last, so that a document that has it is whole
    BODY = 2  # its text, the offsets of its sentences and passages
    SENTENCES = 3  # the vectors of a passage's sentences
    COUNTS = 4  # in how many passages some terms occur
    FILE = 5  # a file of the encoder


def packed(value: Any) -> bytes:
    """JSON values, compressed. Lone surrogates are kept."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode("ascii"), 6)


def unpacked(data: bytes) -> Any:
    """What ``packed`` was given."""
    return json.loads(zlib.decompress(data))


def rows(kind: Kind, owner: int, data: bytes, document: int = 0) -> Iterator[dict[str, Any]]:
    """The rows for the data of an ``owner``, of which there is one of a kind. ``document`` is what it belongs to."""
    parts = max(1, -(-len(data) // PIECE))
    for part in range(parts):
        piece = base64.b64encode(data[part * PIECE : (part + 1) * PIECE]).decode("ascii")
        yield {
            "number": key(int(kind), owner, part),
            "kind": int(kind),
            "document": document,
            "owner": owner,
            "part": part,
            "parts": parts,
            "payload": piece,
            "pad": [0.0, 0.0],
        }


def write(cluster: MilvusCluster, collection: str, pieces: Iterable[dict[str, Any]]) -> None:
    """Writes rows, or writes them again: a row takes the place of the one with its number."""
    left = iter(pieces)
    while batch := list(islice(left, AT_ONCE)):
        cluster.call("upsert", collection, batch)


def read(
    cluster: MilvusCluster, collection: str, kind: Kind, owners: Sequence[int], level: str = "Strong"
) -> dict[int, bytes]:
    """The data of the owners that have any of this kind. ``level`` is Milvus's consistency level.

    Raises IndexDamagedError where a piece is missing.
    """
    pieces = read_kinds(cluster, collection, [(kind, owner) for owner in owners], level)
    return {owner: data for (_, owner), data in pieces.items()}


def read_kinds(
    cluster: MilvusCluster, collection: str, wanted: Sequence[tuple[Kind, int]], level: str = "Strong"
) -> dict[tuple[Kind, int], bytes]:
    """As ``read``, for data of several kinds."""
    firsts = cluster.rows(collection, "number", [key(int(kind), owner, 0) for kind, owner in wanted], _PIECE, level)
    further = [key(row["kind"], row["owner"], part) for row in firsts for part in range(1, row["parts"])]
    pieces: dict[tuple[Kind, int], dict[int, str]] = {}
    parts = {(Kind(row["kind"]), row["owner"]): row["parts"] for row in firsts}
    for row in [*firsts, *cluster.rows(collection, "number", further, _PIECE, level)]:
        pieces.setdefault((Kind(row["kind"]), row["owner"]), {})[row["part"]] = row["payload"]
    return {name: joined(pieces[name], parts[name], cluster) for name in pieces}


def lacking(cluster: MilvusCluster) -> IndexDamagedError:
    """The error for a part that is missing."""
    return IndexDamagedError(f"{cluster.address} lacks a part of what was written", REBUILD)


def joined(pieces: dict[int, str], parts: int, cluster: MilvusCluster) -> bytes:
    """The data of all its pieces, by part. Raises IndexDamagedError."""
    if sorted(pieces) != list(range(parts)):
        raise lacking(cluster)
    return b"".join(base64.b64decode(pieces[part]) for part in range(parts))
