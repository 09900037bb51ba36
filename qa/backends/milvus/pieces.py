"""Data of any size in a collection whose strings are short: each is cut into pieces of plain ASCII."""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum
from typing import Any

from qa.backends.manifest import REBUILD
from qa.backends.milvus.connection import MilvusCluster
from qa.backends.milvus.layout import key
from qa.errors import IndexDamagedError

#: Bytes of a piece before they are written in base 64, which makes 64,000 characters of them.
PIECE = 48_000

_FIELDS = ["owner", "part", "parts", "payload"]


class Kind(IntEnum):
    """What the pieces are of. Those of a document are written in this order: one that has a head is whole."""

    META = 0  # the manifest, and what else there is one of
    SENTENCES = 1  # the vectors of a passage's sentences
    BODY = 2  # a document, and the offsets of its sentences and passages
    HEAD = 3  # a document without its text
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
        row = {"number": key(int(kind), owner, part), "kind": int(kind), "document": document, "owner": owner}
        yield row | {"part": part, "parts": parts, "payload": piece, "pad": [0.0, 0.0]}


class Pieces:
    """The pieces in a ``collection``, read at Milvus's consistency ``level``. Members raise ServerError."""

    def __init__(self, cluster: MilvusCluster, collection: str, level: str = "Strong") -> None:
        self.cluster = cluster
        self.collection = collection
        self.level = level

    def write(self, pieces: Iterable[dict[str, Any]]) -> None:
        """Writes rows, or writes them again."""
        self.cluster.write(self.collection, pieces)

    def read(self, kind: Kind, owners: Sequence[int]) -> dict[int, bytes]:
        """The data of the owners that have any of this kind. Raises IndexDamagedError where a piece is missing."""
        matching = self.cluster.rows(self.collection, "owner", owners, _FIELDS, self.level, f"kind == {int(kind)} and ")
        data = dict(_joined(matching))
        if len(data) < len({row["owner"] for row in matching}):
            raise self.lacking()
        return data

    def every(self, kind: Kind) -> Iterator[bytes]:
        """The data of every owner that has all of its pieces of this kind, in no order."""
        matching = self.cluster.iterate(self.collection, _FIELDS, f"kind == {int(kind)}")
        return (data for _, data in _joined(matching))

    def lacking(self) -> IndexDamagedError:
        """The error for a part that is missing."""
        return IndexDamagedError(f"{self.cluster.address} lacks a part of what was written", REBUILD)


def _joined(pieces: Iterable[Any]) -> Iterator[tuple[int, bytes]]:
    """The owners all of whose pieces of one kind are among the rows, and their data."""
    payloads: dict[int, dict[int, str]] = {}
    for row in pieces:
        own = payloads.setdefault(row["owner"], {})
        own[row["part"]] = row["payload"]
        if len(own) == row["parts"]:
            del payloads[row["owner"]]
            yield row["owner"], b"".join(base64.b64decode(own[part]) for part in sorted(own))
