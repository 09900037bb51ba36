"""``qa status``."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from itertools import starmap
from typing import Annotated

import typer

import qa
from qa.cli import DEFAULT_INDEX
from qa.cli.options import AsJson, IndexPlace
from qa.cli.output import percent
from qa.cli.wrapping import beside
from qa.counting import count
from qa.escaping import escaped, json_text, one_line

#: Columns that the names of facts take.
_NAMES = 12
_PATHS = ("index", "source")


def status(
    index: IndexPlace = str(DEFAULT_INDEX),
    as_json: AsJson = False,
    documents: Annotated[bool, typer.Option("--documents", help="List the documents, one a line.")] = False,
) -> None:
    """Show what the index holds and whether it is current."""
    if documents:
        for document in qa.documents(index):
            print(json_text(asdict(document)) if as_json else one_line(document.id))
        return
    told = qa.status(index)
    print(json_text(told.to_dict(), 2) if as_json else "\n".join(starmap(row, facts(told))))


def row(name: str, fact: str) -> str:
    """A line of the status, or several on a narrow terminal; a path stays whole, so that it can be copied."""
    return beside(name, escaped(fact), _NAMES, whole=name in _PATHS)


def facts(status: qa.IndexStatus) -> Iterator[tuple[str, str]]:
    """The status for people, each fact with its name."""
    info, changes, stored = status.info, status.changes, status.stored
    size = "" if status.bytes is None else f", {status.bytes / 1e6:,.1f} MB"
    yield "index", status.index
    yield "generation", f"{info.generation}, {status.created}{size}"
    yield "holds", f"{info.counts}, {count(status.sentences, 'sentence')}"
    yield "model", info.embedder
    if told := ", ".join(f"{code} {percent(round(share, 2))}" for code, share in status.languages.items()):
        advice = "; qa index --model multilingual reads them all (docs/models.md)" if status.needs_multilingual else ""
        yield "languages", f"{told}{advice}"
    for source in status.sources:
        yield "source", f"{source}{' (missing)' if source in status.missing else ''}"
    if stored:
        them = "them" if stored > 1 else "it"
        yield "stored", f"{count(stored, 'document')} in no file: only this index has {them}"
    for path, name in status.excluded:
        yield "left out", f"{f'{name} in ' if name else ''}{path} (by qa remove; qa add takes it in again)"
    yield "calibration", calibration_line(status.calibration)
    if status.note:
        yield "note", status.note
    for files in status.upgraded:
        yield "to be read", f"{files}: what reads them has changed"
    difference = f"{changes.added:,} added, {changes.changed:,} changed, {changes.removed:,} removed"
    advice = "qa remove takes out a source that is missing" if status.missing else "qa index brings it up to date"
    yield "current", "yes" if status.current else f"no: {difference} since; {advice}"


def calibration_line(calibration: qa.CalibrationStatus) -> str:
    """The calibration in force for people, with what it guarantees."""
    if calibration.error is not None:
        return one_line(f"unusable: {calibration.error}")
    threshold = f"answers from confidence {calibration.threshold:.4f} on"
    if calibration.of == "qa":
        return f"shipped with qa, {threshold}"
    guarantee = f"; {guaranteed(calibration.guarantee)}" if calibration.guarantee else ""
    stale = "" if calibration.same_articles else "; the articles have changed since"
    return f"of this index, {threshold}{guarantee}{stale}"


def guaranteed(guarantee: qa.Guarantee) -> str:
    """What a threshold was certified for."""
    counts = f"{guarantee.wrong:,} of {guarantee.answered:,} were wrong, bound {percent(guarantee.bound)}"
    return f"at most {percent(guarantee.error)} of answers wrong, at level {percent(guarantee.level)} ({counts})"
