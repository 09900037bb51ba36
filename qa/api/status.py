"""How an index is: what it holds, how its sources differ from it now, and from which confidence on it answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from qa.backends.addresses import store_at
from qa.backends.base import Store
from qa.config import DEFAULT_MODEL, IndexConfig
from qa.errors import ConfigError, IndexDamagedError
from qa.forking import unforked
from qa.types import IndexInfo

if TYPE_CHECKING:
    from qa.answering.calibration import Guarantee
    from qa.backends.manifest import Manifest
    from qa.indexing.changes import Changes

STATUS_SCHEMA = "qa/status/1"

#: Share of documents in other languages than English from which on another model than the default one is advised.
MANY = 1 / 3


@dataclass(frozen=True, slots=True)
class CalibrationStatus:
    """The calibration in force: ``of`` the index, or the one that comes with ``qa``.

    From the confidence ``threshold`` on a question is answered; ``guarantee`` is what that was certified for, if
    anything. ``same_articles`` is False where the articles have changed since. ``error`` says why the index's own
    cannot be used; then there is no threshold.
    """

    of: Literal["index", "qa"]
    threshold: float | None = None
    guarantee: Guarantee | None = None
    same_articles: bool = True
    error: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """The calibration as the JSON interface shows it."""
        if self.error is not None:
            return {"of": self.of, "error": self.error}
        return {
            "of": self.of,
            "threshold": self.threshold,
            "guarantee": self.guarantee and asdict(self.guarantee),
            "same_articles": self.same_articles,
        }


@dataclass(frozen=True, slots=True)
class IndexStatus:
    """What an index says of itself, and how its sources differ from it.

    ``index`` is its folder or address, ``bytes`` what it takes on disk (None where a server does not tell), ``created``
    a time in UTC (ISO 8601), ``sources`` the absolute paths that it was built from, ``missing`` those that are gone,
    and ``stored`` counts the documents that are in no file. ``excluded`` are articles that are left out although a
    source has them, each a file's path and, where the file has other articles, an id. ``changes`` is what an update
    would do, ``upgraded`` which files it would read again because what reads them has another version now, and
    ``current`` says whether that is nothing; ``note`` is what the model's export had to say. ``languages`` has the
    share of the documents in each language (ISO 639-1), most first, by a sample; those of an unknown one are left out.
    """

    index: str
    info: IndexInfo
    sentences: int
    bytes: int | None
    created: str
    settings: IndexConfig
    sources: tuple[str, ...]
    missing: tuple[str, ...]
    excluded: tuple[tuple[str, str], ...]
    stored: int
    changes: Changes
    upgraded: tuple[str, ...]
    note: str | None
    languages: Mapping[str, float]
    current: bool
    calibration: CalibrationStatus

    @property
    def needs_multilingual(self) -> bool:
        """Whether a third of the documents are in other languages than the model's, which is English."""
        others = sum(share for code, share in self.languages.items() if code != "en")
        return self.settings.model == DEFAULT_MODEL and others >= MANY

    def to_dict(self) -> dict[str, Any]:
        """The status as the JSON interface shows it."""
        return {
            "schema": STATUS_SCHEMA,
            "index": self.index,
            **asdict(self.info),
            "sentences": self.sentences,
            "bytes": self.bytes,
            "created": self.created,
            "settings": asdict(self.settings),
            "sources": list(self.sources),
            "excluded": [{"path": path, "id": name or None} for path, name in self.excluded],
            "stored": self.stored,
            "current": self.current,
            "changes": {name: count for name, count in asdict(self.changes).items() if name != "encoded"},
            "upgraded": list(self.upgraded),
            "missing_sources": list(self.missing),
            "note": self.note,
            "languages": dict(self.languages),
            "calibration": self.calibration.to_dict(),
        }


@unforked()
def status(index: Path | str = "index") -> IndexStatus:
    """Compares the index with its sources, without changing anything; files that are as they were are not read again.

    Raises IndexNotFoundError, IndexDamagedError, IndexFormatError or ServerError.
    """
    from qa.indexing.inspection import inspect

    store = store_at(index)
    inspection = inspect(store)
    manifest = inspection.manifest
    return IndexStatus(
        index=str(store),
        info=manifest.info,
        sentences=manifest.live.sentences,
        bytes=manifest.bytes,
        created=manifest.created,
        settings=manifest.config,
        sources=manifest.sources,
        missing=inspection.missing,
        excluded=manifest.excluded,
        stored=manifest.stored,
        changes=inspection.changes,
        upgraded=inspection.upgraded,
        note=manifest.encoder_note,
        languages={code: share for code, share in inspection.languages.items() if code},
        current=inspection.current,
        calibration=_calibration(store, manifest),
    )


def _calibration(store: Store[Any], manifest: Manifest[Any]) -> CalibrationStatus:
    from qa.answering.calibration import own_calibration, shipped

    try:
        own = own_calibration(store, manifest.info.embedder)
    except (ConfigError, IndexDamagedError) as error:
        return CalibrationStatus("index", error=str(error))
    if own is None:
        return CalibrationStatus("qa", shipped().calibration.threshold, shipped().guarantee)
    is_same = own.provenance.get("generation") == manifest.generation
    return CalibrationStatus("index", own.calibration.threshold, own.guarantee, is_same)
