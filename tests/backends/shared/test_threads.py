"""A pool of threads works in the process that made it, and in those that are forked from it."""

from __future__ import annotations

import os
import signal

import pytest

from qa.backends.shared.threads import Threads


def test_results_come_in_order() -> None:
    with Threads(2) as threads:
        assert list(threads.map(abs, [-3, 2, -1])) == [3, 2, 1]
        assert threads.submit(pow, 2, 5).result() == 32


def test_after_the_end_nothing_is_taken() -> None:
    threads = Threads()
    threads.shutdown()
    with pytest.raises(RuntimeError):
        threads.submit(abs, 1)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.parametrize("asks", [True, False], ids=["works", "is only closed"])
def test_in_a_forked_process_the_pool(asks: bool) -> None:
    with Threads(2) as threads:
        assert threads.submit(abs, -1).result() == 1
        child = os.fork()
        if not child:
            signal.alarm(60)  # a child that waits for its parent's threads waits for ever
            result = threads.submit(abs, -7).result() if asks else 7
            threads.shutdown()
            os._exit(result)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7
        assert threads.submit(abs, -1).result() == 1
