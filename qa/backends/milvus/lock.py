"""Who may write an index in a cluster."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from uuid import uuid4

from qa.backends.milvus.address import MilvusAddress
from qa.backends.milvus.connection import MilvusCluster, connect
from qa.backends.milvus.layout import pieces_schema
from qa.backends.shared.processes import is_running, machine
from qa.errors import IndexBusyError, QAError

_WRITER = re.compile(r".*_lock_(?P<machine>[A-Za-z0-9]*_\d+)_(?P<process>\d+)_\w+")


class Lock:
    """The alias that the one writer holds: Milvus gives an alias to one collection only, and tells the second writer
    that it is taken. The collection that it names is empty, and its name says who writes."""

    def __init__(self, cluster: MilvusCluster) -> None:
        self.cluster = cluster
        self._alias = f"{cluster.address.collection}_lock"
        self._collection = f"{self._alias}_{machine()}_{os.getpid()}_{uuid4().hex[:8]}"

    def take(self) -> None:
        """Raises IndexBusyError where another writer has it. One that died on this machine no longer has it."""
        holder = self.cluster.alias(self._alias)
        writer = _WRITER.fullmatch(holder or "")
        if writer and writer["machine"] == machine() and not is_running(int(writer["process"])):
            self.cluster.call("drop_alias", self._alias)
            self.cluster.call("drop_collection", holder)
        schema, _ = pieces_schema(self.cluster.lite)
        self.cluster.call("create_collection", self._collection, schema=schema)
        try:
            self.cluster.call("create_alias", self._collection, self._alias)
        except QAError as error:
            holder = self.cluster.alias(self._alias)
            if holder == self._collection:
                return  # it was given, and only the answer was lost
            self.cluster.call("drop_collection", self._collection)
            raise error if holder is None else self._busy(holder) from error

    def check(self) -> None:
        """Raises IndexBusyError unless it is still held."""
        holder = self.cluster.alias(self._alias)
        if holder != self._collection:
            raise self._busy(holder)

    def free(self) -> None:
        """Lets the next writer write. Raises ServerError."""
        if self.cluster.alias(self._alias) == self._collection:
            self.cluster.call("drop_alias", self._alias)
        self.cluster.call("drop_collection", self._collection)

    def _busy(self, holder: str | None) -> IndexBusyError:
        writer = _WRITER.fullmatch(holder or "")
        who = f"process {writer['process']} on {writer['machine']}" if writer else "another process"
        return IndexBusyError(
            f"{who} is writing {self.cluster.address}",
            f"wait until it has ended, or, if it has died, drop the alias {self._alias} in Milvus",
        )


@contextmanager
def writing(address: MilvusAddress) -> Iterator[Lock]:
    """Holds the lock of the index at an address, and a connection to it. Raises IndexBusyError, and as ``connect``."""
    with closing(connect(address, creates=True)) as cluster:
        lock = Lock(cluster)
        lock.take()
        try:
            yield lock
        finally:
            with suppress(QAError):  # a server that is away keeps it; the next writer on this machine finds it dead
                lock.free()
