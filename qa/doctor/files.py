"""Whether the files of a generation are those that were written: every byte of them is read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from qa.backends.local.blocks import TABLE_SUFFIX, verify_blocks
from qa.backends.local.files import verify
from qa.backends.local.manifest import CHECKPOINTS, MANIFEST_FILE, SEGMENTS_FOLDER, LocalManifest
from qa.doctor.finding import Finding, note
from qa.errors import IndexDamagedError


def damaged(folder: Path, manifest: LocalManifest) -> Iterator[tuple[str, Finding]]:
    """The name of each file that is not what was written, and what is wrong with it."""
    harmed: set[str] = set()
    in_blocks = [name for name, entry in manifest.extra.files.items() if entry.xxh3_128 is None]
    for name, entry in manifest.extra.files.items():
        try:
            verify(folder, {name: entry})
        except IndexDamagedError as raised:
            harmed.add(name)
            yield name, Finding.of(raised, folder / name)
    for name in in_blocks:
        if not harmed.isdisjoint({name, name + TABLE_SUFFIX}):  # told already, or there is nothing to hold it against
            continue
        try:
            verify_blocks(folder / name)
        except IndexDamagedError as raised:
            yield name, Finding.of(raised, folder / name)


def strays(folder: Path, manifest: LocalManifest) -> Iterator[Finding]:
    """Files among those of the generation that it does not know. Segments that it does not name are told elsewhere."""
    files = {MANIFEST_FILE, *manifest.extra.files}
    segments = {entry.name for entry in manifest.extra.segments}
    for file in sorted(folder.rglob("*")):
        name = file.relative_to(folder)
        is_left = name.parts[0] == SEGMENTS_FOLDER and len(name.parts) > 1 and name.parts[1] not in segments
        if file.is_file() and name.as_posix() not in files and not is_left and not name.match(CHECKPOINTS):
            yield note(file, "is not the index's", "remove it if nobody needs it; the next generation will not have it")
