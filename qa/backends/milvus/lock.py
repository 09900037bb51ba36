"""Who may write an index in a cluster."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

from qa.backends.milvus.connection import MilvusCluster
from qa.backends.shared.processes import is_running
from qa.errors import IndexBusyError, QAError


class Lock:
    """The alias that the one writer holds: Milvus gives an alias to one collection only, and tells the second writer
    that it is taken. The collection that it names is empty, and its name says who writes."""

    def __init__(self, cluster: MilvusCluster) -> None:
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
        return match is not None and not is_running(int(match[1]))

    def _busy(self, holder: str | None) -> IndexBusyError:
        match = re.fullmatch(rf"{self._alias}_(.*)_\d+_(\d+)_\w+", holder or "")
        who = f"process {match[2]} on {match[1]}" if match else "another process"
        return IndexBusyError(
            f"{who} is writing {self._cluster.address}",
            f"wait until it has ended, or, if it has died, drop the alias {self._alias} in Milvus",
        )


@contextmanager
def writing(cluster: MilvusCluster) -> Iterator[Lock]:
    """Holds the lock. Raises IndexBusyError."""
    lock = Lock(cluster)
    lock.take()
    try:
        yield lock
    finally:
        with suppress(QAError):  # a server that is away keeps it; the next writer on this machine finds it dead
            lock.free()


def _machine() -> str:
    """A name for where process numbers mean the same: the host, and the container if it has numbers of its own."""
    try:
        space = Path("/proc/self/ns/pid").stat().st_ino
    except OSError:  # no Linux
        space = 0
    return f"{re.sub('[^A-Za-z0-9]', '', socket.gethostname())[:20]}_{space}"
