"""What a generation in a cluster says of itself, and the texts beside it: pieces of which there is one each."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any, TypeAlias

from qa.backends.manifest import Manifest, decoded
from qa.backends.milvus.layout import key
from qa.backends.milvus.pieces import Kind, Pieces, packed, rows, unpacked
from qa.models.cache import Files

#: Raised when what stands in the collections changes its meaning.
FORMAT = 4

_MANIFEST = "manifest.json"


@dataclass(frozen=True, slots=True)
class Details:
    """The size and the SHA-256 of each file of the query encoder, and which index is over the vectors."""

    encoder_files: Files
    dense: str


MilvusManifest: TypeAlias = Manifest[Details]


def save(manifest: MilvusManifest, texts: Pieces) -> None:
    """Writes the manifest of the generation that has these texts."""
    write_text(texts, _MANIFEST, json.dumps({"format": FORMAT} | asdict(manifest)))


def load(texts: Pieces) -> MilvusManifest:
    """The manifest that ``save`` wrote. Raises as ``decoded`` does."""
    text = read_text(texts, _MANIFEST) or ""
    return decoded(text, FORMAT, f"the manifest of {texts.cluster.address}", _details)


def write_text(texts: Pieces, name: str, text: str | None) -> None:
    """Writes a text under a name, or that there is none."""
    texts.write(rows(Kind.META, key(name), packed(text)))


def read_text(texts: Pieces, name: str) -> str | None:
    """The text under a name; None where there is none. Raises IndexDamagedError."""
    data = texts.read(Kind.META, [key(name)]).get(key(name))
    return None if data is None else unpacked(data)


def _details(encoder_files: dict[str, Any], dense: str) -> Details:
    return Details({name: (size, sha256) for name, (size, sha256) in encoder_files.items()}, dense)
