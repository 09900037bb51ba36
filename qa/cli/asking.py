"""``qa ask``."""

from __future__ import annotations

import math
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from qa.answering.request import Request
from qa.api import open_index
from qa.backends.addresses import is_address
from qa.cli.defaults import DEFAULT_CORPUS
from qa.cli.output import bold, complain, dim, has_colour, highlighted, notice, wrapped
from qa.config import SearchConfig
from qa.errors import IndexNotFoundError, QuestionError

if TYPE_CHECKING:
    from qa.answering.index import Index
    from qa.types import Answer, Citation

ANSWERED, ABSTAINED = 0, 1

_INDENT = "   "

#: Indexes that were asked. The process ends soon, and to free a model's memory before takes longer than to find quotes.
_kept: list[Index] = []


def run(
    request: Request,
    index: str,
    config: SearchConfig,
    reranker: Path | None = None,
    threads: int | None = None,
    *,
    as_json: bool,
    explain: bool,
) -> int:
    """Prints the answer, or those to the questions on stdin where the question is ``-``; gives the exit code."""
    with open_or_build(index, config, reranker, threads) as opened:
        _kept.append(opened)
        if request.question == "-":
            return _ask_all(opened, request, as_json=as_json, explain=explain)
        return _print(opened.answer(request), as_json=as_json, explain=explain, indent=2)


def _ask_all(opened: Index, request: Request, *, as_json: bool, explain: bool) -> int:
    """Prints the answers to the questions on stdin, one a line, each asked as ``request`` asks its own.

    A line that cannot be asked is named, and the others are answered. The exit code is that of the worst.
    """
    code, asked = ANSWERED, 0
    for number, line in enumerate(sys.stdin, start=1):
        if not line.strip():
            continue
        asked += 1
        try:
            answer = opened.answer(replace(request, question=line.strip()))
        except QuestionError as error:
            complain(f"line {number} of stdin: {error}")
            code = max(code, error.exit_code)
            continue
        if not as_json:
            print(bold(wrapped(f"> {answer.question}", ""), has_colour(sys.stdout)) + "\n")
        code = max(code, _print(answer, as_json=as_json, explain=explain, indent=None))
    if not asked:
        raise QuestionError("there is no question on stdin", "write one a line")
    return code


def _print(answer: Answer, *, as_json: bool, explain: bool, indent: int | None) -> int:
    print(answer.to_json(indent) if as_json else render(answer, explain), flush=True)
    return ANSWERED if answer.answered else ABSTAINED


def open_or_build(index: str, config: SearchConfig, reranker: Path | None, threads: int | None) -> Index:
    """Opens the index; where there is none but the default corpus is there, builds it first."""
    try:
        return open_index(index, config, reranker=reranker, threads=threads)
    except IndexNotFoundError:
        if is_address(index) or Path(index).is_file() or not DEFAULT_CORPUS.is_dir():
            raise
    from qa.cli.indexing import run as build

    notice(f"there is no index in {index} yet: building it from {DEFAULT_CORPUS}{os.sep}")
    build([DEFAULT_CORPUS], index)
    return open_index(index, config, reranker=reranker, threads=threads)


def render(answer: Answer, explain: bool) -> str:
    """The answer for people: numbered citations, each passage with its quote marked."""
    colour = has_colour(sys.stdout)
    shown = answer.citations or answer.nearest
    blocks = [render_citation(citation, explain, colour) for citation in shown]
    if not answer.answered:
        said = f"{abstention(answer)} The nearest passages:" if shown else abstention(answer)
        blocks.insert(0, bold(wrapped(said, ""), colour))
    elif answer.unknown:
        blocks.insert(0, dim(wrapped(f"Note: {unmentioned(answer)}", ""), colour))
    blocks += [dim(wrapped(line, ""), colour) for line in left_out(answer)]
    if explain and answer.evidence:
        blocks.append("\n".join(dim(line, colour) for line in evidence_table(answer)))
    facts = f"{answer.index.documents:,} documents, {answer.index.passages:,} passages"
    footer = f"confidence {answer.confidence:.2f}, {facts}, {answer.seconds:.2f} s"
    return "\n\n".join([*blocks, dim(footer, colour)]) + "\n"


def left_out(answer: Answer) -> Iterator[str]:
    """What the filters left out that whoever asked may not expect."""
    if answer.filtered is None:
        return
    if answer.filtered.undated:
        count = answer.filtered.undated
        yield f"{count:,} article{'s' * (count != 1)} without a date {'were' if count != 1 else 'was'} left out."
    if answer.filtered.sources:
        yield f"No source contains what was asked for; sources: {', '.join(answer.filtered.sources)}."
    elif not answer.filtered.documents:
        yield "No article passes the filters."


def abstention(answer: Answer) -> str:
    """That the corpus does not say, and what of the question it does not mention."""
    return f"The corpus does not say: {unmentioned(answer)}" if answer.unknown else "The corpus does not say."


def unmentioned(answer: Answer) -> str:
    """Which names and numbers of the question no article mentions, and what may be meant by them."""
    *others, last = answer.unknown
    names = f"{', '.join(others)} or {last}" if others else last
    meant = " or ".join(word for words in answer.suggestions.values() for word in words)
    return f"no article mentions {names}; did you mean {meant}?" if meant else f"no article mentions {names}."


def evidence_table(answer: Answer) -> Iterator[str]:
    """What the confidence was computed from, by its names in JSON."""
    yield f"{_INDENT}{'evidence':<16}{'value':>8}"
    for name, value in answer.evidence.items():
        yield f"{_INDENT}{name:<16}{value:>8}" if isinstance(value, int) else f"{_INDENT}{name:<16}{value:>8.3f}"


def render_citation(citation: Citation, explain: bool, colour: bool) -> str:
    """One numbered citation: title, where it stands, the passage with its quote, and how it ranked."""
    document, passage, quote = citation.document, citation.passage, citation.quote
    lines = (
        f"line {quote.line_start}"
        if quote.line_start == quote.line_end
        else (f"lines {quote.line_start}-{quote.line_end}")
    )
    where = ", ".join(f"{name} {value}" for name, value in citation.place.items()) if citation.place else lines
    place = [document.date or "no date", document.source, f"{document.id}, {where}", document.url]
    start, end = quote.start - passage.start, quote.end - passage.start
    parts = [
        bold(wrapped(f"{citation.rank}. {document.title}", _INDENT).removeprefix(_INDENT), colour),
        dim(wrapped(" | ".join(part for part in place if part), _INDENT), colour),
        highlighted(passage.text[:start], quote.text, passage.text[end:], _INDENT, colour),
    ]
    return "\n".join([*parts, *(dim(line, colour) for line in explanation(citation) if explain)])


def explanation(citation: Citation) -> Iterator[str]:
    """How the passage came to its score: each search's and the reranker's rank, raw score, and share."""
    total = sum(place.weight for place in citation.scores.values())
    yield f"{_INDENT}{'search':<10}{'rank':>6}{'score':>10}{'adds':>8}"
    for name, place in citation.scores.items():
        yield f"{_INDENT}{name:<10}{place.rank:>6}{place.score:>10.3f}{place.weight:>8.3f}"
    yield f"{_INDENT}{'total':<10}{'':>6}{'':>10}{total:>8.3f}"
    if citation.score < total and not math.isclose(citation.score, total, abs_tol=1e-5):  # both are rounded
        yield f"{_INDENT}{'cited':<10}{'':>6}{'':>10}{citation.score:>8.3f}  (its article is cited above)"
