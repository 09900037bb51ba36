"""The files of the query encoder: kept in the cluster, so that any machine can ask, and cached by each that does."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from uuid import uuid4

from qa.backends.milvus.connection import PATIENCE, Cluster
from qa.backends.milvus.layout import key, pieces_schema
from qa.backends.milvus.pieces import AT_ONCE, PIECE, REBUILD, Kind, read, rows, write
from qa.errors import IndexDamagedError

#: Size in bytes and hex SHA-256, by the file's name.
Files = Mapping[str, tuple[int, str]]


def described(folder: Path) -> dict[str, tuple[int, str]]:
    """The size and the SHA-256 of every file in ``folder``."""
    return {file.name: (file.stat().st_size, _sha256(file)) for file in sorted(folder.iterdir()) if file.is_file()}


def collection_of(index: str, files: Files) -> str:
    """The collection that has these files."""
    return f"{index}_encoder_{_name(files)[:12]}"


def cache_folder() -> Path:
    """Where this user's machine keeps what can be fetched again: ``qa`` in $XDG_CACHE_HOME, or in ``~/.cache``."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "qa"


def store(cluster: Cluster, folder: Path) -> dict[str, tuple[int, str]]:
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
    schema, indexes = pieces_schema(cluster.lite)
    cluster.call("create_collection", collection, schema=schema)
    cluster.call("create_index", collection, indexes, sync=False)
    cluster.call("load_collection", collection, timeout=PATIENCE)
    for name in files:
        with (folder / name).open("rb") as stream:
            for number in range(max(1, -(-files[name][0] // _PORTION))):
                write(cluster, collection, rows(Kind.FILE, key(name, number), stream.read(_PORTION)))
    write(cluster, collection, rows(Kind.META, done, b""))
    _keep(folder, files)
    return files


def fetch(cluster: Cluster, files: Files) -> Path:
    """The folder in the cache that has these files; they are read from the cluster where it has not, or damaged ones.

    Raises IndexDamagedError where the cluster has not what was written.
    """
    folder = _cached(files)
    if _is_whole(folder, files):
        return folder
    fresh = folder.with_name(f"{folder.name}.{uuid4().hex[:8]}.new")
    fresh.mkdir(parents=True)
    try:
        collection = collection_of(cluster.address.collection, files)
        cluster.wake(collection)
        for name, (size, _) in files.items():
            with (fresh / name).open("wb") as stream:
                for number in range(max(1, -(-size // _PORTION))):
                    stream.write(read(cluster, collection, Kind.FILE, [key(name, number)]).get(key(name, number), b""))
        if not _is_whole(fresh, files):
            raise IndexDamagedError(f"the encoder in {cluster.address} is not what was written", REBUILD)
        _replace(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return folder


#: Bytes of a file that are in memory at once.
_PORTION = AT_ONCE * PIECE


def _keep(folder: Path, files: Files) -> None:
    """Puts a copy of the files into the cache."""
    cached = _cached(files)
    if not _is_whole(cached, files):
        fresh = cached.with_name(f"{cached.name}.{uuid4().hex[:8]}.new")
        shutil.copytree(folder, fresh)
        _replace(fresh, cached)


def _replace(fresh: Path, folder: Path) -> None:
    """Puts ``fresh`` in the place of ``folder``, which another process may be doing too."""
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
    try:
        fresh.rename(folder)
    except OSError:
        if not folder.is_dir():
            raise


def _cached(files: Files) -> Path:
    return cache_folder() / "encoders" / _name(files)


def _name(files: Files) -> str:
    return hashlib.sha256("".join(f"{name} {sha}\n" for name, (_, sha) in sorted(files.items())).encode()).hexdigest()


def _is_whole(folder: Path, files: Files) -> bool:
    return all((folder / name).is_file() and _sha256(folder / name) == sha for name, (_, sha) in files.items())


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
