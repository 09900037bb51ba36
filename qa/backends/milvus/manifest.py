"""What a generation in a cluster says of itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from qa.backends.milvus.connection import Cluster
from qa.backends.milvus.layout import key
from qa.backends.milvus.pieces import REBUILD, Kind, packed, read, rows, unpacked, write
from qa.config import IndexConfig
from qa.errors import ConfigError, IndexDamagedError, IndexFormatError
from qa.types import IndexInfo

#: Raised when what stands in the collections changes its meaning.
FORMAT = 1

#: What there is one of in a generation: its manifest, the manifest of one that is not finished, and its sources' names.
MANIFEST, DRAFT, SOURCES = key("manifest"), key("draft"), key("sources")


class Holdings(NamedTuple):
    """How much a generation holds."""

    documents: int = 0
    passages: int = 0
    sentences: int = 0


NOTHING = Holdings()


@dataclass(frozen=True, slots=True)
class ClusterManifest:
    """``generation``, ``digest``, ``config``, ``encoder``, ``engine``, ``sources`` and the others of these names are as
    in the manifest of a local index.

    ``encoder_files`` are the size and the SHA-256 of each file of the query encoder, ``dense`` is the index over the
    vectors, and ``calibration`` the text of the index's own calibration, if it was moved with one.
    """

    generation: str
    digest: str
    config: IndexConfig
    encoder: str
    encoder_note: str | None
    engine: str
    dimension: int
    sources: tuple[str, ...]
    created: str
    encoder_files: Mapping[str, tuple[int, str]]
    dense: str
    live: Holdings = NOTHING
    calibration: str | None = None
    format: int = FORMAT

    @property
    def info(self) -> IndexInfo:
        """What answers say of the index."""
        model = Path(self.config.model)
        name = model.name if model.is_absolute() else self.config.model
        return IndexInfo(self.generation, f"{name}@{self.encoder[:12]}", self.live.documents, self.live.passages)

    def save(self, cluster: Cluster, texts: str, name: int = MANIFEST) -> None:
        """Writes the manifest of the generation whose texts are in a collection."""
        write(cluster, texts, rows(Kind.META, name, packed(asdict(self))))


def load(cluster: Cluster, texts: str, name: int = MANIFEST) -> ClusterManifest:
    """The manifest that ``save`` wrote. Raises IndexDamagedError where there is none, and IndexFormatError where
    another version of qa wrote it."""
    data = read(cluster, texts, Kind.META, [name]).get(name)
    if data is None:
        raise IndexDamagedError(f"{cluster.address} has a generation without a manifest", REBUILD)
    values = unpacked(data)
    if values.get("format") != FORMAT:
        raise IndexFormatError(f"{cluster.address} was written by another version of qa", REBUILD)
    try:
        return ClusterManifest(**values | _decoded(values))
    except (KeyError, TypeError, ConfigError) as error:
        raise IndexDamagedError(f"the manifest of {cluster.address} cannot be understood", REBUILD) from error


def _decoded(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are more than what JSON gives."""
    return {
        "config": IndexConfig(**values["config"]),
        "sources": tuple(values["sources"]),
        "encoder_files": {name: (size, sha256) for name, (size, sha256) in values["encoder_files"].items()},
        "live": Holdings(*values["live"]),
    }
