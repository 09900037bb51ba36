"""Adding articles, killed when a part of them was encoded: what is visible then, and after what comes next, is true."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import qa
from tests.crash.scenarios import CHECKPOINT
from tests.support import ROOT
from tests.test_costs import write

#: Adds the folders named after the index, and is killed once a part of them is kept if the first word says so.
ADD = """
import os, signal, sys, time
from pathlib import Path
from qa.backends.addresses import store_at
from qa.indexing.membership import add
from tests.crash.scenarios import Remembered, make_small

make_small()
index = Path(sys.argv[2])

def kill(step, done, total):
    end = time.monotonic() + 60
    while step == "embedding" and done == total and time.monotonic() < end:
        if (index / "PENDING").exists():
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(.01)

callback = kill if sys.argv[1] == "killed" else lambda *_: None
add(sys.argv[3:], [], store_at(index), encoder=Remembered(), on_progress=callback)
"""

BUILD = """
import sys
from tests.crash.scenarios import Remembered
from tests.support import update
update([sys.argv[2]], sys.argv[1], encoder=Remembered())
"""


@pytest.fixture
def news(tmp_path: Path) -> Path:
    """Three folders whose first articles have the same name, and an index of the first folder."""
    for name, numbers in (("a", range(2)), ("b", range(2 * CHECKPOINT)), ("c", range(1))):
        (tmp_path / name).mkdir()
        for number in numbers:
            write(tmp_path / name, number, f" So {name} tells.")
    assert run(BUILD, tmp_path / "index", tmp_path / "a") == 0
    return tmp_path


def run(script: str, *words: str | Path) -> int:
    done = subprocess.run([sys.executable, "-c", script, *map(str, words)], cwd=ROOT, check=False)
    return done.returncode


def articles(index: Path) -> dict[str, str]:
    """The file of each article, by its id."""
    return {one.id: os.path.relpath(one.path or "", index.parent) for one in qa.documents(index)}


def names(*folders: str, of: dict[str, int]) -> dict[str, str]:
    """What an index of these folders is to have, each with so many articles."""
    files = [f"{folder}/{number:04}.md" for folder in folders for number in range(of[folder])]
    several = [file.split("/")[1] for file in files]
    return {file if several.count(file.split("/")[1]) > 1 else file.split("/")[1]: file for file in files}


SIZES = {"a": 2, "b": 2 * CHECKPOINT, "c": 1}


@pytest.mark.parametrize("then", ["b", "c", "bc"])
def test_after_a_killed_addition_every_article_has_one_id(news: Path, then: str) -> None:
    """The articles that were there once stayed under their old ids beside the new ones, until the index was rebuilt."""
    index = news / "index"
    assert run(ADD, "killed", index, news / "b") == -signal.SIGKILL
    assert (index / "PENDING").exists()
    assert articles(index) == names("a", of=SIZES)
    assert run(ADD, "whole", index, *(news / folder for folder in then)) == 0
    assert articles(index) == names("a", *then, of=SIZES)
