"""An update that is killed, or whose disk is full, leaves the old index or the new one, and nothing for ever.

The updates, of real files by real processes, are made by ``runner.py``.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import pytest

from tests.crash.scenarios import SCENARIOS
from tests.support import ROOT

Point: TypeAlias = dict[str, Any]

KILLED = -signal.SIGKILL

#: Characters of a value that a message shows.
SHOWN = 300


@dataclass(frozen=True)
class Ended:
    """The updates of a scenario that were ended, by how."""

    scenario: str
    points: list[Point]

    def by(self, *modes: str) -> list[Point]:
        return [point for point in self.points if point["mode"] in modes]

    def told(self, points: list[Point], *keys: str) -> str:
        """Where these points are, and the values at them."""
        lines = (
            f"{self.scenario}, {p['mode']}, k = {p['k']} of {p['of']}, at {p['at']}: "
            + ", ".join(f"{key}: {str(p[key])[:SHOWN]}" for key in keys)
            for p in points
        )
        return "\n".join(["", *lines])

    def check(self, points: list[Point], holds: Callable[[Point], bool], *keys: str) -> None:
        """Asserts something of each of the points, and tells the values at those for which it does not hold."""
        wrong = [point for point in points if not holds(point)]
        assert not wrong, self.told(wrong, *keys)


@pytest.fixture(scope="module", params=[*SCENARIOS])
def ended(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    """A scenario whose update was ended at many points, in each way."""
    folder = tmp_path_factory.mktemp(request.param)
    command = [sys.executable, "-m", "tests.crash.runner", request.param, str(folder)]
    one_thread = os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [*command, "kill", "full disk", "second writer"],
        cwd=ROOT,
        env=one_thread,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return Ended(request.param, [json.loads(line) for line in done.stdout.splitlines()])


def test_updates_are_ended_from_the_first_change_to_the_last(ended: Ended) -> None:
    for mode, least in (("kill", 25), ("full disk", 10)):
        points = ended.by(mode)
        assert len(points) >= least
        assert (points[0]["k"], points[-1]["k"]) == (1, points[0]["of"])
    ended.check(ended.by("kill", "second writer"), lambda point: point["exit"] == KILLED, "exit")
    ended.check(ended.by("full disk"), lambda point: point["exit"] == 0, "exit")


def test_readers_find_the_old_index_or_the_new_one(ended: Ended) -> None:
    before = "none" if ended.scenario == "build" else "old"
    ended.check(ended.points, lambda point: point["opened"] in (before, "new"), "opened")


def test_what_is_published_once_stays(ended: Ended) -> None:
    killed = ended.by("kill")
    is_new = [point["opened"] == "new" for point in killed]
    assert set(is_new) == {False, True}
    assert is_new == sorted(is_new), ended.told(killed, "opened")


def test_a_full_disk_is_told(ended: Ended) -> None:
    def is_told(point: Point) -> bool:
        if point["error"] is None:
            return bool(point["opened"] == "new")
        classes, message = point["error"]
        return bool(message) and ("OSError" in classes or "QAError" in classes)

    ended.check(ended.by("full disk"), is_told, "error", "opened")


def test_the_next_update_gives_what_a_clean_build_gives(ended: Ended) -> None:
    ended.check(ended.points, lambda p: (p["again"], p["reopened"]) == (None, "new"), "again", "reopened", "left")


def test_after_it_nothing_is_left_but_one_generation_and_a_free_lock(ended: Ended) -> None:
    ended.check(ended.points, lambda point: point["strays"] == [] and point["lock is free"], "strays", "lock is free")


def test_a_reader_from_before_goes_on_answering(ended: Ended) -> None:
    expected = None if ended.scenario == "build" else True
    ended.check(ended.points, lambda point: point["reader is as before"] is expected, "reader is as before")


def test_a_second_writer_is_refused_as_long_as_the_first_one_lives(ended: Ended) -> None:
    points = ended.by("second writer")
    assert len(points) >= 3
    ended.check(points, lambda p: str(p["second"]).startswith("IndexBusyError: another process is writing"), "second")
    ended.check(points, lambda point: point["again"] is None, "again")
