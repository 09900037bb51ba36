"""``qa status``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from itertools import starmap
from typing import Any

from qa.answering.calibration import own_calibration, shipped
from qa.api import open_searcher
from qa.backends.addresses import store_at
from qa.backends.base import Store
from qa.backends.manifest import Manifest
from qa.cli.wrapping import wrapped
from qa.errors import ConfigError, IndexDamagedError
from qa.escaping import escaped, json_text, one_line
from qa.indexing.status import IndexStatus, inspect

STATUS_SCHEMA = "qa/status/1"

_INDENT = " " * 12
_PATHS = ("index", "source")


def run(index: str, *, as_json: bool, documents: bool) -> None:
    """Prints what the index holds, and how the sources differ from it now."""
    if documents:
        with closing(open_searcher(index)) as searcher:
            for document in searcher.documents():
                fields = asdict(document)
                print(json_text(fields) if as_json else one_line(document.id))
        return
    store = store_at(index)
    status = inspect(store)
    print(json_text(as_dict(status, store), 2) if as_json else "\n".join(starmap(row, facts(status, store))))


def as_dict(status: IndexStatus, store: Store[Any]) -> dict[str, Any]:
    """The status as JSON values."""
    manifest = status.manifest
    return {
        "schema": STATUS_SCHEMA,
        "index": str(store),
        **asdict(manifest.info),
        "sentences": manifest.live.sentences,
        "bytes": manifest.bytes,
        "created": manifest.created,
        "settings": asdict(manifest.config),
        "sources": list(manifest.sources),
        "excluded": [{"path": path, "id": name or None} for path, name in manifest.excluded],
        "stored": manifest.stored,
        "current": status.current,
        "changes": {k: v for k, v in asdict(status.changes).items() if k != "encoded"},
        "missing_sources": list(status.missing),
        "note": manifest.encoder_note,
        "calibration": calibration_as_dict(manifest, store),
    }


def calibration_as_dict(manifest: Manifest[Any], store: Store[Any]) -> dict[str, Any]:
    """The calibration in force as JSON values; ``error`` says why none is."""
    try:
        own = own_calibration(store, manifest.info.embedder)
    except (ConfigError, IndexDamagedError) as error:
        return {"of": "index", "error": str(error)}
    fitted = own or shipped()
    guarantee = fitted.guarantee
    return {
        "of": "index" if own else "qa",
        "threshold": fitted.calibration.threshold,
        "guarantee": guarantee and asdict(guarantee),
        "same_articles": own is None or own.provenance.get("generation") == manifest.generation,
    }


def row(name: str, fact: str) -> str:
    """A line of the status, or several on a narrow terminal; a path stays whole, so that it can be copied."""
    text = escaped(fact)
    return f"{name:{len(_INDENT)}}{text if name in _PATHS else wrapped(text, _INDENT).removeprefix(_INDENT)}"


def facts(status: IndexStatus, store: Store[Any]) -> Iterator[tuple[str, str]]:
    """The status for people, each fact with its name."""
    manifest, changes = status.manifest, status.changes
    size = "" if manifest.bytes is None else f", {manifest.bytes / 1e6:,.1f} MB"
    yield "index", str(store)
    yield "generation", f"{manifest.generation}, {manifest.created}{size}"
    documents, passages, sentences = manifest.live
    yield "holds", f"{documents:,} documents, {passages:,} passages, {sentences:,} sentences"
    yield "model", manifest.info.embedder
    for source in manifest.sources:
        yield "source", f"{source}{' (missing)' if source in status.missing else ''}"
    if manifest.stored:
        count = f"{manifest.stored:,} document{'s' * (manifest.stored > 1)}"
        yield "stored", f"{count} in no file: only this index has {'them' if manifest.stored > 1 else 'it'}"
    for path, name in manifest.excluded:
        yield "left out", f"{f'{name} in ' if name else ''}{path} (by qa remove; qa add takes it in again)"
    yield "calibration", calibration_line(manifest, store)
    if manifest.encoder_note:
        yield "note", manifest.encoder_note
    difference = f"{changes.added:,} added, {changes.changed:,} changed, {changes.removed:,} removed"
    advice = "qa remove takes out a source that is missing" if status.missing else "qa index brings it up to date"
    yield "current", "yes" if status.current else f"no: {difference} since; {advice}"


def calibration_line(manifest: Manifest[Any], store: Store[Any]) -> str:
    """The calibration in force for people, with what it guarantees."""
    try:
        own = own_calibration(store, manifest.info.embedder)
    except (ConfigError, IndexDamagedError) as error:
        return one_line(f"unusable: {error}")
    threshold = f"answers from confidence {(own or shipped()).calibration.threshold:.4f} on"
    if own is None:
        return f"shipped with qa, {threshold}"
    guarantee = f"; {own.guarantee}" if own.guarantee else ""
    stale = "; the articles have changed since" if own.provenance.get("generation") != manifest.generation else ""
    return f"of this index, {threshold}{guarantee}{stale}"
