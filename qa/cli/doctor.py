"""``qa doctor``."""

from __future__ import annotations

from collections.abc import Iterator

import qa
from qa.escaping import json_text, one_line

HEALTHY, UNHEALTHY, DAMAGED = 0, 1, 3


def run(index: str, *, as_json: bool) -> int:
    """Prints what is wrong with the index, and returns the exit code. Raises ConfigError for one in a cluster."""
    examination = qa.examine(index)
    print(json_text(examination.to_dict(), 2) if as_json else "\n".join(lines(examination)))
    if examination.of(qa.Severity.ERROR):
        return DAMAGED
    return UNHEALTHY if examination.of(qa.Severity.WARNING) else HEALTHY


def lines(examination: qa.Examination) -> Iterator[str]:
    """One line a finding: how bad, where, what, and what to do; and in the end what was looked at."""
    for finding in examination.findings:
        yield f"{finding.severity:<9}{one_line(f'{finding.where} {finding.what}; {finding.remedy}')}"
    yield f"{'checked':<9}{one_line(summary(examination))}"


def summary(examination: qa.Examination) -> str:
    """How much was looked at, and how much was found."""
    info = examination.info
    counts = [(len(examination.of(severity)), severity) for severity in qa.Severity]
    verdict = ", ".join(f"{n:,} {name}{'s' if n > 1 else ''}" for n, name in counts if n) or "nothing is wrong"
    if info is None:
        return f"{examination.index}: {verdict}"
    size = f"{examination.files:,} files, {examination.bytes / 1e6:,.1f} MB"
    return f"{examination.index}: {size}, {info.documents:,} documents, {info.passages:,} passages: {verdict}"
