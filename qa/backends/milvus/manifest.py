"""What a generation in a cluster says of itself, as rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from qa.backends.base import REBUILD
from qa.backends.manifest import Manifest, decoded
from qa.backends.milvus.connection import MilvusCluster
from qa.backends.milvus.layout import key
from qa.backends.milvus.pieces import Kind, packed, read, rows, unpacked, write
from qa.errors import ConfigError, IndexDamagedError, IndexFormatError

#: Raised when what stands in the collections changes its meaning.
FORMAT = 2

#: What there is one of in a generation: its manifest, and the manifest of one that is not finished.
MANIFEST, DRAFT = key("manifest"), key("draft")


@dataclass(frozen=True, slots=True)
class Details:
    """The size and the SHA-256 of each file of the query encoder, which index is over the vectors, and the text of the
    index's own calibration, if it has one."""

    encoder_files: Mapping[str, tuple[int, str]]
    dense: str
    calibration: str | None = None


MilvusManifest: TypeAlias = Manifest[Details]


def save(manifest: MilvusManifest, cluster: MilvusCluster, texts: str, name: int = MANIFEST) -> None:
    """Writes the manifest of the generation whose texts are in a collection."""
    write(cluster, texts, rows(Kind.META, name, packed({"format": FORMAT} | asdict(manifest))))


def load(cluster: MilvusCluster, texts: str, name: int = MANIFEST) -> MilvusManifest:
    """The manifest that ``save`` wrote. Raises IndexDamagedError where there is none, and IndexFormatError where
    another version of qa wrote it."""
    data = read(cluster, texts, Kind.META, [name]).get(name)
    if data is None:
        raise IndexDamagedError(f"{cluster.address} has a generation without a manifest", REBUILD)
    values = unpacked(data)
    if values.pop("format", None) != FORMAT:
        raise IndexFormatError(f"{cluster.address} was written by another version of qa", REBUILD)
    try:
        return Manifest(**decoded(values) | {"extra": _details(**values["extra"])})
    except (KeyError, TypeError, ConfigError) as error:
        raise IndexDamagedError(f"the manifest of {cluster.address} cannot be understood", REBUILD) from error


def _details(encoder_files: Mapping[str, Any], dense: str, calibration: str | None) -> Details:
    return Details({name: (size, sha256) for name, (size, sha256) in encoder_files.items()}, dense, calibration)
