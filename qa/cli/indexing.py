"""``qa index``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from qa.backends.addresses import is_address, is_there, store_at
from qa.backends.base import OnProgress, Store
from qa.cli.defaults import DEFAULT_CORPUS
from qa.cli.output import complain, notice
from qa.cli.stale import OTHERS, tell_if_stale
from qa.corpus import Problem
from qa.errors import UsageError
from qa.indexing import membership
from qa.indexing.sources import check_replacing
from qa.indexing.stored import Given
from qa.indexing.update import Update, UpdateOptions, update


def run(paths: Sequence[Path], index: str, options: UpdateOptions = UpdateOptions(), *, replace: bool = False) -> None:
    """Builds or updates the index; what was done goes to stderr.

    Sources that the index has are given up only with ``replace``, or where whoever sits at a terminal says so. Raises
    UsageError where nobody does.
    """
    store = store_at(index)
    if paths and not replace:
        _confirm_replacing(store, paths)
    given = Given(alone=replace and bool(paths))
    _bring(store, partial(update, paths or default_sources(store), store, options, given=given))


def add(paths: Sequence[Path], index: str) -> None:
    """Adds sources to the index, and says so where others have changed. Raises IndexNotFoundError."""
    store = store_at(index)
    _bring(store, partial(membership.add, paths, (), store))
    tell_if_stale(index, OTHERS)


def remove(names: Sequence[str], index: str) -> None:
    """Takes sources, articles in them, or documents in no file, out of the index, and says so where others have
    changed. Raises IndexNotFoundError and CorpusError."""
    store = store_at(index)
    _bring(store, partial(membership.remove, names, store))
    tell_if_stale(index, OTHERS)


def _confirm_replacing(store: Store[Any], paths: Sequence[Path]) -> None:
    """Raises UsageError where sources would leave the index, and nobody at a terminal wants that."""
    try:
        check_replacing(store, paths, "qa add PATH adds to an index, and --replace does replace its sources")
    except UsageError as error:
        if not (sys.stdin.isatty() and sys.stderr.isatty()):
            raise
        notice(str(error))
        print("Replace its sources? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
            raise UsageError("nothing was changed", "qa add PATH adds to an index") from None


def _bring(store: Store[Any], change: Callable[..., Update]) -> None:
    try:
        with progress_bar() as (on_progress, on_problem):
            done = change(on_problem=on_problem, on_progress=on_progress)
    except KeyboardInterrupt:
        if store.unfinished():
            notice("what is embedded so far is kept: qa index goes on from there")
        raise
    for line in summary(done, store):
        notice(line)


def copy(source: str, index: str, *, rebuild: bool, others: bool) -> None:
    """Copies the index at ``source``. ``others`` says whether other options were given."""
    from qa.indexing.copy import copy as copy_to

    if others:
        raise UsageError("--from takes no articles and no settings", "leave them out: the index has its own")
    store = store_at(index)
    with progress_bar() as (on_progress, _):
        done = copy_to(store_at(source), store, rebuild=rebuild, on_progress=on_progress)
    for line in summary(done, store):
        notice(line)


def default_sources(store: Store[Any]) -> list[Path]:
    """The default corpus, for an index that does not exist yet; an existing one knows its sources."""
    if is_address(str(store)):
        return []
    return [DEFAULT_CORPUS] if DEFAULT_CORPUS.exists() and not is_there(store) else []


def summary(done: Update, store: Store[Any]) -> Iterator[str]:
    """What an update did, in lines."""
    if done.rebuilt:
        yield f"rebuilt, because the settings have changed: {', '.join(done.rebuilt)}"
    if done.note:
        yield f"note: {done.note}"
    if done.excluded:
        count = f"{done.excluded:,} article{'s' * (done.excluded > 1)}"
        yield f"left out, as qa remove was asked to: {count}; qa add PATH takes in again what PATH holds"
    changes = done.changes
    yield (
        f"{store}: {done.info.documents:,} documents, {done.info.passages:,} passages "
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
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    texts = (TextColumn(f"{{task.{name}}}") for name in ("fields[count]", "fields[rate]"))
    columns = (TextColumn("{task.description}"), BarColumn(), *texts)
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True) as progress:
        tasks: dict[str, int] = {}

        def advance(what: str, done: int, total: int | None) -> None:
            if what not in tasks:
                for before in progress.tasks:  # is done, of however much there was
                    progress.update(before.id, total=before.completed)
                tasks[what] = progress.add_task(what, total=total, count="", rate="")
            task = progress.tasks[tasks[what]]
            rate = f"{task.speed:,.0f}/s" if task.speed else ""
            count = f"{done:,}/{total:,}" if total else f"{done:,}" if done else ""
            progress.update(task.id, completed=done, total=total, count=count, rate=rate)

        yield advance, tell
