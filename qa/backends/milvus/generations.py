"""Which generations of an index are in a cluster, and which is current.

Readers follow the alias once, and then use the names of its collections. The alias is moved in one step. The generation
before the current one stays until the next is published, for the readers that have it open.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from qa.backends.milvus.connection import MilvusCluster
from qa.backends.milvus.encoder_files import collection_of
from qa.backends.milvus.layout import Names
from qa.backends.milvus.manifest import load
from qa.backends.milvus.pieces import Pieces
from qa.errors import ConfigError


def current(cluster: MilvusCluster) -> Names | None:
    """The generation that the alias names; None where there is no index. Raises ConfigError where something else is."""
    index = cluster.address.collection
    collection = cluster.alias(index)
    if collection is None and not cluster.call("has_collection", index):
        return None
    names = Names.of(index, collection or "")
    if names is None:
        raise ConfigError(f"{cluster.address} is a collection that qa did not make", "name another one")
    return names


def newer(cluster: MilvusCluster, published: Names | None) -> list[Names]:
    """The generations that were begun after the current one, the last of them first."""
    begun = [names for names in every(cluster) if published is None or names.number > published.number]
    return sorted(begun, key=lambda names: names.number, reverse=True)


def collect(cluster: MilvusCluster, kept: Collection[Names]) -> None:
    """Drops all generations but those kept, and the encoders that none of these has."""
    for names in every(cluster) - {*kept}:
        drop(cluster, names)
    index = cluster.address.collection
    manifests = [load(Pieces(cluster, names.texts)) for names in kept]
    encoders = {collection_of(index, manifest.extra.encoder_files) for manifest in manifests}
    for name in cluster.call("list_collections"):
        if re.fullmatch(rf"{index}_encoder_[0-9a-f]{{12}}", name) and name not in encoders:
            cluster.call("drop_collection", name)


def drop(cluster: MilvusCluster, names: Names) -> None:
    """Drops a generation."""
    for name in (names.passages, names.texts):
        cluster.call("drop_collection", name)


def every(cluster: MilvusCluster) -> set[Names]:
    """All generations of the index."""
    names = (Names.of(cluster.address.collection, name) for name in cluster.call("list_collections"))
    return {one for one in names if one is not None}
