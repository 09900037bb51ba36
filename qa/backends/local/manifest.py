"""What a generation in a folder says of itself, as a file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeAlias

from qa.backends.local.files import FileEntry, verify
from qa.backends.manifest import NOTHING, REBUILD, Manifest, Sizes, decoded
from qa.errors import IndexDamagedError

#: Raised when the files of an index change their meaning.
FORMAT = 5

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
class Layout:
    """The segments of a generation, and the size and checksum of all its files but the manifest, by relative path."""

    segments: tuple[SegmentEntry, ...]
    files: Mapping[str, FileEntry]

    @property
    def live(self) -> Sizes:
        """Documents, passages and sentences that the index has."""
        return Sizes(*map(sum, zip(NOTHING, *(entry.live for entry in self.segments), strict=True)))

    def within(self, part: str) -> dict[str, FileEntry]:
        """The files in the subfolder ``part``."""
        return {name: entry for name, entry in self.files.items() if name.startswith(f"{part}/")}

    def verify(self, folder: Path, part: str, *, every_block: bool = False) -> None:
        """Raises IndexDamagedError unless the files in the subfolder ``part`` of the generation are what was written.

        The blocks of large files are checked when they are read, or here where ``every_block``.
        """
        files = self.within(part)
        verify(folder, files)
        if every_block:
            from qa.backends.local.blocks import verify_blocks

            for name in (name for name, entry in files.items() if entry.xxh3_128 is None):
                verify_blocks(folder / name)


LocalManifest: TypeAlias = Manifest[Layout]


def write_manifest(manifest: LocalManifest, folder: Path, name: str = MANIFEST_FILE) -> None:
    """Writes the manifest of the generation in ``folder``. Raises OSError."""
    text = json.dumps({"format": FORMAT} | asdict(manifest), indent=2)
    (folder / name).write_text(text + "\n", encoding="utf-8")


def read_manifest(folder: Path, name: str = MANIFEST_FILE) -> LocalManifest:
    """The manifest of the generation in ``folder``.

    Raises IndexDamagedError when it is missing or cannot be understood, and IndexFormatError when another version of qa
    wrote it.
    """
    file = folder / name
    try:
        text = file.read_bytes()
    except OSError as error:
        raise IndexDamagedError(f"{file} cannot be read ({error.strerror})", REBUILD) from error
    return decoded(text, FORMAT, str(file), _layout)


def _layout(segments: Iterable[dict[str, Any]], files: Mapping[str, dict[str, Any]]) -> Layout:
    return Layout(tuple(map(_segment, segments)), {name: FileEntry(**entry) for name, entry in files.items()})


def _segment(entry: dict[str, Any]) -> SegmentEntry:
    return SegmentEntry(**entry | {"sizes": Sizes(*entry["sizes"]), "removed": tuple(entry["removed"])})
