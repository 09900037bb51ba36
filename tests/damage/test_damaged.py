"""Damage to any file of an index is found, or does not matter: no answer is ever another one.

The harm is done by ``harm.py`` in a process of its own, where a crash would be seen.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from qa.answering.calibration import FittedCalibration, shipped
from qa.answering.confidence import Calibration
from qa.backends.base import CALIBRATION_FILE, STAMPS_FILE
from qa.backends.local import generations
from qa.backends.local.manifest import ENCODER_FOLDER, MANIFEST_FILE
from qa.indexing.update import UpdateOptions
from tests import tiny_models
from tests.cli.support import qa as run_qa
from tests.damage.harm import QUESTIONS
from tests.support import CORPUS, ROOT, update

FLIPS, SEED = 500, 20_201_206

#: A long article of long ago, so that the files have blocks that questions about 2024 do not read.
FERRY = "The ferry carried passengers to the harbour on time."

#: Seconds after which a question hangs for certain; the whole process takes less than a minute.
PATIENCE = 600

#: What an index may be refused with: it is damaged, of another format, or its model is not the right one.
REFUSED = {"IndexDamagedError", "IndexFormatError", "ModelError"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index with a history: two segments, removed documents, an interrupted update, and its own calibration."""
    root = tmp_path_factory.mktemp("damage")
    corpus, index = Path(shutil.copytree(CORPUS, root / "corpus")), root / "index"
    options = UpdateOptions(model=str(tiny_models.save(root / "tiny")))
    shutil.move(corpus / "2021", root / "2021")
    (corpus / "ferry.md").write_text("---\ndate: 1990-01-01\n---\n" + "".join(f"{FERRY}\n" * 600))
    update([corpus], index, options)
    shutil.move(root / "2021", corpus / "2021")
    (corpus / "2020" / "pompeo-on-the-parliamentary-vote.md").unlink()
    info = update([corpus], index, options).info
    always = Calibration(shipped().calibration.bias / 2, shipped().calibration.weights, threshold=0.0)
    (index / CALIBRATION_FILE).write_text(FittedCalibration(always, {"embedder": info.embedder}).to_json())
    (corpus / "new.md").write_text("# A bridge\n\nThe bridge at Ulvik was opened. Nobody fell off it.\n")
    with pytest.raises(KeyboardInterrupt):
        update([corpus], index, options, on_progress=interrupt)
    return index


def interrupt(step: str, *_: object) -> None:
    if step == "embedding":
        raise KeyboardInterrupt


@dataclass(frozen=True)
class Case:
    """A harm, and what came of it: ``right`` answers with the ``findings`` of the deep check, or an error."""

    kind: str
    file: Path
    place: int
    came: dict[str, Any]


@dataclass(frozen=True)
class Run:
    """All that was told of an index, and how the process ended."""

    index: Path
    first: dict[str, Any]
    cases: list[Case]
    code: int
    err: str

    @property
    def described(self) -> set[Path]:
        """The files that the manifest of the current generation describes."""
        folder, manifest = generations.current_manifest(self.index)
        return {folder / name for name in manifest.extra.files}

    def names(self, file: Path) -> list[str]:
        """The paths of a file: an interrupted update shares files with the current generation."""
        inode = file.stat().st_ino
        return [str(path) for path in self.index.rglob("*") if path.stat().st_ino == inode]


@pytest.fixture(scope="module")
def run(index: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """What became of the index after each harm."""
    sound = tmp_path_factory.mktemp("sound") / ENCODER_FOLDER
    shutil.copytree(generations.current(index) / ENCODER_FOLDER, sound)  # not linked: it must stay sound
    command = [sys.executable, "-m", "tests.damage.harm", str(index), str(sound), str(SEED), str(FLIPS)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)
    first, *lines = map(json.loads, done.stdout.splitlines())
    pairs = zip(lines[::2], lines[1::2], strict=False)
    cases = [Case(kind, Path(file), place, came) for ((kind, file, place, _), came) in told(pairs)]
    return Run(index, first, cases, done.returncode, f"{done.stdout[-500:]}\n{done.stderr}")


def told(pairs: Any) -> list[tuple[list[Any], dict[str, Any]]]:
    return [(one["harm"], other) for one, other in pairs]


def test_nothing_crashes_or_hangs(run):
    assert run.code == 0, run.err


def test_the_index_is_sound_before_and_answers(run):
    assert [answer["answered"] for answer in run.first["expected"]] == [True] * len(QUESTIONS)
    assert [finding for finding in run.first["sound"] if finding[1] == "error"] == []


def test_harm_is_done_to_every_file_in_many_places(run):
    files = [file for file in run.index.rglob("*") if file.is_file()]
    removed = {case.file for case in run.cases if case.kind == "remove"}
    assert removed == set(files)
    assert {"CURRENT", "PENDING", STAMPS_FILE, CALIBRATION_FILE, MANIFEST_FILE} <= {file.name for file in files}
    assert len({file.parent.name for file in run.described if file.name == "texts.bin"}) == 2
    flips = [case for case in run.cases if case.kind == "flip"]
    assert len(flips) == FLIPS
    assert {case.file for case in flips} == {file for file in files if file.stat().st_size}


def test_no_answer_is_another_one(run):
    """But for the index's own calibration: where it is removed, nothing tells that there was one."""
    wrong = [case for case in run.cases if case.came.get("right") is False]
    assert [(case.kind, case.file.name) for case in wrong] == [("remove", CALIBRATION_FILE)]


def test_what_is_refused_names_the_file_and_the_remedy(run):
    lost = run.index / "CURRENT"
    for case in run.cases:
        if "error" not in case.came or (case.kind, case.file) == ("remove", lost):
            continue
        remedy = "qa calibrate" if case.file.name == CALIBRATION_FILE else "qa index --rebuild"
        assert case.came["error"] in REFUSED, case
        assert case.came["exit"] == 3, case
        assert remedy in case.came["message"], case
        assert any(name in case.came["message"] for name in run.names(case.file)), case


def test_without_its_pointer_there_is_no_index(run):
    (case,) = (case for case in run.cases if (case.kind, case.file) == ("remove", run.index / "CURRENT"))
    assert (case.came["error"], case.came["exit"]) == ("IndexNotFoundError", 3)


def test_what_is_read_as_a_whole_is_always_refused(run):
    """Only files that are read in blocks have damage that a question may not come upon."""
    whole = {
        file
        for file in run.described
        if file.suffix in {".sqlite", ".sums", ".u64", ".u32", ".onnx", ".data", ".safetensors"}
    }
    cases = [case for case in run.cases if case.file in whole]
    assert len({case.file for case in cases}) == 18
    assert [case for case in cases if "error" not in case.came] == []


def test_what_a_question_does_not_come_upon_the_deep_check_finds(run):
    unseen = [case for case in run.cases if case.file in run.described and case.came.get("right")]
    assert unseen
    for case in unseen:
        assert [str(case.file), "error"] in case.came["findings"], case


@pytest.mark.parametrize("name", ["terms.u64", "sentences.i8.sums", CALIBRATION_FILE, "CURRENT"])
def test_the_command_refuses_in_one_line(index, tmp_path, name):
    copy = Path(shutil.copytree(index, tmp_path / "index"))
    file = copy / name if (copy / name).exists() else next(generations.current(copy).rglob(name))
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)
    ran = run_qa("ask", QUESTIONS[0], "--index", copy)
    assert (ran.code, ran.out, len(ran.complaints)) == (3, "", 1)
    assert str(file) in ran.err
    assert ("qa calibrate" if name == CALIBRATION_FILE else "qa index --rebuild") in ran.err
