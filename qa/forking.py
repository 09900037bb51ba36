"""A process is forked between questions, never within one.

A fork copies no thread but the one that forks, and copies every lock as it is: what another thread holds just then, in
Python or inside ONNX Runtime, the child would wait for without end. So a fork waits for the questions that are under
way, and questions that come wait for the fork.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition, get_ident

_before: list[Callable[[], None]] = []


class Gate:
    """Lets threads in but while the process is forked. One that is in may come in again, and fork."""

    def __init__(self) -> None:
        self._changed = Condition()
        self._inside: dict[int, int] = {}
        self._forks = 0

    @contextmanager
    def passed(self) -> Iterator[None]:
        """What runs inside is not forked by another thread."""
        me = get_ident()
        with self._changed:
            self._changed.wait_for(lambda: not self._forks or me in self._inside)
            self._inside[me] = self._inside.get(me, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                self._inside[me] -= 1
                if not self._inside[me]:
                    del self._inside[me]
                    self._changed.notify_all()

    @property
    def is_closing(self) -> bool:
        """Whether a fork is under way, or waits."""
        return self._forks > 0

    def close(self) -> None:
        """Waits until no other thread is in. None comes in from then on."""
        self._changed.acquire()
        self._forks += 1
        self._changed.wait_for(lambda: not self._inside.keys() - {get_ident()})
        for call in _before:
            call()

    def reopen(self) -> None:
        """In the process that has forked another."""
        self._forks -= 1
        self._changed.notify_all()
        self._changed.release()

    def begin_anew(self) -> None:
        """In the forked process, which has none of the other threads."""
        self._changed, self._forks = Condition(), 0


def before_fork(call: Callable[[], None]) -> None:
    """Has ``call`` called in a process that is about to be forked, when no question is under way."""
    _before.append(call)


#: Through which every question goes.
GATE = Gate()

if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(before=GATE.close, after_in_parent=GATE.reopen, after_in_child=GATE.begin_anew)
