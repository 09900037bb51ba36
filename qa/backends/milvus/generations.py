"""Which generation of an index in a cluster is current, who may write the next one, and how it is published.

Readers follow the alias once, and then use the names of its collections. The alias is moved in one step. The generation
before the current one stays until the next is published, for the readers that have it open.
"""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from qa.backends.addresses import MilvusAddress
from qa.backends.milvus.connection import Cluster, connect
from qa.backends.milvus.draft import Draft
from qa.backends.milvus.encoder_files import collection_of
from qa.backends.milvus.layout import Names
from qa.backends.milvus.manifest import DRAFT, ClusterManifest, load
from qa.backends.milvus.searcher import MilvusSearcher
from qa.errors import (
    ConfigError,
    IndexBusyError,
    IndexDamagedError,
    IndexFormatError,
    IndexNotFoundError,
    QAError,
    ServerError,
)


def current(cluster: Cluster) -> Names | None:
    """The generation that the alias names; None where there is no index. Raises ConfigError where something else is."""
    index = cluster.address.collection
    collection = cluster.alias(index)
    if collection is None and not cluster.call("has_collection", index):
        return None
    names = Names.of(index, collection or "")
    if names is None:
        raise ConfigError(f"{cluster.address} is a collection that qa did not make", "name another one")
    return names


def open_current(address: MilvusAddress) -> MilvusSearcher:
    """Opens the current generation. Raises IndexNotFoundError, IndexDamagedError, IndexFormatError, ServerError, or
    ConfigError."""
    if address.file is not None and not address.file.exists():
        raise IndexNotFoundError(f"there is no index at {address}", f"qa index --index {address} makes one")
    cluster = connect(address)
    try:
        return searcher(cluster)
    except BaseException:
        cluster.close()
        raise


def searcher(cluster: Cluster) -> MilvusSearcher:
    """The current generation. Raises as ``open_current`` does."""
    names = current(cluster)
    if names is None:
        raise IndexNotFoundError(
            f"there is no index at {cluster.address}", f"qa index --index {cluster.address} makes one"
        )
    cluster.wake(names.texts, names.passages)
    return MilvusSearcher(cluster, names, load(cluster, names.texts))


def unfinished(cluster: Cluster, published: Names | None) -> Draft | None:
    """What an interrupted update has written; None where there is nothing to go on from."""
    newer = [names for names in _all(cluster) if published is None or names.number > published.number]
    if not newer:
        return None
    names = max(newer, key=lambda one: one.number)
    if not all(cluster.call("has_collection", name) for name in (names.texts, names.passages)):
        return None
    try:
        cluster.wake(names.texts, names.passages)
        return Draft(cluster, names, load(cluster, names.texts, DRAFT))
    except (IndexDamagedError, IndexFormatError, ServerError):  # such as one that was not loaded yet
        return None


def begin(cluster: Cluster, published: Names | None, manifest: ClusterManifest) -> Draft:
    """A new generation, in the place of any that was not finished."""
    for names in _all(cluster):
        if published is None or names.number > published.number:
            drop(cluster, names)
    draft = Draft(cluster, Names(cluster.address.collection, (published.number if published else 0) + 1), manifest)
    draft.create()
    return draft


def publish(cluster: Cluster, draft: Draft, manifest: ClusterManifest, published: Names | None, lock: Lock) -> None:
    """Makes a finished generation the current one in one step, and drops what is older than the one before it.

    Raises IndexBusyError where another writer has taken the lock.
    """
    draft.seal(manifest)
    lock.check()
    index = cluster.address.collection
    cluster.call("alter_alias" if published else "create_alias", draft.names.passages, index)
    with suppress(QAError):  # it is published; what is left is dropped next time
        collect(cluster, {draft.names, *([published] if published else [])})


def collect(cluster: Cluster, kept: set[Names]) -> None:
    """Drops all generations but those kept, and the encoders that none of these has."""
    for names in set(_all(cluster)) - kept:
        drop(cluster, names)
    index = cluster.address.collection
    cluster.wake(*(names.texts for names in kept))
    encoders = {collection_of(index, load(cluster, names.texts).encoder_files) for names in kept}
    for name in cluster.call("list_collections"):
        if re.fullmatch(rf"{index}_encoder_[0-9a-f]{{12}}", name) and name not in encoders:
            cluster.call("drop_collection", name)


def drop(cluster: Cluster, names: Names) -> None:
    """Drops a generation."""
    for name in (names.passages, names.texts):
        cluster.call("drop_collection", name)


class Lock:
    """The alias that the one writer holds: Milvus gives an alias to one collection only, and tells the second writer
    that it is taken. The collection that it names is empty, and its name says who writes."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._alias = f"{cluster.address.collection}_lock"
        self._collection = f"{self._alias}_{_machine()}_{os.getpid()}_{uuid4().hex[:8]}"

    def take(self) -> None:
        """Raises IndexBusyError where another writer has it. One that died on this machine no longer has it."""
        from pymilvus import DataType, MilvusClient

        if self._is_of_the_dead(holder := self._cluster.alias(self._alias)):
            self._cluster.call("drop_alias", self._alias)
            self._cluster.call("drop_collection", holder)
        schema = MilvusClient.create_schema(auto_id=False)
        schema.add_field("number", DataType.INT64, is_primary=True)
        schema.add_field("pad", DataType.FLOAT_VECTOR, dim=2)
        self._cluster.call("create_collection", self._collection, schema=schema)
        try:
            self._cluster.call("create_alias", self._collection, self._alias)
        except QAError as error:
            if (holder := self._cluster.alias(self._alias)) == self._collection:
                return  # it was given, and only the answer was lost
            self._cluster.call("drop_collection", self._collection)
            raise error if holder is None else self._busy(holder) from error

    def check(self) -> None:
        """Raises IndexBusyError unless it is still held."""
        holder = self._cluster.alias(self._alias)
        if holder != self._collection:
            raise self._busy(holder)

    def free(self) -> None:
        """Lets the next writer write. Raises ServerError."""
        if self._cluster.alias(self._alias) == self._collection:
            self._cluster.call("drop_alias", self._alias)
        self._cluster.call("drop_collection", self._collection)

    def _is_of_the_dead(self, holder: str | None) -> bool:
        match = re.fullmatch(rf"{self._alias}_{_machine()}_(\d+)_\w+", holder or "")
        return match is not None and not _is_running(int(match[1]))

    def _busy(self, holder: str | None) -> IndexBusyError:
        match = re.fullmatch(rf"{self._alias}_(.*)_\d+_(\d+)_\w+", holder or "")
        who = f"process {match[2]} on {match[1]}" if match else "another process"
        return IndexBusyError(
            f"{who} is writing {self._cluster.address}",
            f"wait until it has ended, or, if it has died, drop the alias {self._alias} in Milvus",
        )


@contextmanager
def writing(cluster: Cluster) -> Iterator[Lock]:
    """Holds the lock. Raises IndexBusyError."""
    lock = Lock(cluster)
    lock.take()
    try:
        yield lock
    finally:
        with suppress(QAError):  # a server that is away keeps it; the next writer on this machine finds it dead
            lock.free()


def _all(cluster: Cluster) -> list[Names]:
    found = (Names.of(cluster.address.collection, name) for name in cluster.call("list_collections"))
    return [names for names in dict.fromkeys(found) if names is not None]


def _machine() -> str:
    """A name for where process numbers mean the same: the host, and the container if it has numbers of its own."""
    try:
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:  # no Linux
        space = 0
    return f"{re.sub('[^A-Za-z0-9]', '', socket.gethostname())[:20]}_{space}"


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:  # someone else's
        return True
    return True
