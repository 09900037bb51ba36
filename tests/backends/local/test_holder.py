"""A second writer is told which process it has to wait for, as far as that is known."""

from __future__ import annotations

import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from qa.backends.local import generations
from qa.backends.local.generations import HOLDER_FILE
from qa.backends.local.holder import Holder, holder_in
from qa.errors import IndexBusyError
from tests.cli.support import qa
from tests.support import ROOT

#: A process that writes the index in its argument until its input ends.
WRITING = """
import sys
from pathlib import Path
from qa.backends.local import generations
with generations.writing(Path(sys.argv[1])):
    print("writing", flush=True)
    sys.stdin.read()
"""

NOW = "2026-01-01T00:00:00+00:00"


@contextmanager
def writing(index: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that writes the index."""
    with subprocess.Popen(
        [sys.executable, "-c", WRITING, str(index)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "writing\n"
        try:
            yield process
        finally:
            process.kill()


def refusal(index: Path) -> str:
    with pytest.raises(IndexBusyError) as refused, generations.writing(index):
        pass
    return str(refused.value)


def plain(index: Path) -> str:
    return f"another process is writing the index in {index}; wait until it has ended"


def dead() -> int:
    """The id of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_the_refusal_names_the_process_its_host_and_since_when(tmp_path):
    began = datetime.now(UTC).replace(microsecond=0)
    with writing(tmp_path) as process:
        said = refusal(tmp_path)
    found = re.fullmatch(
        rf"another process is writing the index in {re.escape(str(tmp_path))}: "
        rf"process {process.pid} on {re.escape(socket.gethostname())}, since (\S+); wait until it has ended",
        said,
    )
    assert found, said
    assert timedelta(0) <= datetime.fromisoformat(found[1]) - began < timedelta(minutes=5)


def test_the_command_says_so_in_one_line(tmp_path):
    (tmp_path / "a.txt").write_text("The court sat.")
    index = tmp_path / "index"
    with writing(index) as process:
        ran = qa("index", tmp_path / "a.txt", "--index", index)
    assert (ran.code, ran.out, len(ran.complaints)) == (3, "", 1)
    assert f"process {process.pid} on {socket.gethostname()}, since " in ran.err


def test_a_writer_that_has_ended_leaves_no_note(tmp_path):
    with generations.writing(tmp_path):
        assert holder_in(tmp_path / HOLDER_FILE) is not None
    assert not (tmp_path / HOLDER_FILE).exists()


def test_the_lock_of_a_killed_writer_is_free_although_its_note_is_left(tmp_path):
    with writing(tmp_path) as process:
        process.kill()
        process.wait()
    assert str(process.pid) in (tmp_path / HOLDER_FILE).read_text()
    assert holder_in(tmp_path / HOLDER_FILE) is None
    with generations.writing(tmp_path):
        mine = holder_in(tmp_path / HOLDER_FILE)
        assert mine is not None
        assert mine.process == os.getpid()
    assert not (tmp_path / HOLDER_FILE).exists()


@pytest.mark.parametrize(
    "note",
    [
        None,
        b"",
        b"{",
        b"\xff\xfe",
        b"[1, 2]",
        b"null",
        b"[" * 900,
        b'{"process": 1}',
        json.dumps({"process": "1", "host": "elsewhere", "since": NOW}).encode(),
        json.dumps({"process": True, "host": "elsewhere", "since": NOW}).encode(),
        json.dumps({"process": 0, "host": "elsewhere", "since": NOW}).encode(),
        json.dumps({"process": -1, "host": socket.gethostname(), "since": NOW}).encode(),
        json.dumps({"process": 10**40, "host": socket.gethostname(), "since": NOW}).encode(),
        json.dumps({"process": 1, "host": "", "since": NOW}).encode(),
        json.dumps({"process": 1, "host": 7, "since": NOW}).encode(),
        json.dumps({"process": 1, "host": "h" * 256, "since": NOW}).encode(),
        json.dumps({"process": 1, "host": "\x1b[2J", "since": NOW}).encode(),
        json.dumps({"process": 1, "host": "elsewhere", "since": "today"}).encode(),
        json.dumps({"process": 1, "host": "elsewhere", "since": "2026-01-01\n00:00:00"}).encode(),
        json.dumps({"process": 1, "host": "elsewhere", "since": 5}).encode(),
    ],
)
def test_a_note_that_is_missing_or_cannot_be_right_tells_nothing(tmp_path, note):
    with generations.writing(tmp_path):
        file = tmp_path / HOLDER_FILE
        file.unlink()
        if note is not None:
            file.write_bytes(note)
        assert refusal(tmp_path) == plain(tmp_path)


def test_a_folder_in_place_of_the_note_tells_nothing_and_goes(tmp_path):
    with generations.writing(tmp_path):
        (tmp_path / HOLDER_FILE).unlink()
        (tmp_path / HOLDER_FILE).mkdir()
        assert refusal(tmp_path) == plain(tmp_path)
    assert not (tmp_path / HOLDER_FILE).exists()


def test_a_note_of_a_process_that_died_tells_nothing(tmp_path):
    stale = {"process": dead(), "host": socket.gethostname(), "since": NOW}
    with generations.writing(tmp_path):
        (tmp_path / HOLDER_FILE).write_text(json.dumps(stale))
        assert refusal(tmp_path) == plain(tmp_path)


def test_of_a_process_on_another_host_it_is_not_known_whether_it_lives(tmp_path):
    elsewhere = Holder(dead(), "elsewhere.example", NOW)
    note = {"process": elsewhere.process, "host": elsewhere.host, "since": NOW}
    (tmp_path / HOLDER_FILE).write_text(json.dumps(note))
    assert holder_in(tmp_path / HOLDER_FILE) == elsewhere


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can become another user")
def test_another_user_s_process_is_named():
    lives = "import os; from qa.backends.shared.processes import is_running; os.setuid(65534); "
    lives += "print(is_running(os.getppid()))"
    # Without coverage, whose file that user may not write.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    ran = subprocess.run([sys.executable, "-c", lives], capture_output=True, text=True, check=False, cwd=ROOT, env=env)
    assert (ran.stdout, ran.stderr) == ("True\n", "")
