"""What stands around a generation: its sources, its calibration, its cache, the disk, and what others have left."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from qa.answering.calibration import own_calibration
from qa.backends.base import CALIBRATION_FILE, STAMPS_FILE
from qa.backends.local import generations
from qa.backends.local.folder import FolderStore
from qa.backends.local.lock import writer_of
from qa.backends.local.manifest import LocalManifest
from qa.doctor.finding import Finding, note, warning
from qa.errors import ConfigError, IndexDamagedError
from qa.indexing import stamps


def surroundings(index: Path, manifest: LocalManifest) -> Iterator[Finding]:
    """What is wrong around a generation whose manifest can be read."""
    yield from _calibration(index, manifest)
    for source in map(Path, manifest.sources):
        if not source.exists():
            yield warning(source, "is not there, and the index was made of it", "qa index PATH names its new place")
    file = index / STAMPS_FILE
    if file.exists() and stamps.load(FolderStore(index), manifest.generation) == stamps.Stamps():
        yield note(file, "cannot be used", "the next qa index reads every source again and replaces it")
    size, free = manifest.bytes or 0, shutil.disk_usage(index).free
    if free < size:
        yield warning(
            index,
            f"is on a disk with {free / 1e6:,.1f} MB free, and a rebuild may need {size / 1e6:,.1f} MB",
            "make room",
        )


def beside(index: Path) -> Iterator[Finding]:
    """What others have left in the folder, or are doing there."""
    process = writer_of(index)
    if process:
        yield note(index, f"is being written by process {process}", "what it writes is seen when it has ended")
        return
    pending = index / generations.PENDING_FILE
    if pending.exists():
        if generations.pending_manifest(index):
            yield note(pending, "has what an interrupted update had done", "qa index goes on from there")
        else:
            yield warning(pending, "cannot be used", "the next qa index begins anew and removes it")
    for path in sorted(generations.leftovers(index)):
        yield warning(path, "was left by a process that died", "the next qa index removes it")


def _calibration(index: Path, manifest: LocalManifest) -> Iterator[Finding]:
    file = index / CALIBRATION_FILE
    try:
        own = own_calibration(FolderStore(index), manifest.info.embedder)
    except (ConfigError, IndexDamagedError) as raised:
        yield Finding.of(raised, file)
        return
    if own and own.provenance.get("generation") != manifest.generation:
        yield note(file, "was fitted before the articles changed", "qa calibrate fits it again")
