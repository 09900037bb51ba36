"""The files of the query encoder: kept in the cluster, so that any machine can ask, and cached by each that does."""

from __future__ import annotations

import hashlib
from pathlib import Path

from qa.backends.manifest import REBUILD
from qa.backends.milvus.connection import AT_ONCE, MilvusCluster
from qa.backends.milvus.layout import key, pieces_schema
from qa.backends.milvus.pieces import PIECE, Kind, Pieces, rows
from qa.errors import IndexDamagedError
from qa.models.cache import Files, cache_folder, described, is_whole, making

#: Bytes of a file that are in memory at once.
_PORTION = AT_ONCE * PIECE

#: The owner of the piece that is written when all files are.
_DONE = key("done")


def collection_of(index: str, files: Files) -> str:
    """The collection that has these files."""
    return f"{index}_encoder_{_name(files)[:12]}"


def store(cluster: MilvusCluster, folder: Path) -> dict[str, tuple[int, str]]:
    """Writes the files in ``folder`` into the cluster, unless it has them; their description."""
    files = described(folder)
    pieces = Pieces(cluster, collection_of(cluster.address.collection, files))
    if cluster.call("has_collection", pieces.collection):
        if pieces.read(Kind.META, [_DONE]):
            return files
        cluster.call("drop_collection", pieces.collection)
    cluster.create(pieces.collection, pieces_schema(cluster.lite))
    for name, (size, _) in files.items():
        with (folder / name).open("rb") as stream:
            for owner in _portions(name, size):
                pieces.write(rows(Kind.FILE, owner, stream.read(_PORTION)))
    pieces.write(rows(Kind.META, _DONE, b""))
    return files


def fetch(cluster: MilvusCluster, files: Files) -> Path:
    """The folder in the cache that has these files; they are read from the cluster where it has not, or damaged ones.

    Raises IndexDamagedError where the cluster has not what was written.
    """
    folder = cache_folder() / "encoders" / _name(files)
    if folder.is_dir() and is_whole(folder, files):
        return folder
    with making(folder) as fresh:
        pieces = Pieces(cluster, collection_of(cluster.address.collection, files))
        for name, (size, _) in files.items():
            with (fresh / name).open("wb") as stream:
                for owner in _portions(name, size):
                    stream.write(pieces.read(Kind.FILE, [owner]).get(owner, b""))
        if not is_whole(fresh, files):
            raise IndexDamagedError(f"the encoder in {cluster.address} is not what was written", REBUILD)
    return folder


def _portions(name: str, size: int) -> list[int]:
    """The owners of the pieces of a file, in order."""
    return [key(name, start) for start in range(0, size, _PORTION)]


def _name(files: Files) -> str:
    return hashlib.sha256("".join(f"{name} {sha}\n" for name, (_, sha) in sorted(files.items())).encode()).hexdigest()
