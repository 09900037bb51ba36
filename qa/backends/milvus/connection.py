"""The connection to a Milvus server: who asks, how long is waited, and what a failure means."""

from __future__ import annotations

import logging
import os
import re
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from itertools import islice
from typing import Any

from qa.backends.milvus.address import MilvusAddress
from qa.backends.milvus.failures import CA, PASSWORD, TIMEOUT, TOKEN, USER, is_transient, meaning, not_found
from qa.errors import ConfigError, IndexNotFoundError, QAError, ServerError, explained
from qa.escaping import one_line

#: The first version that computes BM25. An older server takes a collection that asks for it, and then finds nothing.
NEEDED = (2, 5)

#: Seconds that a call may take, all its repetitions included, unless QA_MILVUS_TIMEOUT says otherwise.
DEFAULT_TIMEOUT = 30.0

#: Seconds that loading, flushing and indexing a whole collection may take.
PATIENCE = 3600.0

#: Keys in one condition, and rows in one message: a few megabytes.
AT_ONCE = 64

#: Seconds in which a server that cannot be reached is tried again, and before the first and the longest repetition.
_CONNECTING, _FIRST_WAIT, _LONGEST_WAIT = 10.0, 0.2, 2.0


class MilvusCluster:
    """A server that answers, and is new enough. Safe to use from several threads."""

    def __init__(self, address: MilvusAddress, client: Any, timeout: float) -> None:
        self.address = address
        self.timeout = timeout
        #: Whether it is a file of Milvus Lite.
        self.lite = address.file is not None
        self._client = client

    def call(self, method: str, *arguments: Any, **options: Any) -> Any:
        """What ``pymilvus.MilvusClient`` has under this name, called; again, after longer and longer waits, where a
        server is not ready, until the timeout. (The client itself does so where none answers.) All that is called may
        be called twice. Raises ServerError, or IndexNotFoundError where a collection is no longer there."""
        limit = options.setdefault("timeout", self.timeout)
        until, wait = time.monotonic() + self.timeout, _FIRST_WAIT
        with explained(lambda error: meaning(error, self.address, limit)):
            while True:
                try:
                    return getattr(self._client, method)(*arguments, **options)
                except Exception as error:  # gRPC raises its own beside MilvusException
                    if self.lite or not is_transient(error) or time.monotonic() + wait > until:
                        raise
                time.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)

    def create(self, collection: str, layout: tuple[Any, Any]) -> None:
        """Makes a collection of a schema, whose indexes are built while it is filled."""
        schema, indexes = layout
        self.call("create_collection", collection, schema=schema)
        self.call("create_index", collection, indexes, sync=False)
        self.call("load_collection", collection, timeout=PATIENCE)

    def rows(
        self, collection: str, column: str, keys: Sequence[int], fields: list[str], level: str, condition: str = ""
    ) -> list[Any]:
        """The rows that have one of the keys in a column, behind a ``condition``. ``level`` is Milvus's consistency
        level."""
        rows: list[Any] = []
        for first in range(0, len(keys), AT_ONCE):
            matching = f"{condition}{column} in {[*keys[first : first + AT_ONCE]]}"
            rows += self.call("query", collection, filter=matching, output_fields=fields, consistency_level=level)
        return rows

    def write(self, collection: str, rows: Iterable[Any], batch: int = AT_ONCE) -> None:
        """Writes rows, or writes them again: a row takes the place of the one with its number."""
        left = iter(rows)
        while several := list(islice(left, batch)):
            self.call("upsert", collection, several)

    def iterate(self, collection: str, fields: list[str], condition: str = "") -> Iterator[Any]:
        """Every row of a collection that passes ``condition``, in batches, as it is now. Raises as ``call`` does."""
        query = {"filter": condition, "output_fields": fields, "consistency_level": "Strong"}
        with closing(self.call("query_iterator", collection, batch_size=4 * AT_ONCE, **query)) as batches:
            rows = [None]
            while rows:
                with explained(lambda error: meaning(error, self.address, self.timeout)):
                    rows = batches.next()
                yield from rows

    def alias(self, name: str) -> str | None:
        """The collection that an alias names; None where there is no such alias. Raises ServerError."""
        try:
            return str(self.call("describe_alias", name)["collection_name"])
        except IndexNotFoundError:
            return None

    def close(self) -> None:
        """Closes the connection."""
        self._client.close()


def connect(address: MilvusAddress, *, creates: bool = False) -> MilvusCluster:
    """The server at an address, once it answers. Credentials come from the environment, and from nowhere else.

    Raises ServerError where it cannot be reached, is too old, or refuses the login, IndexBusyError for a file that
    another process has open, IndexNotFoundError for one that is not there unless it ``creates`` it, and ConfigError
    where a package is not installed or the environment makes no sense.
    """
    if address.file is not None and not address.file.exists() and not creates:
        raise not_found(address)
    options, timeout = _options(address, os.environ), _timeout(os.environ)
    # gRPC's core writes to stderr by itself, and the packages log a traceback for whatever is raised as well.
    os.environ.setdefault("GRPC_VERBOSITY", "NONE")
    try:
        from pymilvus import MilvusClient

        if address.file is not None:
            import milvus_lite  # noqa: F401
    except ImportError as error:
        extra = "milvus-lite" if address.file else "milvus"
        raise ConfigError(f"{address} needs {error.name}", f'pip install "qa-cited[{extra}]"') from None
    for name in ("pymilvus", "milvus_lite"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    with explained(lambda error: meaning(error, address, timeout)):
        client = MilvusClient(address.uri, timeout=min(_CONNECTING, timeout), **options)
    cluster = MilvusCluster(address, client, timeout)
    try:
        check_version(address, str(cluster.call("get_server_version")))
        if cluster.lite:  # it forgets with its process what is loaded
            for name in cluster.call("list_collections"):
                with suppress(QAError):  # such as one that was not finished
                    cluster.call("load_collection", name)
    except BaseException:
        cluster.close()
        raise
    return cluster


def credentials(environment: Mapping[str, str]) -> str:
    """The token that logs in, or nothing. Raises ConfigError for a user without a password, or the other way round."""
    token, user, password = (environment.get(name, "") for name in (TOKEN, USER, PASSWORD))
    if token:
        return token
    if bool(user) != bool(password):
        present, missing = (USER, PASSWORD) if user else (PASSWORD, USER)
        raise ConfigError(f"{present} is set and {missing} is not", f"set both, or {TOKEN}")
    return f"{user}:{password}" if user else ""


def check_version(address: MilvusAddress, version: str) -> None:
    """Raises ServerError unless a server of this version computes BM25."""
    match = re.search(r"(\d+)\.(\d+)", version)
    if address.file is None and (match is None or (int(match[1]), int(match[2])) < NEEDED):
        raise ServerError(
            f"the server of {address} is Milvus {one_line(version)}, which has no BM25",
            f"use Milvus {NEEDED[0]}.{NEEDED[1]} or newer",
        )


def _options(address: MilvusAddress, environment: Mapping[str, str]) -> dict[str, str]:
    """What the client is told beside the server. Raises ConfigError."""
    if address.file is not None:
        if not address.file.absolute().parent.is_dir():
            raise ConfigError(f"the folder of {address.file} does not exist", "make it first")
        return {}
    values = {"token": credentials(environment), "server_pem_path": environment.get(CA, "") if address.tls else ""}
    return {name: value for name, value in values.items() if value}


def _timeout(environment: Mapping[str, str]) -> float:
    text = environment.get(TIMEOUT) or str(DEFAULT_TIMEOUT)
    if not re.fullmatch(r"\d{1,9}(\.\d+)?", text) or not float(text):
        raise ConfigError(f"{TIMEOUT} is {text!r}", "set it to a number of seconds")
    return float(text)
