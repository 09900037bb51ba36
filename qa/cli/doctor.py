"""``qa doctor``."""

from __future__ import annotations

from collections.abc import Iterator

from qa.backends.addresses import folder_of
from qa.doctor import Examination, Severity, examine
from qa.escaping import json_text, one_line

HEALTHY, UNHEALTHY, DAMAGED = 0, 1, 3


def run(index: str, *, as_json: bool) -> int:
    """Prints what is wrong with the index, and returns the exit code. Raises ConfigError for one in a cluster."""
    examination = examine(folder_of(index, "qa doctor", "check a cluster with Milvus's own tools"))
    print(json_text(examination.to_dict(), 2) if as_json else "\n".join(lines(examination)))
    if examination.of(Severity.ERROR):
        return DAMAGED
    return UNHEALTHY if examination.of(Severity.WARNING) else HEALTHY


def lines(examination: Examination) -> Iterator[str]:
    """One line a finding: how bad, where, what, and what to do; and in the end what was looked at."""
    for finding in examination.findings:
        yield f"{finding.severity:<9}{one_line(f'{finding.where} {finding.what}; {finding.remedy}')}"
    yield f"{'checked':<9}{one_line(summary(examination))}"


def summary(examination: Examination) -> str:
    """How much was looked at, and how much was found."""
    manifest = examination.manifest
    counts = [(len(examination.of(severity)), severity) for severity in Severity]
    verdict = ", ".join(f"{n:,} {name}{'s' if n > 1 else ''}" for n, name in counts if n) or "nothing is wrong"
    if manifest is None:
        return f"{examination.index}: {verdict}"
    size = (manifest.bytes or 0) / 1e6
    held = f"{manifest.live.documents:,} documents, {manifest.live.passages:,} passages"
    return f"{examination.index}: {len(manifest.extra.files):,} files, {size:,.1f} MB, {held}: {verdict}"
