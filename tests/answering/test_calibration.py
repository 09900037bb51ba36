"""Calibrations as files: the shipped one, an index's own, and files that are none."""

from __future__ import annotations

import json
import math

import pytest
from xxhash import xxh3_128_hexdigest

from qa.answering.calibration import (
    FittedCalibration,
    Guarantee,
    own_calibration,
    shipped,
)
from qa.answering.confidence import Calibration
from qa.backends.base import CALIBRATION_FILE
from qa.backends.local.folder import FolderStore
from qa.errors import ConfigError, IndexDamagedError

MODEL = "words@000000000000"
GUARANTEE = {"error": 0.1, "level": 0.95, "certifying": 80, "answered": 60, "wrong": 1, "bound": 0.087}
OWN = FittedCalibration(
    Calibration(-2.5, {"coverage": 3.0, "denial": -1.0}, 0.625),
    {"embedder": MODEL, "gold": "año", "guarantee": GUARANTEE},
)


@pytest.fixture
def index(tmp_path):
    (tmp_path / CALIBRATION_FILE).write_text(OWN.to_json(), encoding="utf-8")
    return tmp_path


def test_the_shipped_one_answers_from_a_finite_confidence_on() -> None:
    calibration = shipped().calibration
    assert all(map(math.isfinite, [calibration.bias, *calibration.weights.values()]))
    assert 0 < calibration.threshold < 1


def test_an_index_without_one_of_its_own_has_none(tmp_path) -> None:
    assert own_calibration(FolderStore(tmp_path), MODEL) is None


def test_an_index_of_its_own_is_read_as_it_was_written(index) -> None:
    assert own_calibration(FolderStore(index), MODEL) == OWN
    assert OWN.guarantee == Guarantee(error=0.1, level=0.95, certifying=80, answered=60, wrong=1, bound=0.087)
    assert FittedCalibration(OWN.calibration).guarantee is None


def test_one_of_another_model_is_refused_and_says_what_to_do(index) -> None:
    with pytest.raises(ConfigError, match=r"fitted to another model.*qa calibrate again, or qa calibrate --reset"):
        own_calibration(FolderStore(index), "letters@000000000000")


@pytest.mark.parametrize("text", ["", "{", "[]", "null", "{}", "\ud800", "[" * 100_000, OWN.to_json()[:-20]])
def test_a_file_that_is_none_is_named(tmp_path, text) -> None:
    (tmp_path / CALIBRATION_FILE).write_bytes(text.encode(errors="surrogatepass"))
    with pytest.raises(IndexDamagedError, match=r"calibration\.json is not what was written.*; run qa calibrate"):
        own_calibration(FolderStore(tmp_path), MODEL)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("schema", "qa/calibration/2"),
        ("threshold", 1.5),
        ("threshold", math.nan),
        ("threshold", None),
        ("bias", math.inf),
        ("bias", 10**400),
        ("weights", {"charm": 1.0}),
        ("weights", {"coverage": math.nan}),
        ("weights", [1, 2]),
        ("provenance", None),
        ("provenance", {"embedder": MODEL, "guarantee": {"error": 0.1}}),
        ("provenance", {"embedder": MODEL, "guarantee": GUARANTEE | {"bound": math.nan}}),
        ("provenance", {"embedder": MODEL, "guarantee": GUARANTEE | {"wrong": "few"}}),
        ("provenance", {"embedder": MODEL, "guarantee": "certainly"}),
    ],
)
def test_a_broken_or_missing_field_is_named(tmp_path, field, value) -> None:
    values = json.loads(OWN.to_json())
    del values["checksum"]
    for broken in (values | {field: value}, {k: v for k, v in values.items() if k != field}):
        canonical = json.dumps(broken, sort_keys=True).encode()
        whole = broken | {"checksum": xxh3_128_hexdigest(canonical)}
        (tmp_path / CALIBRATION_FILE).write_text(json.dumps(whole))
        with pytest.raises(IndexDamagedError, match="is not what was written, or of another version"):
            own_calibration(FolderStore(tmp_path), MODEL)


@pytest.mark.parametrize(
    ("written", "altered"),
    [("0.625", "0.125"), ("3.0", "4.0"), ("denial", "support"), ("año", "ano"), ("0.087", "0.08")],
)
def test_one_that_was_altered_is_never_used(index, written, altered) -> None:
    file = index / CALIBRATION_FILE
    file.write_text(file.read_text(encoding="utf-8").replace(written, altered, 1), encoding="utf-8")
    with pytest.raises(IndexDamagedError, match=r"calibration\.json is not what was written"):
        own_calibration(FolderStore(index), MODEL)


def test_one_that_cannot_be_read_is_named(tmp_path) -> None:
    (tmp_path / CALIBRATION_FILE).mkdir()
    with pytest.raises(IndexDamagedError, match=r"calibration\.json cannot be read \(Is a directory\)"):
        own_calibration(FolderStore(tmp_path), MODEL)
