"""``qa index``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from qa.backends.addresses import MilvusAddress, Place
from qa.backends.local import generations
from qa.cli.defaults import DEFAULT_CORPUS
from qa.cli.output import complain, notice
from qa.corpus import Problem
from qa.errors import UsageError
from qa.indexing.changes import OnProgress
from qa.indexing.update import Options, Update, update


def run(paths: Sequence[Path], index: Place, options: Options = Options()) -> None:
    """Builds or updates the index; what was done goes to stderr."""
    sources = paths or default_sources(index)
    try:
        with progress_bar() as (on_progress, on_problem):
            done = update(sources, index, options, on_problem=on_problem, on_progress=on_progress)
    except KeyboardInterrupt:
        if isinstance(index, MilvusAddress) or generations.pending_manifest(index):
            notice("what is embedded so far is kept: qa index goes on from there")
        raise
    for line in summary(done, index):
        notice(line)


def move(source: Path, index: Place, *, rebuild: bool, others: bool) -> None:
    """Moves the index in the folder ``source`` to a cluster. ``others`` says whether other options were given."""
    from qa.indexing.copy import move as move_to

    if others:
        raise UsageError("--from takes no articles and no settings", "leave them out: the index has its own")
    if not isinstance(index, MilvusAddress):
        raise UsageError(f"--from moves an index to a cluster, and {index} is a folder", "copy the folder instead")
    with progress_bar() as (on_progress, _):
        done = move_to(source, index, rebuild=rebuild, on_progress=on_progress)
    for line in summary(done, index):
        notice(line)


def default_sources(index: Place) -> list[Path]:
    """The default corpus, for an index that does not exist yet; an existing one knows its sources."""
    if isinstance(index, MilvusAddress):
        return []
    return [DEFAULT_CORPUS] if not generations.exists(index) and DEFAULT_CORPUS.exists() else []


def summary(done: Update, index: Place) -> Iterator[str]:
    """What an update did, in lines."""
    if done.rebuilt:
        yield f"rebuilt, because the settings have changed: {', '.join(done.rebuilt)}"
    if done.note:
        yield f"note: {done.note}"
    changes = done.changes
    yield (
        f"{index}: {done.info.documents:,} documents, {done.info.passages:,} passages "
        f"({changes.added:,} added, {changes.changed:,} changed, {changes.removed:,} removed, "
        f"{changes.unchanged:,} unchanged; {changes.encoded:,} texts embedded)"
    )


@contextmanager
def progress_bar() -> Iterator[tuple[OnProgress, Callable[[Problem], None]]]:
    """A progress bar on stderr with rate and time left, where stderr is a terminal; problems print above it."""

    def tell(problem: Problem) -> None:
        complain(str(problem))

    if not sys.stderr.isatty():
        yield lambda *_: None, tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[rate]}"))
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, int] = {}

        def advance(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=total, rate="")
            task = progress.tasks[tasks[what]]
            rate = f"{task.speed:,.0f}/s" if task.speed else ""
            progress.update(task.id, completed=done, total=total, rate=rate)

        yield advance, tell
