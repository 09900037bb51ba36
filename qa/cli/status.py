"""``qa status``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

from qa.answering.calibration import Fitted, own_calibration, read_calibration, shipped
from qa.api import open_searcher
from qa.backends.addresses import Place
from qa.errors import ConfigError, IndexDamagedError
from qa.escaping import escaped, json_text, one_line
from qa.indexing.update import Described, Status, inspect

STATUS_SCHEMA = "qa/status/1"


def run(index: Place, *, as_json: bool, documents: bool) -> None:
    """Prints what the index holds, and how the sources differ from it now."""
    if documents:
        with closing(open_searcher(index)) as searcher:
            for document in searcher.documents():
                fields = asdict(document)
                print(json_text(fields) if as_json else one_line(document.id))
        return
    status = inspect(index)
    print(json_text(as_dict(status, index), 2) if as_json else "\n".join(map(escaped, lines(status, index))))


def as_dict(status: Status, index: Place) -> dict[str, Any]:
    """The status as JSON values."""
    manifest = status.manifest
    return {
        "schema": STATUS_SCHEMA,
        "index": str(index),
        **asdict(manifest.info),
        "sentences": manifest.live.sentences,
        "bytes": status.size,
        "created": manifest.created,
        "settings": asdict(manifest.config),
        "sources": list(manifest.sources),
        "current": status.current,
        "changes": {k: v for k, v in asdict(status.changes).items() if k != "encoded"},
        "missing_sources": list(status.missing),
        "note": manifest.encoder_note,
        "calibration": calibration_as_dict(manifest, index),
    }


def calibration_as_dict(manifest: Described, index: Place) -> dict[str, Any]:
    """The calibration in force as JSON values; ``error`` says why none is."""
    try:
        own = own_fitted(manifest, index)
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


def lines(status: Status, index: Place) -> Iterator[str]:
    """The status for people."""
    manifest, changes = status.manifest, status.changes
    size = "" if status.size is None else f" {status.size / 1e6:,.1f} MB,"
    yield f"index       {index}, generation {manifest.generation},{size} {manifest.created}"
    documents, passages, sentences = manifest.live
    counts = f"{documents:,} documents, {passages:,} passages, {sentences:,} sentences"
    yield f"holds       {counts}"
    yield f"model       {manifest.info.embedder}"
    for source in manifest.sources:
        yield f"source      {source}{' (missing)' if source in status.missing else ''}"
    yield f"calibration {calibration_line(manifest, index)}"
    if manifest.encoder_note:
        yield f"note        {manifest.encoder_note}"
    difference = f"{changes.added:,} added, {changes.changed:,} changed, {changes.removed:,} removed"
    yield f"current     {'yes' if status.current else f'no: {difference} since; qa index brings it up to date'}"


def own_fitted(manifest: Described, index: Place) -> Fitted | None:
    """The index's own calibration, if any. Raises ConfigError."""
    if isinstance(index, Path):
        return own_calibration(index, manifest.info.embedder)
    from qa.backends.milvus.manifest import ClusterManifest

    carried = manifest.calibration if isinstance(manifest, ClusterManifest) else None
    return None if carried is None else read_calibration(carried, str(index))


def calibration_line(manifest: Described, index: Place) -> str:
    """The calibration in force for people, with what it guarantees."""
    try:
        own = own_fitted(manifest, index)
    except (ConfigError, IndexDamagedError) as error:
        return one_line(f"unusable: {error}")
    threshold = f"answers from confidence {(own or shipped()).calibration.threshold:.4f} on"
    if own is None:
        return f"shipped with qa, {threshold}"
    guarantee = f"; {own.guarantee}" if own.guarantee else ""
    stale = "; the articles have changed since" if own.provenance.get("generation") != manifest.generation else ""
    return f"of this index, {threshold}{guarantee}{stale}"
