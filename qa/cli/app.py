"""The commands and their options."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from typer.models import CommandInfo

from qa.cli.defaults import DEFAULT_INDEX

app = typer.Typer(
    name="qa",
    help="Answers questions with cited passages, word for word from your articles. Nothing is ever generated.",
    epilog="Exit codes: 0 answered, verified, evaluated or healthy; 1 the corpus does not say, or a citation, a gate "
    "or a check failed; 2 wrong usage; 3 any other error.",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def app_for(words: Sequence[str]) -> typer.Typer:
    """The app that can run ``words``: where they begin with the name of a command, with that command alone, because a
    question should not wait until the options of all others are prepared."""
    named = [command for command in app.registered_commands if _name(command) in words[:1]]
    if not named:
        return app
    narrowed = copy.copy(app)
    narrowed.registered_commands = named
    return narrowed


def _name(command: CommandInfo) -> str:
    return command.name or str(getattr(command.callback, "__name__", ""))


class LexicalName(StrEnum):
    """What computes BM25."""

    BM25 = "bm25"
    RANK_BM25 = "rank-bm25"


class FusionName(StrEnum):
    """How the rankings become one."""

    MINMAX = "minmax"
    RRF = "rrf"


class ReaderName(StrEnum):
    """How many of the best passages the reader reads."""

    NONE = "none"
    FAST = "fast"
    CAREFUL = "careful"


IndexPlace = Annotated[
    str,
    typer.Option(
        "--index",
        envvar="QA_INDEX",
        help="The index: a folder, or a cluster's address such as milvus://host:19530/news.",
        metavar="DIR",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
ReaderOption = Annotated[
    ReaderName,
    typer.Option("--reader", help="Whether the reader chooses the quotes: in the best four passages, or in twelve."),
]
RerankerFolder = Annotated[
    Path | None,
    typer.Option(
        "--reranker", help="Order the best passages with the cross-encoder in this folder; slower.", metavar="DIR"
    ),
]


def _print_version(wanted: bool) -> None:
    if wanted:
        import qa

        typer.echo(f"qa {qa.__version__}")
        raise typer.Exit


@app.callback()
def _qa(
    _version: Annotated[
        bool,
        typer.Option("--version", "-V", help="Print the version and exit.", callback=_print_version, is_eager=True),
    ] = False,
    _debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Options of the whole command. ``main`` takes ``--debug`` out of the words; it is declared here for ``--help``."""


@app.command()
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
        typer.Option(help="A sentence-transformers model: a folder, or a hub name.", metavar="NAME"),
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
    from qa.cli.indexing import copy, run
    from qa.indexing.update import UpdateOptions

    if source is not None:
        given = [model, max_tokens, overlap, full or None, dask, paths or None, replace or None, allow_removal or None]
        copy(source, index, rebuild=rebuild, others=any(value is not None for value in given))
    else:
        options = UpdateOptions(model, max_tokens, overlap, rebuild, full, dask, allow_removal)
        run(paths or [], index, options, replace=replace)


@app.command()
def add(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Files and folders of articles.")],
    index: IndexPlace = str(DEFAULT_INDEX),
) -> None:
    """Add files and folders to what the index is built from, and bring it up to date."""
    from qa.cli.indexing import add

    add(paths, index)


@app.command()
def remove(
    names: Annotated[
        list[str], typer.Argument(metavar="PATH|ID", help="What the index is built from, or a document from there.")
    ],
    index: IndexPlace = str(DEFAULT_INDEX),
) -> None:
    """Take files and folders out of what the index is built from, and bring it up to date.

    No file is deleted. An article in a folder of articles leaves the index when its file leaves the folder.
    """
    from qa.cli.indexing import remove

    remove(names, index)


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="The question, or - to read questions from stdin, one a line.")],
    k: Annotated[int, typer.Option("-k", help="Citations to show.", metavar="N")] = 5,
    index: IndexPlace = str(DEFAULT_INDEX),
    as_json: AsJson = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show each search's rank, score and weight.")] = False,
    since: Annotated[
        str | None, typer.Option(help="Only articles from this date on (2024, 2024-07, 2024-07-31).", metavar="DATE")
    ] = None,
    until: Annotated[str | None, typer.Option(help="Only articles up to this date, inclusive.", metavar="DATE")] = None,
    source: Annotated[
        str | None, typer.Option(help="Only articles whose source contains this.", metavar="TEXT")
    ] = None,
    where: Annotated[
        list[str] | None,
        typer.Option(
            help="Only articles one of whose fields contains this, such as author=Lopez; repeatable.",
            metavar="FIELD=VALUE",
        ),
    ] = None,
    lexical: Annotated[LexicalName, typer.Option(help="What computes BM25.")] = LexicalName.BM25,
    fusion: Annotated[FusionName, typer.Option(help="How the rankings become one.")] = FusionName.MINMAX,
    reader: ReaderOption = ReaderName.FAST,
    reranker: RerankerFolder = None,
    threads: Annotated[
        int | None,
        typer.Option(
            envvar="QA_THREADS",
            min=0,
            help="Threads that encode a question and scan a large index; 0 are as many as there are cores. Default: 1 "
            "encodes, and all cores scan.",
            metavar="N",
        ),
    ] = None,
) -> int:
    """Answer a question with cited passages, or say that the corpus does not tell."""
    from qa.answering.request import Request
    from qa.cli.asking import run
    from qa.config import SearchConfig

    config = SearchConfig(lexical=lexical.value, fusion=fusion.value, reader=reader.value)
    request = Request(question, k, since, until, source, where or ())  # checked before an index is built for it
    return run(request, index, config, reranker, threads, as_json=as_json, explain=explain)


@app.command()
def show(
    document: Annotated[
        str, typer.Argument(help="A document's id, or its slice START-END.", metavar="DOC[:START-END]")
    ],
    index: IndexPlace = str(DEFAULT_INDEX),
) -> None:
    """Print a document as it is indexed, or a cited slice in its context."""
    from qa.cli.showing import run

    run(document, index)


@app.command()
def status(
    index: IndexPlace = str(DEFAULT_INDEX),
    as_json: AsJson = False,
    documents: Annotated[bool, typer.Option("--documents", help="List the documents, one a line.")] = False,
) -> None:
    """Show what the index holds and whether it is current."""
    from qa.cli.status import run

    run(index, as_json=as_json, documents=documents)


@app.command()
def doctor(index: IndexPlace = str(DEFAULT_INDEX), as_json: AsJson = False) -> int:
    """Check every byte of the index, and all that it needs; change nothing.

    One line a finding: where, what, and what to do. Exits with 3 where there is an error (damage, or whatever else
    keeps the index from answering), with 1 where there are warnings only, and with 0 where nothing is wrong.
    """
    from qa.cli.doctor import run

    return run(index, as_json=as_json)


@app.command()
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

    Says of each whether it is exact, moved, altered or missing. Without a corpus or an index, the files that the answer
    names are read.
    """
    from qa.cli.verifying import run

    return run(file, index, corpus, as_json=as_json)


@app.command("eval")
def evaluate(
    gold: Annotated[
        Path, typer.Argument(help="Gold questions: a JSONL file, or a folder in the BEIR layout.", metavar="GOLD")
    ],
    index: IndexPlace = str(DEFAULT_INDEX),
    k: Annotated[int, typer.Option("-k", help="Citations to ask for.", metavar="N")] = 5,
    as_json: AsJson = False,
    run_file: Annotated[
        Path | None, typer.Option("--run", help="Write the ranking of documents as a TREC run.", metavar="FILE")
    ] = None,
    qrels_file: Annotated[
        Path | None, typer.Option("--qrels", help="Write the gold documents as TREC qrels.", metavar="FILE")
    ] = None,
    report_file: Annotated[
        Path | None,
        typer.Option("--report", help="Write the report as a page for a web browser.", metavar="FILE.html"),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(help="Compare with this earlier report (--json); exit with 1 if worse.", metavar="FILE"),
    ] = None,
    fail_below: Annotated[
        list[str] | None,
        typer.Option(help="Exit with 1 if a measure is below a value; repeatable.", metavar="MEASURE=VALUE"),
    ] = None,
    reader: ReaderOption = ReaderName.FAST,
    reranker: RerankerFolder = None,
) -> int:
    """Ask questions with known answers, and measure rankings, quotes, abstention and time."""
    from qa.cli.evaluating import run
    from qa.config import SearchConfig

    return run(
        gold,
        index,
        k,
        as_json=as_json,
        run_file=run_file,
        qrels_file=qrels_file,
        report_file=report_file,
        baseline=baseline,
        fail_below=fail_below or (),
        config=SearchConfig(reader=reader.value),
        reranker=reranker,
    )


@app.command()
def calibrate(
    gold: Annotated[
        Path | None,
        typer.Argument(help="Gold questions: a JSONL file, or a folder in the BEIR layout.", metavar="GOLD"),
    ] = None,
    index: IndexPlace = str(DEFAULT_INDEX),
    error: Annotated[
        float, typer.Option(help="The share of answers that may be wrong, such as 0.1.", metavar="SHARE")
    ] = 0.1,
    level: Annotated[float, typer.Option(help="How sure that has to be, such as 0.95.", metavar="SHARE")] = 0.95,
    reset: Annotated[
        bool, typer.Option("--reset", help="Remove the index's own calibration; GOLD is not needed.")
    ] = False,
    as_json: AsJson = False,
) -> int:
    """Fit the confidence to the index, and choose from which on to answer for a wanted error rate.

    One half of the questions fits, the other certifies. Where they are too few, or too many answers are wrong, nothing
    is changed and the exit code is 1.
    """
    from qa.cli.calibrating import run

    return run(gold, index, error, level, reset=reset, as_json=as_json)
