"""A second writer is told which process it has to wait for, as far as that is known."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa.backends.local.lock import LOCK_FILE, locked, writer_of
from qa.errors import IndexBusyError
from tests.cli.support import qa
from tests.support import ROOT

#: A process that holds the lock of the index in its argument until its input ends.
HOLDING = """
import sys
from pathlib import Path
from qa.backends.local.lock import locked
with locked(Path(sys.argv[1])):
    print("locked", flush=True)
    sys.stdin.read()
"""


@contextmanager
def holding(index: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the lock."""
    index.mkdir(exist_ok=True)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(index)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        try:
            yield process
        finally:
            process.kill()


def refusal(index: Path) -> str:
    with pytest.raises(IndexBusyError) as refused, locked(index):
        pass
    return str(refused.value)


def test_the_refusal_names_the_process(tmp_path):
    with holding(tmp_path) as process:
        said = refusal(tmp_path)
    assert said == (
        f"another process is writing the index in {tmp_path}: process {process.pid}; wait until it has ended"
    )


def test_the_command_says_so_in_one_line(tmp_path):
    (tmp_path / "a.txt").write_text("The court sat.")
    with holding(tmp_path / "index") as process:
        ran = qa("index", tmp_path / "a.txt", "--index", tmp_path / "index")
    assert (ran.code, ran.out, len(ran.complaints)) == (3, "", 1)
    assert f"process {process.pid}" in ran.err


def test_a_writer_that_has_ended_is_named_no_more(tmp_path):
    with locked(tmp_path):
        assert writer_of(tmp_path) == os.getpid()
    assert writer_of(tmp_path) is None
    with pytest.raises(KeyboardInterrupt), locked(tmp_path):
        raise KeyboardInterrupt
    assert writer_of(tmp_path) is None


def test_the_lock_of_a_killed_writer_is_free(tmp_path):
    with holding(tmp_path) as process:
        process.kill()
        process.wait()
    assert str(process.pid) in (tmp_path / LOCK_FILE).read_text()
    assert writer_of(tmp_path) is None
    with locked(tmp_path):
        assert writer_of(tmp_path) == os.getpid()


@pytest.mark.parametrize("note", [b"", b"{", b"\xff\xfe", b"0", b"-1", b"9" * 40, b"1" * 11, b"None"])
def test_a_number_that_cannot_be_right_tells_nothing(tmp_path, note):
    with locked(tmp_path):
        (tmp_path / LOCK_FILE).write_bytes(note)
        assert refusal(tmp_path) == f"another process is writing the index in {tmp_path}; wait until it has ended"


@pytest.mark.skipif(os.name == "nt" or os.geteuid() != 0, reason="only root can become another user")
def test_another_user_s_process_is_taken_for_running():
    lives = "import os; from qa.backends.shared.processes import is_running; os.setuid(65534); "
    lives += "print(is_running(os.getppid()))"
    # Without coverage, whose file that user may not write.
    env = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    ran = subprocess.run([sys.executable, "-c", lives], capture_output=True, text=True, check=False, cwd=ROOT, env=env)
    assert (ran.stdout, ran.stderr) == ("True\n", "")
