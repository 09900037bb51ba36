"""``qa ask``."""

from __future__ import annotations

from typing import Annotated

import typer

import qa
from qa.cli.defaults import DEFAULT_INDEX
from qa.cli.options import AsJson, FusionName, IndexPlace, LexicalName, ReaderName, ReaderOption, RerankerFolder
from qa.config import DEFAULT_K


def ask(
    question: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="QUESTION",
            help="The question, with or without quotation marks, or - to read questions from stdin, one a line. "
            "Default, on a terminal: a prompt.",
        ),
    ] = None,
    k: Annotated[int, typer.Option("-k", help="Citations to show.", metavar="N")] = DEFAULT_K,
    index: IndexPlace = str(DEFAULT_INDEX),
    as_json: AsJson = False,
    full: Annotated[
        bool, typer.Option("--full", help="Show whole passages, not only what stands around quotes.")
    ] = False,
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
    threshold: Annotated[
        float | None,
        typer.Option(
            help="Answer from this confidence on, from 0 to 1. Default: what the index was calibrated to.", metavar="P"
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
    from qa.cli.answers import View
    from qa.cli.asking import STDIN, run
    from qa.config import SearchConfig

    config = SearchConfig(lexical=lexical.value, fusion=fusion.value, reader=reader.value)
    # Checked before an index is built for it.
    words = STDIN if question is None else " ".join(question)
    request = qa.Request(words, k, since, until, source, where or (), threshold)
    view = View(full=full, explain=explain)
    return run(request, index, config, reranker, threads, as_json=as_json, view=view, prompts=question is None)
