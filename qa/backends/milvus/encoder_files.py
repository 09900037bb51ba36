"""The files of the query encoder: kept in the cluster, so that any machine can ask, and cached by each that does."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from qa.backends.base import REBUILD
from qa.backends.milvus.connection import AT_ONCE, MilvusCluster
from qa.backends.milvus.layout import key, pieces_schema
from qa.backends.milvus.pieces import PIECE, Kind, read, rows, write
from qa.errors import IndexDamagedError
from qa.models.cache import Files, cache_folder, described, is_whole, making


def collection_of(index: str, files: Files) -> str:
    """The collection that has these files."""
    return f"{index}_encoder_{_name(files)[:12]}"


def store(cluster: MilvusCluster, folder: Path) -> dict[str, tuple[int, str]]:
    """Writes the files in ``folder`` into the cluster, unless it has them, and into the cache; their description."""
    files = described(folder)
    collection = collection_of(cluster.address.collection, files)
    done = key("done")
    if cluster.call("has_collection", collection):
        cluster.wake(collection)
        if read(cluster, collection, Kind.META, [done]):
            _keep(folder, files)
            return files
        cluster.call("drop_collection", collection)
    cluster.create(collection, pieces_schema(cluster.lite))
    for name in files:
        with (folder / name).open("rb") as stream:
            for number in range(max(1, -(-files[name][0] // _PORTION))):
                write(cluster, collection, rows(Kind.FILE, key(name, number), stream.read(_PORTION)))
    write(cluster, collection, rows(Kind.META, done, b""))
    _keep(folder, files)
    return files


def fetch(cluster: MilvusCluster, files: Files) -> Path:
    """The folder in the cache that has these files; they are read from the cluster where it has not, or damaged ones.

    Raises IndexDamagedError where the cluster has not what was written.
    """
    folder = _cached(files)
    if is_whole(folder, files):
        return folder
    with making(folder) as fresh:
        collection = collection_of(cluster.address.collection, files)
        cluster.wake(collection)
        for name, (size, _) in files.items():
            with (fresh / name).open("wb") as stream:
                for number in range(max(1, -(-size // _PORTION))):
                    stream.write(read(cluster, collection, Kind.FILE, [key(name, number)]).get(key(name, number), b""))
        if not is_whole(fresh, files):
            raise IndexDamagedError(f"the encoder in {cluster.address} is not what was written", REBUILD)
    return folder


#: Bytes of a file that are in memory at once.
_PORTION = AT_ONCE * PIECE


def _keep(folder: Path, files: Files) -> None:
    """Puts a copy of the files into the cache."""
    cached = _cached(files)
    if not is_whole(cached, files):
        with making(cached) as fresh:
            shutil.copytree(folder, fresh, dirs_exist_ok=True)


def _cached(files: Files) -> Path:
    return cache_folder() / "encoders" / _name(files)


def _name(files: Files) -> str:
    return hashlib.sha256("".join(f"{name} {sha}\n" for name, (_, sha) in sorted(files.items())).encode()).hexdigest()
