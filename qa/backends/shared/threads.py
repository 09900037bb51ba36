"""Threads that a forked process has too: a web server or ``multiprocessing`` may fork a process that has an open index.

A fork copies no thread but the one that forks, and a pool of ``concurrent.futures`` would wait for those of its parent.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from typing import Any, TypeVar

T = TypeVar("T")


class Threads(Executor):
    """As ``ThreadPoolExecutor(most)``, and begun anew in a process that was forked."""

    def __init__(self, most: int | None = None) -> None:
        self._most = most
        self._begin()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        if self._process != os.getpid():
            self._begin()
        return self._pool.submit(fn, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        if self._process != os.getpid():  # there is nobody to wait for
            self._begin()
        self._pool.shutdown(wait, cancel_futures=cancel_futures)

    def _begin(self) -> None:
        self._pool, self._process = ThreadPoolExecutor(self._most), os.getpid()
