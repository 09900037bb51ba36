"""The processes of the soak: one that updates an index again and again, and those that ask it meanwhile.

::

    python benchmarks/soak_workers.py (update | alone | together) WORK LOG

Each writes what it does to a file of its own, a line of JSON at a time, until there is a file ``stop`` in WORK.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count, cycle, islice
from pathlib import Path
from threading import Lock
from typing import Any

import soak_sources

from qa.answering.index import Index
from qa.api.opening import open_index
from qa.backends.addresses import store_at
from qa.backends.local import generations
from qa.indexing.update import update
from qa.models.onnx import OnnxEncoder
from qa.types import Answer

#: Threads that ask one open index, and seconds after which they get a new one.
THREADS, TOGETHER = 8, 2.0

#: Questions that a process asks of an index before it opens the next.
ALONE = 3


class Log:
    """What a process tells. Safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8")
        self._lock = Lock()
        self._told: set[str] = set()

    def tell(self, **values: Any) -> None:
        """Writes a line, at once."""
        with self._lock:
            self._file.write(json.dumps(values) + "\n")
            self._file.flush()

    def answer(self, generation: str, answer: Answer) -> None:
        """Tells which slices of which files an answer cites, each once."""
        if answer.index.generation != generation:
            self.tell(error=f"an index of {generation} answered for {answer.index.generation}")
        for citation in answer.citations or answer.nearest:
            for part in (citation.passage, citation.quote):
                document = citation.document
                cited = [generation, document.id, document.sha256, part.start, part.end, part.text]
                key = json.dumps(cited)
                if key not in self._told:
                    self._told.add(key)
                    self.tell(cited=cited)


def keep_updating(work: Path, log: Log) -> None:
    """Brings the index up to date with one state of the sources after the other."""
    index, encoder = work / "index", OnnxEncoder(work / "encoder", threads=1)
    attempts, published = _history(work)
    generation = generations.current_manifest(index)[1].generation
    if generation not in published:  # a writer was killed between publishing and telling
        log.tell(published=generation, state=max(attempts))
    for number in count(max(attempts) + 1):
        if _is_over(work):
            return
        log.tell(attempt=number)
        soak_sources.write(work / "corpus", number)
        log.tell(published=update([work / "corpus"], store_at(index), encoder=encoder).info.generation, state=number)


def ask_alone(work: Path, log: Log) -> None:
    """Opens the index anew for every few questions."""
    questions = cycle(soak_sources.QUESTIONS)
    while not _is_over(work):
        _with_index(work, log, lambda index: [_ask(index, q, log) for q in islice(questions, ALONE)])


def ask_together(work: Path, log: Log) -> None:
    """Lets many threads ask one open index, for a while each time."""

    def ask_for_a_while(index: Index) -> list[bool]:
        end = time.monotonic() + TOGETHER

        def questions() -> Iterator[str]:
            for question in cycle(soak_sources.QUESTIONS):
                if time.monotonic() > end or _is_over(work):
                    return
                yield question

        def ask(start: int) -> int:
            return sum(_ask(index, question, log) for question in islice(questions(), start, None))

        with ThreadPoolExecutor(THREADS) as pool:
            return [True] * sum(pool.map(ask, range(THREADS)))

    while not _is_over(work):
        _with_index(work, log, ask_for_a_while)


def _with_index(work: Path, log: Log, ask: Callable[[Index], list[bool]]) -> None:
    try:
        with open_index(work / "index") as index:
            log.tell(opened=index.info.generation)
            log.tell(asked=len(ask(index)))
    except Exception as error:  # whatever it is, it should not have been
        log.tell(error=f"{type(error).__name__}: {error}")


def _ask(index: Index, question: str, log: Log) -> bool:
    log.answer(index.info.generation, index.ask(question))
    return True


def _history(work: Path) -> tuple[list[int], set[str]]:
    """The states that writers before this one began with, and the generations that they told of."""
    rows = [line for file in sorted((work / "log").glob("update*")) for line in lines(file)]
    return [0, *(line["attempt"] for line in rows if "attempt" in line)], {
        line["published"] for line in rows if "published" in line
    }


def lines(file: Path) -> Iterator[dict[str, Any]]:
    """What a process told; the last line of one that was killed may be cut off."""
    for line in file.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.endswith("\n"):
            yield json.loads(line)


def _is_over(work: Path) -> bool:
    return (work / "stop").exists()


WORKERS = {"update": keep_updating, "alone": ask_alone, "together": ask_together}

if __name__ == "__main__":
    WORKERS[sys.argv[1]](Path(sys.argv[2]), Log(Path(sys.argv[3])))
