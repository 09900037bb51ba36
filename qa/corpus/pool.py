"""Files that take long to convert, read by processes beside the one that asks for them; once, though asked for twice.

The first seconds are read here: a few files are read sooner than a process has started. From then on processes begin
with the files that are expected next, while this one reads those that none of them has begun. What comes out, and in
which order, is the same as from ``FileReader``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from threading import Condition, Thread

from qa.corpus.field_names import FieldNames
from qa.corpus.formats.registry import is_slow
from qa.corpus.problem import OnProblem
from qa.corpus.reader import FileOutcome, FileReader
from qa.corpus.spool import Spool
from qa.corpus.walk import Source
from qa.corpus.worker import Worker, can_start
from qa.errors import ReadingError
from qa.types import Document

#: Seconds of reading after which processes are started: one takes about half a second to come up.
START_AFTER = 1.0

#: Most processes: each needs some 150 MB.
MOST_PROCESSES = 8

#: Bytes of outcomes that may wait for their turn before no other file is begun, so that memory stays bounded.
MAX_WAITING = 64 * 1024 * 1024

#: Seconds after which a wait looks up: Windows tells of Ctrl-C only then.
_LOOK_UP = 0.5


@dataclass(slots=True)
class _Task:
    source: Source
    has_begun: bool = False
    answer: bytes | ReadingError | None = None


class ReaderPool(FileReader):
    """As a context manager it ends its processes, whatever they are doing. Not for several threads."""

    ahead = 64

    def __init__(
        self, processes: int | None = None, start_after: float = START_AFTER, field_names: FieldNames = ()
    ) -> None:
        super().__init__(field_names)
        self._number = min(MOST_PROCESSES, _processors() - 1) if processes is None else processes
        self._start_after = start_after
        self._spent = 0.0
        self._spool = Spool()
        self._changed = Condition()
        self._tasks: dict[Source, _Task] = {}
        self._waiting = 0
        self._workers: list[Worker] = []
        self._threads: list[Thread] = []
        self._is_closed = False

    def expect(self, source: Source) -> None:
        """Has the file read beforehand where one of the processes comes to it."""
        source = self.named(source)
        if self._number < 1 or self._is_closed or not is_slow(source.where) or source in self._spool:
            return
        with self._changed:
            self._tasks[source] = _Task(source)
            self._changed.notify()
        if self._spent >= self._start_after and not self._threads and can_start():
            self._threads = [Thread(target=self._serve, daemon=True) for _ in range(self._number)]
            for thread in self._threads:
                thread.start()

    def read(self, source: Source, tell: OnProblem) -> Iterator[tuple[str, Document]]:
        """As ``FileReader.read``. Raises ReadingError where a process has ended over this file."""
        if not is_slow(source.where):
            yield from super().read(source, tell)
            return
        outcome = self._outcome(self.named(source))
        for problem in outcome.problems:
            tell(problem)
        yield from outcome.documents

    @property
    def processes(self) -> tuple[int, ...]:
        """The numbers of the processes that read."""
        with self._changed:
            return tuple(worker.process for worker in self._workers)

    def rest(self) -> None:
        """Ends the processes: what was read is still there, and what was not is read here."""
        with self._changed:
            self._is_closed = True
            self._tasks.clear()
            for worker in self._workers:
                worker.kill()
            self._changed.notify_all()
        for thread in self._threads:
            thread.join()

    def __enter__(self) -> ReaderPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.rest()
        self._spool.close()

    def _outcome(self, source: Source) -> FileOutcome:
        content = self._spool.take(source)
        if content is None:
            content = self._answer(source)
            self._spool.keep(source, content)
        return FileOutcome.from_bytes(content)

    def _answer(self, source: Source) -> bytes:
        """What a process has read, or this one now. Raises ReadingError."""
        with self._changed:
            task = self._tasks.setdefault(source, _Task(source))
            is_here = not task.has_begun
            task.has_begun = True
        if is_here:
            self._finish(task, self._read_here(source))
        while task.answer is None:  # a process is at it: meanwhile, what comes after it
            with self._changed:
                other = self._begun_next()
                if other is None and task.answer is None:
                    self._changed.wait(_LOOK_UP)
            if other:
                self._finish(other, self._read_here(other.source))
        with self._changed:
            del self._tasks[source]
            if isinstance(task.answer, ReadingError):
                raise task.answer
            self._waiting -= len(task.answer)
            self._changed.notify_all()
        return task.answer

    def _read_here(self, source: Source) -> bytes:
        began = time.monotonic()
        answer = FileOutcome.of(source).to_bytes()
        self._spent += time.monotonic() - began
        return answer

    def _serve(self) -> None:
        """What the thread of a process does: hands it one file after the other."""
        try:
            worker = Worker()
        except (OSError, EOFError):  # no more processes are let start: this one reads everything
            return
        with self._changed:
            self._workers.append(worker)
        has_ended = False
        while not has_ended and (task := self._next()):
            try:
                answer: bytes | ReadingError = worker.read(task.source)
            except ReadingError as error:
                answer, has_ended = error, True
            self._finish(task, answer)
        worker.close()

    def _next(self) -> _Task | None:
        """A file for a process, once there is one; None at the end."""
        with self._changed:
            while not self._is_closed:
                if task := self._begun_next():
                    return task
                self._changed.wait(_LOOK_UP)
        return None

    def _begun_next(self) -> _Task | None:
        """The first of the expected files that nobody has begun, which now somebody has; None where there is none, or
        too much waits."""
        if self._waiting >= MAX_WAITING:
            return None
        task = next((one for one in self._tasks.values() if not one.has_begun), None)
        if task:
            task.has_begun = True
        return task

    def _finish(self, task: _Task, answer: bytes | ReadingError) -> None:
        with self._changed:
            task.answer = answer
            self._waiting += len(answer) if isinstance(answer, bytes) else 0
            self._changed.notify_all()


def _processors() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
