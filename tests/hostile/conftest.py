"""Hostile articles, indexed once by a real process that may neither reach a network nor unpickle anything."""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import CLEAR, CSI, HOSTILE_NAME, HOSTILE_RECORD, HOSTILE_TEXT, RED, RTL, TITLE
from tests.cli.support import Ran, qa, qa_with_terminal
from tests.support import ROOT

#: Put before a command, and it has no network but its own empty one.
UNSHARE = ("unshare", "--map-root-user", "--net")

GUARD = Path(__file__).with_name("guard")


@functools.cache
def without_network() -> tuple[str, ...]:
    """``UNSHARE`` where the system lets us, else nothing: then only the guard watches."""
    works = shutil.which(UNSHARE[0]) and subprocess.run([*UNSHARE, "true"], capture_output=True, check=False)
    return UNSHARE if works and works.returncode == 0 else ()


@dataclass(frozen=True)
class Watched:
    """A folder with hostile articles and their index. Every process is watched, and has an empty home."""

    root: Path

    @property
    def articles(self) -> Path:
        return self.root / "articles"

    @property
    def index(self) -> Path:
        return self.root / "index"

    @property
    def log(self) -> Path:
        return self.root / "log"

    @property
    def env(self) -> dict[str, str]:
        path = os.pathsep.join([str(GUARD), str(ROOT), os.environ.get("PYTHONPATH", "")])
        return {"PYTHONPATH": path, "GUARD_LOG": str(self.log), "HOME": str(self.root / "home")}

    def qa(self, *words: str | Path, stdin: bytes = b"") -> Ran:
        return qa(*words, cwd=self.root, stdin=stdin, within=without_network(), **self.env)

    def qa_with_terminal(self, *words: str | Path, stream: str = "stdout") -> Ran:
        return qa_with_terminal(*words, stream=stream, cwd=self.root, within=without_network(), **self.env)

    def events(self) -> list[str]:
        """What the guard has written: a line for each process, and one for each event that it refused."""
        return self.log.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="session")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Watched:
    root = tmp_path_factory.mktemp("watched")
    (root / "home").mkdir()
    hostile = Watched(root)
    hostile.articles.mkdir()
    write(hostile.articles)
    return hostile


@pytest.fixture(scope="session")
def indexed(watched: Watched) -> Ran:
    """What ``qa index`` wrote on a terminal about the hostile articles."""
    return watched.qa_with_terminal("index", watched.articles, "--index", watched.index, stream="stderr")


MILL = f"The windmill of Dorpe {RED}grinds{CLEAR} buckwheat{CSI} in autumn."


def write(articles: Path) -> None:
    (articles / HOSTILE_NAME).write_bytes(HOSTILE_TEXT.encode())
    (articles / "records.jsonl").write_text(json.dumps(HOSTILE_RECORD))
    head = f'---\ntitle: "[blink]Mill {TITLE.encode("unicode_escape").decode()}"\nsource: "{RTL}Miller"\n---\n'
    (articles / "mill.md").write_text(head + MILL)
    (articles / f"empty{CLEAR}{CSI}{RTL}[red].txt").write_bytes(b"")
    (articles / f"broken{TITLE}\r.jsonl").write_text('{"id": "a\x1b[2J", "text"')
    (articles / os.fsdecode(b"latin\xe9\x1b[2J.txt")).write_text("An article whose name is not UTF-8.")
    (articles / f"other.{CLEAR}").write_text("Not read.")
