"""Calibrations as files: the one that is shipped, and one that ``qa calibrate`` fitted to an index."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from qa.answering.confidence import Calibration, Evidence
from qa.backends.base import CALIBRATION_FILE, Store
from qa.errors import ConfigError, IndexDamagedError

CALIBRATION_SCHEMA = "qa/calibration/1"

#: In the package: the calibration of answers that the reader has judged, and of those that none has.
READ_FILE, UNREAD_FILE = "calibration.json", "calibration-unread.json"

#: And of answers from passages in another language than the question, where few words can match.
READ_ACROSS_FILE, UNREAD_ACROSS_FILE = "calibration-across.json", "calibration-across-unread.json"

# What reading JSON that is no calibration raises.
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)


@dataclass(frozen=True, slots=True)
class Guarantee:
    """What a threshold was certified for: of all questions drawn like the certifying ones, at most the share ``error``
    of those that are answered have a wrong first citation. It fails to hold in at most 1 - ``level`` of all drawings of
    certifying questions.

    ``bound`` is the upper bound of that share, found with ``wrong`` of ``answered`` among ``certifying`` questions.
    """

    error: float
    level: float
    certifying: int
    answered: int
    wrong: int
    bound: float


class FittedCalibration(NamedTuple):
    """A calibration with where it comes from: ``provenance`` is JSON for people and for checks, such as the questions,
    the command, the embedder, and what is guaranteed."""

    calibration: Calibration
    provenance: Mapping[str, Any] = {}

    @property
    def guarantee(self) -> Guarantee | None:
        """What is guaranteed, if anything."""
        values = self.provenance.get("guarantee")
        return None if values is None else _guarantee(values)

    def to_json(self) -> str:
        """The file's text."""
        values = {
            "schema": CALIBRATION_SCHEMA,
            "threshold": self.calibration.threshold,
            "bias": self.calibration.bias,
            "weights": dict(self.calibration.weights),
            "provenance": dict(self.provenance),
        }
        return json.dumps(values | {"checksum": _checksum(values)}, ensure_ascii=False, indent=2) + "\n"


@cache
def shipped(reads: bool = True) -> FittedCalibration:
    """The calibration that comes with the package, for answers that the reader has judged, or that none has."""
    return _in_the_package(READ_FILE if reads else UNREAD_FILE)


@cache
def shipped_across(reads: bool = True) -> FittedCalibration:
    """The same, for answers from passages in another language than the question."""
    return _in_the_package(READ_ACROSS_FILE if reads else UNREAD_ACROSS_FILE)


def own_calibration(store: Store[Any], embedder: str) -> FittedCalibration | None:
    """The calibration that was fitted to this index, if any.

    Raises IndexDamagedError where it is not what was written, and ConfigError where it was fitted to the vectors of
    another model.
    """
    file = calibration_of(store)
    remedy = "run qa calibrate again, or qa calibrate --reset to use the one that comes with qa"
    text = store.read_text(CALIBRATION_FILE)
    if text is None:
        return None
    try:
        fitted = _fitted(json.loads(text))
    except _UNREADABLE:
        raise IndexDamagedError(f"{file} is not what was written, or of another version", remedy) from None
    if fitted.provenance.get("embedder") != embedder:
        raise ConfigError(f"{file} was fitted to another model than the index has", remedy)
    return fitted


def calibration_of(store: Store[Any]) -> str:
    """What the index's own calibration is called in messages."""
    return f"{store}/{CALIBRATION_FILE}"


def _in_the_package(name: str) -> FittedCalibration:
    return _fitted(json.loads(Path(__file__).with_name(name).read_text(encoding="utf-8")))


def _fitted(values: Mapping[str, Any]) -> FittedCalibration:
    weights = {name: float(weight) for name, weight in values["weights"].items()}
    calibration = Calibration(float(values["bias"]), weights, float(values["threshold"]))
    numbers = [calibration.bias, *weights.values()]
    if values["checksum"] != _checksum({name: value for name, value in values.items() if name != "checksum"}):
        raise ValueError(values["checksum"])
    if values["schema"] != CALIBRATION_SCHEMA or not weights.keys() <= {*Evidence._fields}:
        raise ValueError(values["schema"])
    if not all(map(math.isfinite, numbers)) or not 0 <= calibration.threshold <= 1:
        raise ValueError(calibration)
    fitted = FittedCalibration(calibration, dict(values["provenance"]))
    if fitted.guarantee and not all(map(math.isfinite, asdict(fitted.guarantee).values())):
        raise ValueError(fitted.guarantee)
    return fitted


def _checksum(values: Mapping[str, Any]) -> str:
    """Hex XXH3-128 of the values in canonical JSON: finds damage; it is no protection against forgery."""
    from xxhash import xxh3_128_hexdigest

    return xxh3_128_hexdigest(json.dumps(values, sort_keys=True).encode())


def _guarantee(values: Mapping[str, Any]) -> Guarantee:
    certifying, answered, wrong = (int(values[name]) for name in ("certifying", "answered", "wrong"))
    error, level, bound = (float(values[name]) for name in ("error", "level", "bound"))
    return Guarantee(error, level, certifying, answered, wrong, bound)
