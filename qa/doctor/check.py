"""The whole examination, in the order in which one thing rests on another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.backends.addresses import is_address, store_at
from qa.backends.local import generations
from qa.backends.local.manifest import ENCODER_FOLDER, SEGMENTS_FOLDER, LocalManifest
from qa.doctor.contents import contents
from qa.doctor.files import damaged, strays
from qa.doctor.finding import Finding, Severity
from qa.doctor.model import model
from qa.doctor.surroundings import beside, surroundings
from qa.errors import ConfigError, IndexDamagedError, IndexFormatError
from qa.forking import unforked
from qa.types import IndexInfo

DOCTOR_SCHEMA = "qa/doctor/1"


@dataclass(frozen=True, slots=True)
class Examination:
    """What was found, worst first. ``info`` is that of the generation that was looked at, None where there was no
    reading it, and ``files`` and ``bytes`` say how large it is."""

    index: str
    info: IndexInfo | None
    files: int
    bytes: int
    findings: tuple[Finding, ...]

    def of(self, severity: Severity) -> list[Finding]:
        """The findings of one severity."""
        return [finding for finding in self.findings if finding.severity is severity]

    def to_dict(self) -> dict[str, Any]:
        """The examination as the JSON interface shows it."""
        return {
            "schema": DOCTOR_SCHEMA,
            "index": self.index,
            "ok": not self.of(Severity.ERROR) and not self.of(Severity.WARNING),
            "generation": self.info.generation if self.info else None,
            "files": self.files,
            "bytes": self.bytes,
            "findings": [asdict(finding) for finding in self.findings],
        }


@unforked()
def examine(index: Path | str = "index") -> Examination:
    """Reads every byte of the index in a folder, and looks at what stands around it; changes nothing. Raises
    IndexNotFoundError, and ConfigError for one in a cluster.

    A generation that another process replaces meanwhile is not taken for a damaged one: the new one is looked at.
    """
    if is_address(index):
        raise ConfigError(f"qa doctor does not work on {store_at(index)}", "check a cluster with Milvus's own tools")
    index = Path(index)
    while True:
        before = _pointer(index)
        examination = _examination(index)
        if _pointer(index) == before:
            return examination


def _pointer(index: Path) -> bytes | None:
    file = index / generations.CURRENT_FILE
    return file.read_bytes() if file.is_file() else None


def _examination(index: Path) -> Examination:
    manifest: LocalManifest | None = None
    try:
        folder, manifest = generations.current_manifest(index)
    except (IndexDamagedError, IndexFormatError) as raised:
        findings = [Finding.of(raised, index / generations.CURRENT_FILE)]
    else:
        findings = [*_generation(folder, manifest), *surroundings(index, manifest)]
    findings += beside(index)
    ranked = tuple(sorted(findings, key=lambda finding: [*Severity].index(finding.severity)))
    if manifest is None:
        return Examination(str(index), None, 0, 0, ranked)
    return Examination(str(index), manifest.info, len(manifest.extra.files), manifest.bytes or 0, ranked)


def _generation(folder: Path, manifest: LocalManifest) -> Iterator[Finding]:
    """What is wrong with the files, and, in those that are as they were written, with what they say."""
    harmed: set[str] = set()
    for name, finding in damaged(folder, manifest):
        harmed.add(name)
        yield finding
    yield from strays(folder, manifest)
    if not any(name.startswith(f"{ENCODER_FOLDER}/") for name in harmed):
        yield from model(folder, manifest)
    if not any(name.startswith(f"{SEGMENTS_FOLDER}/") for name in harmed):
        yield from contents(folder, manifest)
