"""How far something is that takes long, on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import qa
from qa.cli.helping import NARROW
from qa.cli.output import complain
from qa.types import OnProgress


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
