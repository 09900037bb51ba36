"""``qa ask``."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

import qa
from qa.cli.defaults import DEFAULT_INDEX
from qa.cli.options import (
    AsJson,
    FusionName,
    IndexPlace,
    LexicalName,
    ReaderName,
    ReaderOption,
    RerankerFolder,
    with_filters,
)
from qa.config import DEFAULT_K

if TYPE_CHECKING:
    from qa.cli.answers import View


@with_filters
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
    **filters: Any,
) -> int:
    """Answer a question with cited passages, or say that the corpus does not tell."""
    from qa.cli.asking import STDIN, run
    from qa.config import SearchConfig

    config = SearchConfig(lexical=lexical.value, fusion=fusion.value, reader=reader.value)
    # Checked before an index is built for it.
    words = STDIN if question is None else " ".join(question)
    within = qa.Filter(**{name: value for name, value in filters.items() if value is not None})
    request = qa.Request(words, k, threshold, within)
    view = None if as_json else _view(full, explain)
    return run(request, index, config, reranker, threads, view=view, prompts=question is None)


def _view(full: bool, explain: bool) -> View:
    from qa.cli.answers import View

    return View(full=full, explain=explain)
