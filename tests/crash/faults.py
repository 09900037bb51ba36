"""Ends an update, in a process of its own, at the k-th change that it makes to the folder of its index."""

from __future__ import annotations

import errno
import json
import os
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, TypeAlias

Mode: TypeAlias = Literal["kill", "full disk", "second writer"]

#: Audit events by which of their arguments is the file that comes to be: what a full disk refuses.
MAKING = {"open": 0, "os.mkdir": 0, "os.link": 1, "os.symlink": 1, "os.rename": 1, "sqlite3.connect": 0}

#: Those that change a folder, of which a process may be killed at each.
CHANGING = MAKING | {"os.remove": 0, "os.rmdir": 0, "os.truncate": 0}

#: Seconds that a process waits at the most to be killed, so that it does not outlive what has started it.
PATIENCE = 60


class Fault:
    """An audit hook (PEP 578): it sees each change before it is made, and at the ``k``-th one does what ``mode`` says.

    It tells ``sender`` where it is. Of a full disk everything is refused from there on but removing and renaming.
    """

    def __init__(self, folder: Path, mode: Mode, k: int, sender: int) -> None:
        self._folder = str(folder)
        self._events = MAKING if mode == "full disk" else CHANGING
        self._mode = mode
        self._k = k
        self._sender = sender
        self._lock = threading.Lock()
        #: The changes so far: an event and the file, relative to ``folder`` where it is told so.
        self.changes: list[str] = []

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if event not in self._events or not (file := self._changed(event, arguments)):
            return
        change = f"{event} {file.removeprefix(self._folder)}"
        with self._lock:
            self.changes.append(change)
            number = len(self.changes)
        if number == self._k:
            tell(self._sender, at=change)
            self._strike(event, file)
        elif self._mode == "full disk" and self._k < number and event != "os.rename":
            self._strike(event, file)

    def _changed(self, event: str, arguments: tuple[Any, ...]) -> str | None:
        """The file that is about to be changed; None if it is none of the index or is only read."""
        if event == "open" and (isinstance(arguments[0], int) or not arguments[2] & (os.O_WRONLY | os.O_RDWR)):
            return None
        file = os.fsdecode(arguments[self._events[event]])
        # shutil.rmtree names files relative to an open folder, and an update removes no other folders than its own.
        is_ours = file.startswith(self._folder) or (event in ("os.remove", "os.rmdir") and not file.startswith("/"))
        return file if is_ours else None

    def _strike(self, event: str, file: str) -> None:
        if self._mode == "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        elif self._mode == "second writer":
            time.sleep(PATIENCE)
        elif event == "sqlite3.connect":
            raise sqlite3.OperationalError("unable to open database file")  # as SQLite says it
        else:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), file)


def tell(sender: int, **values: object) -> None:
    """Sends a line to the process that started this one."""
    os.write(sender, f"{json.dumps(values)}\n".encode())


@contextmanager
def struck(work: Callable[[], object], folder: Path, mode: Mode, k: int) -> Iterator[dict[str, Any]]:
    """Does ``work`` in a process of its own until its ``k``-th change to ``folder``, where the block begins.

    After the block, the values hold where that was ("at"), all changes unless it was killed ("changes"), what was
    raised, by its classes and its message ("error"), and the exit code ("exit", negative for a signal).
    """
    if threading.active_count() > 1:
        raise RuntimeError("only a process of one thread can be forked safely")
    receiver, sender = os.pipe()
    child = os.fork()
    if not child:
        os.close(receiver)
        _be_struck(work, Fault(folder, mode, k, sender), sender)
    os.close(sender)
    values: dict[str, Any] = {"at": None, "changes": [], "error": None}
    with os.fdopen(receiver) as stream:
        values |= json.loads(stream.readline() or "{}")
        try:
            yield values
        finally:
            if mode == "second writer":
                os.kill(child, signal.SIGKILL)
            for line in stream:
                values |= json.loads(line)
            values["exit"] = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _be_struck(work: Callable[[], object], fault: Fault, sender: int) -> None:
    """Does the work, tells how it ended, and ends the process without what this one has from its parent."""
    sys.addaudithook(fault)
    error: object = None
    try:
        work()
    except BaseException as raised:
        error = [[kind.__name__ for kind in type(raised).__mro__], str(raised)]
    tell(sender, changes=fault.changes, error=error)
    os._exit(0)
