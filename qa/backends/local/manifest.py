"""What a generation says of itself."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.backends.local.files import REBUILD, FileEntry, verify
from qa.backends.local.sizes import Sizes
from qa.config import IndexConfig
from qa.errors import ConfigError, IndexDamagedError, IndexFormatError
from qa.types import IndexInfo

#: Raised when the files of an index change their meaning.
FORMAT = 3

MANIFEST_FILE = "manifest.json"

#: The manifests of what is not finished.
CHECKPOINTS = "checkpoint-*.json"
SEGMENTS_FOLDER, ENCODER_FOLDER = "segments", "encoder"


@dataclass(frozen=True, slots=True)
class SegmentEntry:
    """A segment of a generation: the name of its folder, what it holds, and which of its documents are no longer in the
    index, with how many passages and sentences they have."""

    name: str
    sizes: Sizes
    removed: tuple[int, ...] = ()
    removed_passages: int = 0
    removed_sentences: int = 0

    @property
    def live(self) -> Sizes:
        """What the index has of it."""
        documents, passages, sentences = self.sizes
        return Sizes(
            documents - len(self.removed), passages - self.removed_passages, sentences - self.removed_sentences
        )


@dataclass(frozen=True, slots=True)
class Manifest:
    """``generation`` is a hash over configuration, encoder and documents: the same for the same input.

    ``digest`` is the part of it that adds up over the documents (hex). ``encoder`` is the fingerprint of the model's
    files, ``encoder_note`` what its export had to say, ``engine`` what computed the vectors of the first build,
    ``sources`` the absolute paths that were indexed, ``files`` the size and checksum of every other file.
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
    segments: tuple[SegmentEntry, ...]
    files: Mapping[str, FileEntry]
    format: int = FORMAT

    @property
    def live(self) -> Sizes:
        """Documents, passages and sentences that the index has."""
        return Sizes(*map(sum, zip((0, 0, 0), *(entry.live for entry in self.segments), strict=True)))

    @property
    def info(self) -> IndexInfo:
        """What answers say of the index."""
        model = Path(self.config.model)
        name = model.name if model.is_absolute() else self.config.model
        return IndexInfo(self.generation, f"{name}@{self.encoder[:12]}", self.live.documents, self.live.passages)

    def verify(self, folder: Path, part: str, *, every_block: bool = False) -> None:
        """Raises IndexDamagedError unless the files in the subfolder ``part`` of the generation are what was written.

        The blocks of large files are checked when they are read, or here where ``every_block``.
        """
        files = {name: entry for name, entry in self.files.items() if name.startswith(f"{part}/")}
        verify(folder, files)
        if every_block:
            from qa.backends.local.blocks import verify_blocks

            for name in (name for name, entry in files.items() if entry.xxh3_128 is None):
                verify_blocks(folder / name)

    def write(self, folder: Path, name: str = MANIFEST_FILE) -> None:
        """Writes the manifest of the generation in ``folder``."""
        text = json.dumps(asdict(self), indent=2)
        (folder / name).write_text(text + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path, name: str = MANIFEST_FILE) -> Manifest:
        """The manifest of the generation in ``folder``.

        Raises IndexDamagedError when it is missing or cannot be understood, and IndexFormatError when another version
        of qa wrote it.
        """
        file = folder / name
        try:
            values = json.loads(file.read_bytes())
            found = values["format"]
            if found == FORMAT:
                return cls(**values | _decoded(values))
        except OSError as error:
            raise IndexDamagedError(f"{file} cannot be read ({error.strerror})", REBUILD) from error
        except (ValueError, KeyError, TypeError, ConfigError) as error:
            raise IndexDamagedError(f"{file} cannot be understood", REBUILD) from error
        if isinstance(found, int) and found > FORMAT:
            raise IndexFormatError(f"{folder} was written by a newer version of qa", "upgrade qa to read it")
        raise IndexFormatError(f"{folder} was written by an older version of qa", REBUILD)


def _decoded(values: Mapping[str, Any]) -> dict[str, Any]:
    """The values that are more than what JSON gives."""
    return {
        "config": IndexConfig(**values["config"]),
        "sources": tuple(values["sources"]),
        "segments": tuple(_segment(**entry) for entry in values["segments"]),
        "files": {name: FileEntry(**entry) for name, entry in values["files"].items()},
    }


def _segment(sizes: Sequence[int], removed: Sequence[int], **values: Any) -> SegmentEntry:
    return SegmentEntry(sizes=Sizes(*sizes), removed=tuple(removed), **values)
