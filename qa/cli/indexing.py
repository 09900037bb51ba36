"""``qa index``, ``qa add`` and ``qa remove``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import qa
from qa.cli.defaults import DEFAULT_CORPUS
from qa.cli.helping import NARROW
from qa.cli.output import complain, notice
from qa.cli.stale import OTHERS, tell_if_stale
from qa.counting import count
from qa.errors import UsageError
from qa.types import OnProgress


def run(paths: Sequence[Path], index: str, options: qa.UpdateOptions | None = None, *, replace: bool = False) -> None:
    """Builds or updates the index; what was done goes to stderr.

    Sources that the index has are given up only with ``replace``, or where whoever sits at a terminal says so. Raises
    UsageError where nobody does.
    """
    sources = paths or default_sources(index)
    confirm = partial(_confirm, index)
    _bring(index, partial(qa.update, sources, index, options, replace=replace and bool(paths), confirm=confirm))


def add(paths: Sequence[Path], index: str) -> None:
    """Adds sources to the index, and says so where others have changed. Raises IndexNotFoundError."""
    _bring(index, partial(qa.add, paths, index))
    tell_if_stale(index, OTHERS)


def remove(names: Sequence[str], index: str) -> None:
    """Takes sources, articles in them, or documents in no file, out of the index, and says so where others have
    changed. Raises IndexNotFoundError and CorpusError."""
    _bring(index, partial(qa.remove, names, index))
    tell_if_stale(index, OTHERS)


def copy(source: str, index: str, *, rebuild: bool, others: bool) -> None:
    """Copies the index at ``source``. ``others`` says whether other options were given."""
    if others:
        raise UsageError("--from takes no articles and no settings", "leave them out: the index has its own")
    with progress_bar() as (on_progress, _):
        update = qa.copy(source, index, rebuild=rebuild, on_progress=on_progress)
    for line in summary(update):
        notice(line)


def field_names(options: Sequence[str]) -> dict[str, str]:
    """``text=story`` as a mapping. Raises UsageError."""
    for option in options:
        if not all(option.partition("=")):
            raise UsageError(f"--field {option} is no field and its name", "as in --field text=story")
    return {target: name for target, _, name in (option.partition("=") for option in options)}


def default_sources(index: str) -> list[Path]:
    """The default corpus, for an index that does not exist yet; an existing one knows its sources."""
    return [DEFAULT_CORPUS] if not qa.is_address(index) and DEFAULT_CORPUS.exists() and not qa.exists(index) else []


def _confirm(index: str, sources: Sequence[str]) -> bool:
    """Whether somebody at a terminal wants these sources to leave the index. Raises UsageError where they do not, or
    nobody is there."""
    what = f"{index} was built from {', '.join(sources)}, which would leave it"
    advice = "qa add PATH adds to an index, and --replace does replace its sources"
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(what, advice)
    notice(f"{what}; {advice}")
    print("Replace its sources? [y/N] ", end="", file=sys.stderr, flush=True)
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise UsageError("nothing was changed", "qa add PATH adds to an index")
    return True


def _bring(index: str, change: Callable[..., qa.Update]) -> None:
    try:
        with progress_bar() as (on_progress, on_problem):
            update = change(on_problem=on_problem, on_progress=on_progress)
    except KeyboardInterrupt:
        if qa.is_unfinished(index):
            notice("what is embedded so far is kept: qa index goes on from there")
        raise
    for line in summary(update):
        notice(line)


def summary(update: qa.Update) -> Iterator[str]:
    """What an update did, in lines."""
    if update.rebuilt:
        yield f"rebuilt, because the settings have changed: {', '.join(update.rebuilt)}"
    for files in update.upgraded:
        yield f"read again, because what reads them has changed: {files}"
    if update.note:
        yield f"note: {update.note}"
    if update.excluded:
        articles = count(update.excluded, "article")
        yield f"left out, as qa remove was asked to: {articles}; qa add PATH takes in again what PATH holds"
    changes = update.changes
    yield (
        f"{update.index}: {update.info.counts} "
        f"({changes.added:,} added, {changes.changed:,} changed, {changes.removed:,} removed, "
        f"{changes.unchanged:,} unchanged; {count(changes.encoded, 'text')} embedded)"
    )


@contextmanager
def progress_bar() -> Iterator[tuple[OnProgress, Callable[[qa.Problem], None]]]:
    """A progress bar on stderr with rate and time left, where stderr is a terminal; problems print above it.

    It is there once something is told of it: what was asked before it stays on the screen."""

    def tell(problem: qa.Problem) -> None:
        complain(str(problem))

    if not sys.stderr.isatty():
        yield lambda *_: None, tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    parts = ("description", "fields[count]", "fields[rate]")
    description, *figures = (TextColumn(f"{{task.{name}}}") for name in parts)
    columns = (description, BarColumn(), *figures)
    if console.width < NARROW:  # what is done, and how long it takes, before how fast it is
        columns = (TextColumn("{task.description} {task.fields[count]}"),)
    progress = Progress(*columns, TimeRemainingColumn(), console=console, transient=True)
    tasks: dict[str, int] = {}

    def advance(what: str, done: int, total: int | None) -> None:
        if what not in tasks:
            for before in progress.tasks:  # is done, of however much there was
                progress.update(before.id, total=before.completed)
            tasks[what] = progress.add_task(what, total=total, count="", rate="")
            progress.start()
        task = progress.tasks[tasks[what]]
        rate = f"{task.speed:,.0f}/s" if task.speed else ""
        count = f"{done:,}/{total:,}" if total else f"{done:,}" if done else ""
        progress.update(task.id, completed=done, total=total, count=count, rate=rate)

    try:
        yield advance, tell
    finally:
        progress.stop()
