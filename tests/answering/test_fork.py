"""A process that has asked may be forked, as web servers do and ``multiprocessing`` on Linux: the child asks, too."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

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


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("code", [FORK, POOL], ids=["os.fork", "multiprocessing.Pool"])
def test_a_forked_process_answers_as_its_parent(corpus_index: Path, code: str, threads: int) -> None:
    command = [sys.executable, "-W", "error", "-c", code, str(corpus_index), str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3 * PATIENCE, check=False)
    assert (done.returncode, done.stderr) == (0, "")
