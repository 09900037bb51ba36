"""The parts of the speed benchmark. Each measures processes and records figures; times in seconds, sizes in bytes."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory

from speed_corpus import add_article, change_article
from speed_measures import Figure, Figures, Origin, Run, run, size_of
from speed_systems import QA, Ours, Peer, Place, Systems, qa_command, session

#: Questions of a warm session, and how many of them come before the clock counts.
QUESTIONS, WARM_UP = 40, 5

#: How often new indexes are made, and the documents of one in memory.
NEW_INDEXES, DOCUMENTS = 3, 50

#: What is measured beside the systems, to tell how fast the machine was.
PYTHON = "python"

#: Questions and passages by which recall is measured.
RECALL_QUESTIONS, RECALL_DEPTH = 100, 10

#: Passages a second that a peer is taken to index where it was not measured: about what two cores do.
RATE = 20.0


@dataclass(frozen=True, slots=True)
class Bench:
    """What all parts need: where figures go, how often a process is measured, and when the budget is spent (in seconds
    of ``time.monotonic``)."""

    figures: Figures
    origin: Origin
    runs: int
    deadline: float

    def record(self, size: int, system: str, **measures: float) -> None:
        """Keeps figures and tells them on stderr."""
        self.figures.record(Figure(name, system, size, value, self.origin) for name, value in measures.items())
        shown = ", ".join(f"{name} {value:,.4g}" for name, value in measures.items())
        print(f"{size:,} {system}: {shown}", file=sys.stderr, flush=True)


def index(bench: Bench, place: Place, systems: Systems, again: bool) -> None:
    """Builds the indexes that are not there, or all of them where ``again``; a peer only while the budget lasts."""
    for system in systems:
        if place.has(system.name) and not again:
            continue
        if isinstance(system, Peer):
            needed = _estimate(bench.figures, system.name, place.size)
            if time.monotonic() + needed > bench.deadline:
                bench.record(place.size, system.name, estimate=needed)
                continue
            place.write_passages()
        _build(bench, place, system)


def _build(bench: Bench, place: Place, system: Ours | Peer) -> None:
    place.mark(system.name, False)
    shutil.rmtree(place.index(system.name), ignore_errors=True)
    done = run(system.index(place))
    place.mark(system.name, True)
    passages = _passages(place) if system.name == QA else done.measures["passages"]
    bench.record(
        place.size,
        system.name,
        passages=passages,
        index_seconds=done.seconds,
        index_rate=passages / done.seconds,
        index_memory=done.memory,
        disk=size_of(place.index(system.name)),
    )


def _estimate(figures: Figures, system: str, size: int) -> float:
    """Seconds that a peer needs by its rate at the largest smaller size, or else by ``RATE``."""
    rates = {f.size: f.value for f in figures if (f.measure, f.system) == ("index_rate", system) and 0 < f.size < size}
    return size / (rates[max(rates)] if rates else RATE)


def cold(bench: Bench, place: Place, systems: Systems) -> None:
    """One question a fresh process, all systems in turn, after a round that fills the file cache."""
    asked = place.questions(bench.runs + 1)
    pace: list[float] = []
    processes: dict[str, list[Run]] = {system.name: [] for system in systems}
    for question in asked:
        pace.append(run([sys.executable, "-c", "import numpy"]).seconds)
        for system in systems:
            processes[system.name].append(run(system.one(place, question), accepted=system.accepted))
    seconds = {name: [done.seconds for done in runs[1:]] for name, runs in processes.items()}
    for name, runs in processes.items():
        bench.record(place.size, name, cold=median(seconds[name]), cold_memory=max(done.memory for done in runs))
    bench.record(place.size, PYTHON, pace=median(pace[1:]))
    record_ratios(bench, place.size, "cold_times", seconds)


def warm(bench: Bench, place: Place, systems: Systems) -> None:
    """Many questions a process, each system's in turn, twice over."""
    asked = "".join(f"{question}\n" for question in place.questions(QUESTIONS))
    seconds: dict[str, list[float]] = {system.name: [] for system in systems}
    memory = dict.fromkeys(seconds, 0)
    for _ in range(2):
        for system in systems:
            done = run(system.many(place), stdin=asked)
            seconds[system.name] += done.measures["seconds"][WARM_UP:]
            memory[system.name] = max(memory[system.name], done.memory)
    for name, values in seconds.items():
        p95 = quantiles(values, n=20, method="inclusive")[-1]
        bench.record(place.size, name, warm_p50=median(values), warm_p95=p95, warm_memory=memory[name])


def start(bench: Bench, place: Place, systems: Systems) -> None:
    """``qa --help``, new indexes of the repository's own corpus, and the cold question on one."""
    helped = [run(qa_command("--help")).seconds for _ in range(bench.runs + 1)]
    bench.record(place.size, QA, help=median(helped[1:]))
    new_indexes(bench, place)
    index(bench, place, systems, again=False)
    cold(bench, place, _indexed(place, systems))


def new_indexes(bench: Bench, place: Place) -> None:
    """A first index with an empty cache, and the processor's seconds of a process that holds documents in memory."""
    seconds, documents = [], []
    for _ in range(NEW_INDEXES):
        with TemporaryDirectory() as folder:
            words = qa_command("index", place.corpus, "--index", Path(folder, "index"))
            seconds.append(run(words, environment={"XDG_CACHE_HOME": folder}).seconds)
            done = run(session("documents", DOCUMENTS), environment={"XDG_CACHE_HOME": folder})
            documents.append(done.measures["processor"])
    bench.record(place.size, QA, first_index=median(seconds), documents=median(documents))


def recall(bench: Bench, place: Place) -> None:
    """How many of the exactly nearest passages the dense search of an index with made-up vectors finds."""
    done = run(session("recall", place.index(QA), RECALL_QUESTIONS, RECALL_DEPTH))
    bench.record(place.size, QA, recall=done.measures["recall"])


def updates(bench: Bench, place: Place) -> None:
    """Bringing the index up to date when nothing changed, one article changed, and one is new: whole processes.

    With made-up vectors, the real model encodes what is new as well, so that it takes as long as for users.
    """
    words = ("--synthetic", "--spend") if place.synthetic else ()
    update = session("update", place.corpus, place.index(QA), *words)
    run(update)  # what another run left changed
    last = place.articles - 1
    changes: Mapping[str, Callable[[int], object]] = {
        "unchanged": lambda _: None,
        "changed": lambda salt: change_article(place.corpus, last, salt),
        "added": lambda salt: add_article(place.corpus, last + salt),
    }
    salt = time.time_ns() // 10**9
    for name, change in changes.items():
        done = []
        for number in range(3):
            change(salt + number)
            done.append(run(update))
        bench.record(place.size, QA, **{name: median(one.seconds for one in done)})
        if name == "changed":
            texts = max(one.measures["encoded"] for one in done)
            bench.record(
                place.size, QA, changed_texts=texts, changed_others=texts - min(texts, _texts(place, last, salt))
            )


def record_ratios(bench: Bench, size: int, measure: str, seconds: Mapping[str, Sequence[float]]) -> None:
    """How many times longer than qa each other system took: the median over rounds, in which noise hits both alike."""
    for name, values in seconds.items():
        if name != QA and QA in seconds:
            bench.record(size, name, **{measure: median(b / a for a, b in zip(seconds[QA], values, strict=True))})


def _indexed(place: Place, systems: Systems) -> list[Ours | Peer]:
    return [system for system in systems if place.has(system.name)]


def _passages(place: Place) -> int:
    return int(run(session("info", place.index(QA))).measures["passages"])


def _texts(place: Place, number: int, salt: int) -> int:
    """How many different texts an index encodes of the article as it was changed last."""
    one = place.folder / "changed.jsonl"
    one.write_text(json.dumps(change_article(place.corpus, number, salt + 2)) + "\n", encoding="utf-8")
    return int(run(session("texts", one, place.folder / "changed.json", 1)).measures["texts"])
