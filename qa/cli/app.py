"""The commands and their options."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="qa",
    help="Answers questions with cited passages, word for word from your articles. Nothing is ever generated.",
    epilog="Exit codes: 0 answered, 1 the corpus does not say, 2 wrong usage, 3 any other error.",
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


class LexicalName(StrEnum):
    """What computes BM25."""

    TANTIVY = "tantivy"
    RANK_BM25 = "rank-bm25"


class FusionName(StrEnum):
    """How the rankings become one."""

    MINMAX = "minmax"
    RRF = "rrf"


IndexFolder = Annotated[
    Path, typer.Option("--index", envvar="QA_INDEX", help="The folder of the index.", metavar="DIR")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

DEFAULT_INDEX = Path("index")


@app.callback()
def _qa(
    version: Annotated[bool, typer.Option("--version", help="Print the version and exit.", is_eager=True)] = False,
    _debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    # main() takes --debug out before the words come here; it is declared for --help.
    if version:
        import qa

        typer.echo(f"qa {qa.__version__}")
        raise typer.Exit


@app.command()
def index(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Files and folders of articles (.txt, .md, .jsonl). Default: what the index was built from, "
            "or corpus/.",
        ),
    ] = None,
    index: IndexFolder = DEFAULT_INDEX,
    model: Annotated[
        str | None,
        typer.Option(help="A sentence-transformers model: a folder, or a hub name.", metavar="NAME"),
    ] = None,
    max_tokens: Annotated[int | None, typer.Option(help="Longest passage, in the model's tokens.", metavar="N")] = None,
    overlap: Annotated[
        int | None, typer.Option(help="Sentences that a passage repeats from the one before.", metavar="N")
    ] = None,
    rebuild: Annotated[bool, typer.Option("--rebuild", help="Build anew instead of bringing up to date.")] = False,
) -> None:
    """Build the index, or bring it up to date.

    Only new and changed articles are embedded. Options that are not given stay as the index has them.
    """
    from qa.cli.indexing import run

    run(paths or [], index, model, max_tokens, overlap, rebuild)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, or - to read questions from stdin, one a line.")],
    k: Annotated[int, typer.Option("-k", help="Citations to show.", metavar="N")] = 5,
    index: IndexFolder = DEFAULT_INDEX,
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show each search's rank, score and weight.")] = False,
    since: Annotated[
        str | None, typer.Option(help="Only articles from this date on (2024, 2024-07, 2024-07-31).", metavar="DATE")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only articles up to this date, inclusive.", metavar="DATE")] = None,
    source: Annotated[
        str | None, typer.Option(help="Only articles whose source contains this.", metavar="TEXT")
    ] = None,
    lexical: Annotated[LexicalName, typer.Option(help="What computes BM25.")] = LexicalName.TANTIVY,
    fusion: Annotated[FusionName, typer.Option(help="How the rankings become one.")] = FusionName.MINMAX,
) -> int:
    """Answer a question with cited passages, or say that the corpus does not tell."""
    from qa.cli.asking import run
    from qa.config import SearchConfig

    config = SearchConfig(lexical=lexical.value, fusion=fusion.value)
    return run(question, index, config, k, since, until, source, as_json=as_json, explain=explain)


@app.command()
def show(
    document: Annotated[
        str, typer.Argument(help="A document's id, or its slice START-END.", metavar="DOC[:START-END]")
    ],
    index: IndexFolder = DEFAULT_INDEX,
) -> None:
    """Print a document as it is indexed, or a cited slice in its context."""
    from qa.cli.showing import run

    run(document, index)


@app.command()
def status(
    index: IndexFolder = DEFAULT_INDEX,
    as_json: AsJson = False,
    documents: Annotated[bool, typer.Option("--documents", help="List the documents, one a line.")] = False,
) -> None:
    """Show what the index holds and whether it is current."""
    from qa.cli.status import run

    run(index, as_json=as_json, documents=documents)
