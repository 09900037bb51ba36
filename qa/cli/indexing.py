"""``qa index``, ``qa add`` and ``qa remove``."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

import qa
from qa.cli import DEFAULT_CORPUS, DEFAULT_INDEX
from qa.cli.options import IndexPlace
from qa.cli.output import OTHERS, notice, tell_if_stale
from qa.cli.progress import progress_bar
from qa.counting import count
from qa.errors import UsageError


def index(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="PATH",
            help="Files and folders of articles. Default: what the index was built from, or corpus/.",
        ),
    ] = None,
    index: IndexPlace = str(DEFAULT_INDEX),
    model: Annotated[
        str | None,
        typer.Option(help="multilingual, or a sentence-transformers model: a folder, or a hub name.", metavar="NAME"),
    ] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Longest passage, in the model's tokens.", metavar="N")] = None,
    overlap: Annotated[
        int | None, typer.Option(help="Sentences that a passage repeats from the one before.", metavar="N")
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build anew instead of bringing up to date.")] = False,
    replace: Annotated[
        bool, typer.Option("--replace", help="Let PATH take the place of what the index was built from.")
    ] = False,
    allow_removal: Annotated[
        bool,
        typer.Option("--allow-removal", help="Let documents go whose source is empty, gone, or cannot be read."),
    ] = False,
    full: Annotated[
        bool, typer.Option("--full", help="Read every file again, also where size and time are as they were.")
    ] = False,
    field: Annotated[
        list[str] | None,
        typer.Option(
            "--field",
            help="What records call their text, id, title, date, source, url, author or language: text=story. May be "
            "given several times.",
            metavar="FIELD=NAME",
        ),
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(
            help="Embed on a Dask cluster: the address of its scheduler, such as tcp://host:8786, or local:N for N "
            "worker processes here. Needs the extra dask.",
            metavar="ADDRESS",
        ),
    ] = None,
    source: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Copy the index that is in this folder, or at this address; nothing is embedded.",
            metavar="DIR",
        ),
    ] = None,
) -> None:
    """Build the index, or bring it up to date.

    Only new and changed articles are embedded. Options that are not given stay as the index has them.
    """
    if source is not None:
        settings = [model, max_tokens, overlap, dask, field]
        is_told = any(value is not None for value in settings) or full or paths or replace or allow_removal
        _copy(source, index, rebuild=rebuild, others=bool(is_told))
        return
    names = field_names(field) if field else None
    options = qa.UpdateOptions(model, max_tokens, overlap, rebuild, full, dask, allow_removal, field_names=names)
    change = partial(qa.update, paths or default_sources(index), index, options)
    _bring(index, partial(change, replace=replace and bool(paths), confirm=partial(_confirm, index)))


def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders of articles.")],
    index: IndexPlace = str(DEFAULT_INDEX),
) -> None:
    """Add files and folders to what the index is built from.

    Only these are read, also where the index has them already; the rest of it stays as it is.
    """
    _bring(index, partial(qa.add, paths, index))
    tell_if_stale(index, OTHERS)


def remove(
    names: Annotated[
        list[str], typer.Argument(metavar="PATH|ID", help="What the index is built from, or a document from there.")
    ],
    index: IndexPlace = str(DEFAULT_INDEX),
) -> None:
    """Take files, folders or single articles out of the index; the rest of it stays as it is.

    No file is deleted. An article in a folder of articles is left out from now on, until qa add is given its path.
    """
    _bring(index, partial(qa.remove, names, index))
    tell_if_stale(index, OTHERS)


def _copy(source: str, index: str, *, rebuild: bool, others: bool) -> None:
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
