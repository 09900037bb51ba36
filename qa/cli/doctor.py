"""``qa doctor``."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import qa
from qa.cli import DEFAULT_INDEX
from qa.cli.options import AsJson, IndexPlace
from qa.cli.wrapping import beside
from qa.counting import count
from qa.escaping import json_text, one_line

HEALTHY, UNHEALTHY, DAMAGED = 0, 1, 3

#: Columns that the names of severities take.
_NAMES = 9


def doctor(index: IndexPlace = str(DEFAULT_INDEX), as_json: AsJson = False) -> int:
    """Check every byte of the index, and all that it needs; change nothing.

    One line a finding: where, what, and what to do. Exits with 3 where there is an error (damage, or whatever else
    keeps the index from answering), with 1 where there are warnings only, and with 0 where nothing is wrong.
    """
    examination = qa.examine(index)
    print(json_text(examination.to_dict(), 2) if as_json else "\n".join(lines(examination)))
    if examination.of(qa.Severity.ERROR):
        return DAMAGED
    return UNHEALTHY if examination.of(qa.Severity.WARNING) else HEALTHY


def lines(examination: qa.Examination) -> Iterator[str]:
    """A line for each finding: how bad, where, what, and what to do; and in the end what was looked at."""
    for finding in examination.findings:
        yield _line(finding.severity, f"{finding.where} {finding.what}; {finding.remedy}")
    yield _line("checked", summary(examination))


def _line(name: str, text: str) -> str:
    """One line, which is wrapped on a terminal."""
    return beside(name, one_line(text), _NAMES, whole=not sys.stdout.isatty())


def summary(examination: qa.Examination) -> str:
    """How much was looked at, and how much was found."""
    info = examination.info
    counts = [(len(examination.of(severity)), severity) for severity in qa.Severity]
    verdict = ", ".join(count(n, name) for n, name in counts if n) or "nothing is wrong"
    if info is None:
        return f"{examination.index}: {verdict}"
    size = f"{count(examination.files, 'file')}, {examination.bytes / 1e6:,.1f} MB"
    return f"{examination.index}: {size}, {info.counts}: {verdict}"
