"""Which generation of an index in a cluster is current, and how the next one is published.

Readers follow the alias once, and then use the names of its collections. The alias is moved in one step. The generation
before the current one stays until the next is published, for the readers that have it open.
"""

from __future__ import annotations

import re
from contextlib import suppress

from qa.backends.addresses import MilvusAddress
from qa.backends.milvus.connection import Cluster, connect
from qa.backends.milvus.draft import Draft
from qa.backends.milvus.encoder_files import collection_of
from qa.backends.milvus.layout import Names
from qa.backends.milvus.lock import Lock
from qa.backends.milvus.manifest import DRAFT, ClusterManifest, load
from qa.backends.milvus.searcher import MilvusSearcher
from qa.errors import (
    ConfigError,
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


def _all(cluster: Cluster) -> list[Names]:
    found = (Names.of(cluster.address.collection, name) for name in cluster.call("list_collections"))
    return [names for names in dict.fromkeys(found) if names is not None]
