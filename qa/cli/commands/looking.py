"""``qa show``, ``qa status``, ``qa doctor`` and ``qa verify``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from qa.cli.defaults import DEFAULT_INDEX
from qa.cli.options import AsJson, IndexPlace


def show(
    document: Annotated[
        str,
        typer.Argument(
            help="A document's id, or its lines as answers print them (DOC:L7-L8), or its characters (DOC:120-260).",
            metavar="DOC[:LINES|:START-END]",
        ),
    ],
    index: IndexPlace = str(DEFAULT_INDEX),
    image: Annotated[
        Path | None,
        typer.Option("--image", help="Draw the PDF page instead, with the slice marked, as PNG.", metavar="FILE.png"),
    ] = None,
) -> None:
    """Print a document as it is indexed, or a cited slice in its context."""
    from qa.cli.showing import run

    run(document, index, image)


def status(
    index: IndexPlace = str(DEFAULT_INDEX),
    as_json: AsJson = False,
    documents: Annotated[bool, typer.Option("--documents", help="List the documents, one a line.")] = False,
) -> None:
    """Show what the index holds and whether it is current."""
    from qa.cli.status import run

    run(index, as_json=as_json, documents=documents)


def doctor(index: IndexPlace = str(DEFAULT_INDEX), as_json: AsJson = False) -> int:
    """Check every byte of the index, and all that it needs; change nothing.

    One line a finding: where, what, and what to do. Exits with 3 where there is an error (damage, or whatever else
    keeps the index from answering), with 1 where there are warnings only, and with 0 where nothing is wrong.
    """
    from qa.cli.doctor import run

    return run(index, as_json=as_json)


def verify(
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE", help="What qa ask --json printed: an answer, or one a line. Default, and -: stdin."
        ),
    ] = None,
    index: Annotated[
        str | None,
        typer.Option(
            "--index",
            envvar="QA_INDEX",
            help="Check against the sources of this index.",
            metavar="DIR",
        ),
    ] = None,
    corpus: Annotated[
        Path | None, typer.Option("--corpus", help="Check against these articles: a folder or a file.", metavar="DIR")
    ] = None,
    as_json: AsJson = False,
) -> int:
    """Check that an exported answer's citations still stand in their sources, word for word.

    Says of each whether it is exact, moved, extracted anew, altered or missing. Without a corpus or an index, the files
    that the answer names are read.
    """
    from qa.cli.verifying import run

    return run(file, index, corpus, as_json=as_json)
