"""``qa ask``."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import qa
from qa.cli.defaults import DEFAULT_CORPUS
from qa.cli.output import bold, complain, has_colour, notice
from qa.cli.stale import tell_if_stale
from qa.config import SearchConfig
from qa.errors import IndexNotFoundError, QuestionError
from qa.types import Answer

if TYPE_CHECKING:
    from qa.cli.answers import View

ANSWERED, ABSTAINED = 0, 1

#: The question that stands for those on stdin.
STDIN = "-"

#: Indexes that were asked. The process ends soon, and to free a model's memory before takes longer than to find quotes.
_open_indexes: list[qa.Index] = []


def run(
    request: qa.Request,
    index: str,
    config: SearchConfig,
    reranker: Path | None = None,
    threads: int | None = None,
    *,
    view: View | None = None,
    prompts: bool = False,
) -> int:
    """Prints the answer, or those to the questions on stdin where the question is ``-``; gives the exit code.

    Answers are shown to people as ``view`` says, and printed as JSON without one. With ``prompts`` questions are asked
    for on the terminal. Raises QuestionError where there is none.
    """
    if prompts and not sys.stdin.isatty():
        raise QuestionError(
            "there is no question", 'ask one, as in: qa ask "what did Almagro request?", or - for stdin'
        )
    with open_or_build(index, config, reranker, threads) as opened:
        _open_indexes.append(opened)
        if prompts:
            from qa.cli.prompt import converse

            tell_if_stale(index)
            converse(lambda typed: _print(opened.answer(replace(request, question=typed)), view, 2))
            return ANSWERED
        is_one = request.question != STDIN
        code = _print(opened.answer(request), view, 2) if is_one else _ask_all(opened, request, view)
        tell_if_stale(index)
        return code


def _ask_all(opened: qa.Index, request: qa.Request, view: View | None) -> int:
    """Prints the answers to the questions on stdin, one a line, each asked as ``request`` asks its own.

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
        from qa.cli.answers import render  # programs, which take JSON, need not wait for it

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
    from qa.cli.indexing import run as build

    notice(f"there is no index in {index} yet: building it from {DEFAULT_CORPUS}{os.sep}")
    build([DEFAULT_CORPUS], index)
    return qa.open(index, config, reranker=reranker, threads=threads)
