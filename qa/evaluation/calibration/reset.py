"""Takes an index's own calibration away, so that the one that comes with ``qa`` is in force again."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from qa.answering.calibration import calibration_of
from qa.backends.addresses import current_manifest, store_at
from qa.backends.base import CALIBRATION_FILE, Store
from qa.errors import IndexDamagedError

RESET_SCHEMA = "qa/calibration-reset/1"


@dataclass(frozen=True, slots=True)
class CalibrationReset:
    """Whether the ``index``, a folder or an address, had a calibration of its own, which was then ``removed``; ``file``
    is what that was called."""

    index: str
    file: str
    removed: bool

    def to_dict(self) -> dict[str, Any]:
        """The outcome as the JSON interface shows it."""
        values = asdict(self)
        del values["file"]
        return {"schema": RESET_SCHEMA, **values}


def reset_calibration(index: Path | str = "index") -> CalibrationReset:
    """Removes the index's own calibration, usable or not. Raises IndexNotFoundError where there is neither."""
    store = store_at(index)
    removed = _has_calibration(store)
    if removed:
        store.write_text(CALIBRATION_FILE, None)
    else:
        current_manifest(store)
    return CalibrationReset(str(store), calibration_of(store), removed)


def _has_calibration(store: Store[Any]) -> bool:
    try:
        return store.read_text(CALIBRATION_FILE) is not None
    except IndexDamagedError:
        return True
