"""A process that has asked may be forked, as web servers do and ``multiprocessing`` on Linux: the child asks, too."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from qa.forking import Gate

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")

QUESTION = "what did Almagro request from the court?"

#: Seconds after which a child is taken to hang. It answers in a fraction of one.
PATIENCE = 30

FORK = f"""
import os, signal, sys, qa
with qa.open(sys.argv[1], threads=int(sys.argv[2])) as index:
    before = index.ask({QUESTION!r}).to_dict()
    child = os.fork()
    if not child:
        signal.alarm({PATIENCE})
        after = index.ask({QUESTION!r}).to_dict()
        index.close()
        del before["seconds"], after["seconds"]
        os._exit(0 if after == before else 3)
    assert os.waitpid(child, 0)[1] == 0
    assert index.ask({QUESTION!r}).answered == before["answered"]
"""

POOL = f"""
import multiprocessing, sys, qa
index = qa.open(sys.argv[1], threads=int(sys.argv[2]))
def ask(_):
    return index.ask({QUESTION!r}).id
first = ask(0)
with multiprocessing.get_context("fork").Pool(2) as pool:
    assert pool.map_async(ask, range(4)).get(timeout={PATIENCE}) == [first] * 4
index.close()
"""


BUSY = f"""
import os, signal, sys, threading, time, qa
index = qa.open(sys.argv[1], threads=int(sys.argv[2]))
first = index.ask({QUESTION!r}).id
done = threading.Event()
def ask():
    while not done.is_set():
        index.ask({QUESTION!r})
threads = [threading.Thread(target=ask, daemon=True) for _ in range(3)]
for thread in threads:
    thread.start()
codes = []
for number in range(10):
    time.sleep(.01 * number)  # anywhere within a question
    child = os.fork()
    if not child:
        signal.alarm({PATIENCE})
        os._exit(0 if index.ask({QUESTION!r}).id == first else 3)
    codes.append(os.waitpid(child, 0)[1])
done.set()
for thread in threads:
    thread.join()
assert codes == [0] * 10, codes
"""


CHANGING = f"""
import os, signal, sys, threading, time, qa
index = qa.open(sys.argv[1])
first = index.ask({QUESTION!r}).citations[0].document.id
done = threading.Event()
def change():
    while not done.is_set():
        index.add(qa.Document(id="note", text="The crane of Norhavn is back in service."))
        index.remove("note")
def build():
    while not done.is_set():
        qa.build(qa.Document(id="note", text="The crane of Norhavn is back."), sys.argv[2], rebuild=True).close()
def list_all():
    while not done.is_set():
        assert len(list(index.documents())) > 5 and len(list(qa.documents(sys.argv[1]))) > 5
threads = [threading.Thread(target=target, daemon=True) for target in (change, build, list_all, list_all)]
for thread in threads:
    thread.start()
codes = []
for number in range(int(sys.argv[3])):
    time.sleep(.037 * number)  # anywhere within a change
    child = os.fork()
    if not child:
        signal.alarm({PATIENCE})
        assert index.ask({QUESTION!r}).citations[0].document.id == first
        assert len(list(index.documents())) > 5
        with qa.from_documents([qa.Document(id="a", text="The mill of Dorpe grinds rye.")]) as other:
            assert other.ask("what does the mill of Dorpe grind?").citations
        os._exit(0)
    codes.append(os.waitpid(child, 0)[1])
done.set()
for thread in threads:
    thread.join()
assert codes == [0] * len(codes), codes
"""


def test_a_process_that_is_forked_while_others_change_and_list_an_index_answers(
    corpus_index: Path, tmp_path: Path
) -> None:
    shutil.copytree(corpus_index, tmp_path / "index")
    command = [sys.executable, "-c", CHANGING, str(tmp_path / "index"), str(tmp_path / "other"), "8"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20 * PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_while_a_fork_waits_for_a_change_questions_pass_and_other_changes_wait() -> None:
    gate, order = Gate(), list[str]()
    inside, leave = threading.Event(), threading.Event()

    def change(name: str) -> None:
        with gate.passed(changes=True), gate.passed(changes=True):
            inside.set()
            leave.wait(PATIENCE)
            order.append(name)

    threads = [threading.Thread(target=change, args=["first"])]
    threads[0].start()
    inside.wait(PATIENCE)
    threads.append(threading.Thread(target=fork, args=[gate, order]))
    threads[1].start()
    while not gate.is_closing:
        time.sleep(0.001)
    with gate.passed():
        order.append("question")
    threads.append(threading.Thread(target=change, args=["second"]))
    threads[2].start()
    leave.set()
    for thread in threads:
        thread.join(PATIENCE)
    assert order == ["question", "first", "fork", "second"]


def fork(gate: Gate, order: list[str]) -> None:
    """What a process does around a fork, noted among what else happens."""
    gate.close()
    order.append("fork")
    gate.reopen()


@pytest.mark.parametrize("threads", [1, 2])
def test_a_process_that_is_forked_while_others_ask_answers(corpus_index: Path, threads: int) -> None:
    """Ten of forty children once hung, in ONNX Runtime."""
    command = [sys.executable, "-c", BUSY, str(corpus_index), str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=12 * PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_thread_forks_within_its_own_question_and_waits_for_those_of_others() -> None:
    gate, order = Gate(), list[str]()
    with gate.passed():
        gate.close()
        gate.reopen()
    inside, leave = threading.Event(), threading.Event()

    def ask(name: str) -> None:
        with gate.passed(), gate.passed():
            inside.set()
            leave.wait(PATIENCE)
            order.append(name)

    first = threading.Thread(target=ask, args=["first"])
    first.start()
    inside.wait(PATIENCE)
    forking = threading.Thread(target=fork, args=[gate, order])
    forking.start()
    while not gate.is_closing:
        time.sleep(0.001)
    second = threading.Thread(target=ask, args=["second"])
    second.start()
    leave.set()
    for thread in (first, forking, second):
        thread.join(PATIENCE)
    assert order == ["first", "fork", "second"]


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("code", [FORK, POOL], ids=["os.fork", "multiprocessing.Pool"])
def test_a_forked_process_answers_as_its_parent(corpus_index: Path, code: str, threads: int) -> None:
    command = [sys.executable, "-W", "error", "-c", code, str(corpus_index), str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3 * PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, "")
