"""A process is forked between questions and changes, never within one.

A fork copies no thread but the one that forks, and copies every lock as it is: what another thread holds just then, in
Python, in SQLite or inside ONNX Runtime, the child would wait for without end. So a fork waits for what is under way,
and what comes waits for the fork.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import Condition, get_ident
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")

_before: list[Callable[[], None]] = []


class Gate:
    """Lets threads in but while the process is forked. One that is in may come in again, and fork.

    Changes may take minutes: while a fork waits for one, others wait to begin, but questions are let in still.
    """

    def __init__(self) -> None:
        self._changed = Condition()
        self._inside: dict[int, int] = {}
        self._changing: dict[int, int] = {}
        self._forks = self._shut = 0

    @contextmanager
    def passed(self, *, changes: bool = False) -> Iterator[None]:
        """What runs inside is not forked by another thread. ``changes`` tells that it may take long."""
        me = get_ident()
        kinds = [self._inside, self._changing] if changes else [self._inside]
        with self._changed:
            self._changed.wait_for(lambda: me in self._inside or not (self._forks if changes else self._shut))
            for threads in kinds:
                threads[me] = threads.get(me, 0) + 1
        try:
            yield
        finally:
            with self._changed:
                for threads in kinds:
                    threads[me] -= 1
                    if not threads[me]:
                        del threads[me]
                        self._changed.notify_all()

    @property
    def is_closing(self) -> bool:
        """Whether a fork is under way, or waits."""
        return self._forks > 0

    def close(self) -> None:
        """Waits until no other thread is in. None comes in from then on."""
        self._changed.acquire()
        self._forks += 1
        self._changed.wait_for(lambda: not self._changing.keys() - {get_ident()})
        self._shut += 1
        self._changed.wait_for(lambda: not self._inside.keys() - {get_ident()})
        for call in _before:
            call()

    def reopen(self) -> None:
        """In the process that has forked another."""
        self._forks -= 1
        self._shut -= 1
        self._changed.notify_all()
        self._changed.release()

    def begin_anew(self) -> None:
        """In the forked process, which has none of the other threads."""
        self._changed, self._forks, self._shut = Condition(), 0, 0


def before_fork(call: Callable[[], None]) -> None:
    """Has ``call`` called in a process that is about to be forked, when nothing is under way."""
    _before.append(call)


#: Through which every question and every change goes.
GATE = Gate()


def unforked(*, changes: bool = False) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """Decorates a function during which no other thread is to fork the process; see ``Gate.passed``."""

    def decorated(work: Callable[P, T]) -> Callable[P, T]:
        @wraps(work)
        def passing(*arguments: P.args, **named: P.kwargs) -> T:
            with GATE.passed(changes=changes):
                return work(*arguments, **named)

        return passing

    return decorated


def one_by_one(make: Callable[[], Iterable[T]]) -> Iterator[T]:
    """What ``make`` yields; other threads fork between two of them, and not within making one."""
    end = object()
    with GATE.passed():
        items = iter(make())
    while True:
        with GATE.passed():
            item = next(items, end)
        if item is end:
            return
        yield item  # type: ignore[misc]


if hasattr(os, "register_at_fork"):  # not on Windows, which has no fork
    os.register_at_fork(before=GATE.close, after_in_parent=GATE.reopen, after_in_child=GATE.begin_anew)
