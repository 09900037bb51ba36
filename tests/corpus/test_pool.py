"""Reading in processes: the same documents and complaints in the same order, once, and no process that stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from qa.corpus import Problem, read_files
from qa.corpus import pool as pools
from qa.corpus.pool import ReaderPool
from qa.corpus.reader import HERE, FileOutcome, FileReader
from qa.corpus.reading import sources_in
from qa.corpus.spool import Spool
from qa.corpus.walk import Source
from qa.corpus.worker import Worker
from qa.errors import ReadingError
from tests.corpus.formats import samples

#: Seconds after which something that was waited for is taken to hang. No test depends on how long anything takes.
HANGS = 60


def fill(folder: Path, each: int = 8) -> Path:
    """A folder with files of several formats, some of them damaged, and two articles of one id."""
    for number in range(each):
        for extension, make in (("html", samples.html), ("docx", samples.docx), ("pdf", samples.pdf)):
            (folder / f"{number:02}.{extension}").write_bytes(make(f"Port{number}"))
        (folder / f"{number:02}.txt").write_text(f"The quay of Port{number} is open.")
    (folder / "03.pdf").write_bytes(b"%PDF-1.7 no")
    (folder / "05.html").write_bytes(b"<html><body></body></html>")
    (folder / "06.docx").write_bytes(b"PK no")
    (folder / "a.jsonl").write_text('{"id": "07.pdf", "text": "The quay is closed."}\n')
    return folder


def read_with(reader: FileReader, folder: Path) -> tuple[list[object], list[Problem]]:
    """All that reading a folder gives, and what it tells."""
    problems: list[Problem] = []
    return list(read_files([folder], problems.append, lambda _: None, reader=reader)), problems


@pytest.mark.parametrize("most_waiting", [pools.MAX_WAITING, 1])
def test_what_comes_out_is_the_same(tmp_path, monkeypatch, most_waiting):
    monkeypatch.setattr(pools, "MAX_WAITING", most_waiting)
    folder = fill(tmp_path)
    expected, told = read_with(HERE, folder)
    assert len(told) == 4
    with ReaderPool(2, start_after=0) as pool:
        assert read_with(pool, folder) == (expected, told)
        assert read_with(pool, folder) == (expected, told)
    with ReaderPool(0) as pool:
        assert read_with(pool, folder) == (expected, told)


def test_a_file_is_read_once(tmp_path):
    folder = fill(tmp_path, 6)
    sources = [one for one in sources_in(folder, lambda _: None) if one.where.endswith(".html")]
    with ReaderPool(0) as pool:
        first = [list(pool.read(source, lambda _: None)) for source in sources]
        for source in sources:
            source.file.unlink()
        pool.rest()
        assert [list(pool.read(source, lambda _: None)) for source in sources] == first
        changed = sources[0]._replace(modified=1)
        problems: list[Problem] = []
        assert list(pool.read(changed, problems.append)) == []
        assert "cannot be read" in problems[0].what


def test_an_outcome_as_bytes_is_the_same(tmp_path):
    (tmp_path / "a.html").write_bytes(samples.html("Skagen"))
    outcome = FileOutcome.of(Source(str(tmp_path / "a.html"), "a.html"))
    assert FileOutcome.from_bytes(outcome.to_bytes()) == outcome
    gone = FileOutcome.of(Source(str(tmp_path / "gone.html"), "gone.html"))
    assert gone.problems
    assert FileOutcome.from_bytes(gone.to_bytes()) == gone


def test_a_spool_forgets_what_it_has_no_room_for():
    spool = Spool(most=40)
    spool.keep("a", b"a" * 1_000)
    spool.keep("b", os.urandom(50))
    assert (spool.take("a"), spool.take("b"), "a" in spool, "b" in spool) == (b"a" * 1_000, None, True, False)
    spool.close()


def test_a_worker_reads_one_file_after_the_other(tmp_path):
    sources = list(sources_in(fill(tmp_path, 2), lambda _: None))
    worker = Worker()
    try:
        for source in sources:
            assert FileOutcome.from_bytes(worker.read(source)) == FileOutcome.of(source)
    finally:
        worker.close()


def test_a_worker_that_is_killed_is_an_error(tmp_path):
    (tmp_path / "a.pdf").write_bytes(samples.pdf("Skagen"))
    worker = Worker()
    worker.kill()
    with pytest.raises(ReadingError, match=r"the process that read .*a\.pdf has ended \((signal|exit code) \d+\); run"):
        worker.read(Source(str(tmp_path / "a.pdf"), "a.pdf"))


def test_reading_ends_with_the_error_of_a_worker_that_was_killed(tmp_path, monkeypatch):
    killed = threading.Event()

    def started() -> Worker:
        worker = Worker()
        worker.kill()
        killed.set()
        return worker

    monkeypatch.setattr(pools, "Worker", started)
    before = threading.active_count()
    with ReaderPool(1, start_after=0) as pool:
        items = read_files([fill(tmp_path, 12)], lambda _: None, lambda _: None, reader=pool)
        next(items)
        assert killed.wait(HANGS)
        with pytest.raises(ReadingError, match=r"has ended"):
            list(items)
    assert threading.active_count() == before


def test_where_no_process_can_be_started_everything_is_read_here(tmp_path, monkeypatch):
    def refused() -> Worker:
        raise OSError("no more processes")

    monkeypatch.setattr(pools, "Worker", refused)
    with ReaderPool(1, start_after=0) as pool:
        assert read_with(pool, fill(tmp_path, 4)) == read_with(HERE, tmp_path)


#: A program without ``if __name__ == "__main__"``: it reads a folder, and waits in the middle for its own end.
SCRIPT = """
import signal, sys, time
from qa.corpus import read_files
from qa.corpus.pool import ReaderPool

signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background jobs ignore it
print("begins", flush=True)
with ReaderPool(1, start_after=0) as pool:
    items = read_files([sys.argv[1]], print, lambda _: None, reader=pool)
    next(items)
    while not pool.processes:
        time.sleep(0.01)
    print(*pool.processes, flush=True)
    if len(sys.argv) > 2:
        time.sleep(600)
    print(1 + len(list(items)), flush=True)
"""


def test_a_program_without_a_main_guard_is_not_run_again(tmp_path):
    folder = tmp_path / "in"
    folder.mkdir()
    (tmp_path / "script.py").write_text(SCRIPT)
    for number in range(12):
        (folder / f"{number}.html").write_bytes(samples.html(f"Port{number}"))
    command = [sys.executable, str(tmp_path / "script.py"), str(folder)]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=HANGS, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    begins, _, documents = done.stdout.splitlines()
    assert (begins, documents) == ("begins", "24")


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_program_that_is_ended_leaves_no_process(tmp_path, how):
    (tmp_path / "script.py").write_text(SCRIPT)
    (tmp_path / "a.html").write_bytes(samples.html("Skagen"))
    command = [sys.executable, str(tmp_path / "script.py"), str(tmp_path), "wait"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as program:
        assert program.stdout
        program.stdout.readline()
        process = int(program.stdout.readline())
        assert is_alive(process)
        program.send_signal(how)
    deadline = time.monotonic() + HANGS
    while is_alive(process) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert not is_alive(process)


def is_alive(process: int) -> bool:
    """Whether a process runs: one that has ended may wait to be told so."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{process}/status")
    return not (status.exists() and "State:\tZ" in status.read_text())
