"""``qa index``, ``qa add`` and ``qa remove``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import qa
from qa.cli.defaults import DEFAULT_INDEX
from qa.cli.options import IndexPlace


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
    from qa.cli.indexing import copy, field_names, run

    if source is not None:
        others = [
            model,
            max_tokens,
            overlap,
            full or None,
            dask,
            field,
            paths or None,
            replace or None,
            allow_removal or None,
        ]
        copy(source, index, rebuild=rebuild, others=any(value is not None for value in others))
    else:
        names = field_names(field) if field else None
        options = qa.UpdateOptions(model, max_tokens, overlap, rebuild, full, dask, allow_removal, field_names=names)
        run(paths or [], index, options, replace=replace)


def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders of articles.")],
    index: IndexPlace = str(DEFAULT_INDEX),
) -> None:
    """Add files and folders to what the index is built from.

    Only these are read, also where the index has them already; the rest of it stays as it is.
    """
    from qa.cli.indexing import add

    add(paths, index)


def remove(
    names: Annotated[
        list[str], typer.Argument(metavar="PATH|ID", help="What the index is built from, or a document from there.")
    ],
    index: IndexPlace = str(DEFAULT_INDEX),
) -> None:
    """Take files, folders or single articles out of the index; the rest of it stays as it is.

    No file is deleted. An article in a folder of articles is left out from now on, until qa add is given its path.
    """
    from qa.cli.indexing import remove

    remove(names, index)
