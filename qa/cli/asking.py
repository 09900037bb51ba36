"""``qa ask``."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

import qa
from qa.cli import DEFAULT_CORPUS, DEFAULT_INDEX
from qa.cli.options import AsJson, IndexPlace, ReaderOption, RerankerFolder, with_filters
from qa.cli.output import bold, complain, has_colour, notice, tell_if_stale
from qa.config import DEFAULT_K, FusionMethod, Lexical, SearchConfig
from qa.errors import IndexNotFoundError, QuestionError
from qa.types import Answer

if TYPE_CHECKING:
    from qa.cli.answers import View

ANSWERED, ABSTAINED = 0, 1

#: The question that stands for those on stdin.
STDIN = "-"

#: Indexes that were asked. The process ends soon, and to free a model's memory before takes longer than to find quotes.
_open_indexes: list[qa.Index] = []


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
    lexical: Annotated[Lexical, typer.Option(help="What computes BM25.")] = "bm25",
    fusion: Annotated[FusionMethod, typer.Option(help="How the rankings become one.")] = "minmax",
    reader: ReaderOption = "fast",
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
    # Checked before an index is built for it.
    config = SearchConfig(lexical=lexical, fusion=fusion, reader=reader)
    words = STDIN if question is None else " ".join(question)
    within = qa.Filter(**{name: value for name, value in filters.items() if value is not None})
    request, view = qa.Request(words, k, threshold, within), None if as_json else _view(full, explain)
    if question is None and not sys.stdin.isatty():
        raise QuestionError(
            "there is no question", 'ask one, as in: qa ask "what did Almagro request?", or - for stdin'
        )
    with open_or_build(index, config, reranker, threads) as opened:
        _open_indexes.append(opened)
        if question is None:
            from qa.cli.prompt import converse

            tell_if_stale(index)
            converse(lambda typed: _print(opened.answer(replace(request, question=typed)), view, 2))
            return ANSWERED
        is_one = request.question != STDIN
        code = _print(opened.answer(request), view, 2) if is_one else _ask_all(opened, request, view)
        tell_if_stale(index)
        return code


def _view(full: bool, explain: bool) -> View:
    from qa.cli.answers import View  # programs, which take JSON, need not wait for it

    return View(full=full, explain=explain)


def _ask_all(opened: qa.Index, request: qa.Request, view: View | None) -> int:
    """Prints the answers to the questions on stdin, one a line, each asked as ``request`` asks its own, and shown as
    ``view`` says, or as JSON without one.

    A line that cannot be asked is named, and the others are answered. The exit code is that of the worst.
    """
    if sys.stdin.isatty():
        notice("Write a question a line; Ctrl-D ends.")
    code, questions = ANSWERED, 0
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        questions += 1
        try:
            answer = opened.answer(replace(request, question=line.strip()))
        except QuestionError as error:
            complain(f"line {number} of stdin: {error}")
            code = max(code, error.exit_code)
            continue
        if view is not None:
            from qa.cli.wrapping import wrapped

            print(bold(wrapped(f"> {answer.question}", ""), has_colour(sys.stdout)) + "\n")
        code = max(code, _print(answer, view, None))
    if not questions:
        raise QuestionError("there is no question on stdin", "write one a line")
    return code


def _print(answer: Answer, view: View | None, indent: int | None) -> int:
    if view is None:
        text = answer.to_json(indent)
    else:
        from qa.cli.answers import render

        text = render(answer, view)
    print(text, flush=True)
    return ANSWERED if answer.answered else ABSTAINED


def open_or_build(index: str, config: SearchConfig, reranker: Path | None, threads: int | None) -> qa.Index:
    """Opens the index; where there is none but the default corpus is there, builds it first."""
    try:
        return qa.open(index, config, reranker=reranker, threads=threads)
    except IndexNotFoundError:
        if qa.is_address(index) or Path(index).is_file() or not DEFAULT_CORPUS.is_dir():
            raise
    from qa.cli.indexing import index as build

    notice(f"there is no index in {index} yet: building it from {DEFAULT_CORPUS}{os.sep}")
    build([DEFAULT_CORPUS], index)
    return qa.open(index, config, reranker=reranker, threads=threads)
