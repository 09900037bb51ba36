"""``qa verify``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from textwrap import shorten
from typing import Annotated

import typer

import qa
from qa.cli.options import AsJson
from qa.cli.output import bold, dim, has_colour, notice
from qa.cli.wrapping import beside, wrapped
from qa.counting import count
from qa.escaping import escaped, one_line
from qa.types import Excerpt

VERIFIED, FAILED = 0, 1

#: Code points shown of what stayed the same beside a change, and of how the source goes on.
CONTEXT, CONTINUATION = 60, 120

_INDENT = " " * 12
_STDIN = Path("-")


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
    verification = qa.verify(_export(file), corpus, index=index)
    print(verification.to_json(2) if as_json else render(verification))
    return VERIFIED if verification.ok else FAILED


def render(verification: qa.Verification) -> str:
    """The verification for people: a line a citation, below it what there is to say, and the counts at the end."""
    colour = has_colour(sys.stdout)
    by_answer = [list(group) for _, group in groupby(verification.citations, key=lambda c: (c.answer, c.question))]
    lines: list[str] = []
    for group in by_answer:
        if len(by_answer) > 1:
            lines.append(bold(wrapped(group[0].question, ""), colour))
        lines += [line for citation in group for line in render_citation(citation, colour)]
    return "\n".join([*lines, dim(summary(verification), colour)])


def render_citation(citation: qa.CheckedCitation, colour: bool) -> Iterator[str]:
    """One citation: its status, rank, document and place; then its changes, hints and warnings, indented."""
    place = f"{one_line(citation.document.id)}:{citation.recorded.start}-{citation.recorded.end}"
    notes = [text for text in (became(citation), *_beside(citation)) if text]
    head = f"{citation.status:<8}{citation.rank:>3} "
    line = beside(head, "; ".join([place, *notes]), max(len(_INDENT), len(head)), whole=not sys.stdout.isatty())
    yield bold(head.rstrip(), colour) + line.removeprefix(head.rstrip())
    if citation.quote.changes:
        yield wrapped(difference(citation.quote.changes), _INDENT)
    if citation.reversed_by:
        goes_on = shorten(one_line(citation.reversed_by), CONTINUATION, placeholder=" ...")
        yield wrapped(f"warning: the source goes on: {goes_on}", _INDENT)


def became(citation: qa.CheckedCitation) -> str:
    """What has become of the quote, and where it is."""
    quote = citation.quote
    if citation.status is qa.CitationStatus.MISSING:
        why = f"cannot be read: {one_line(citation.problem)}" if citation.problem else "no such document"
        return why + (f"; {_hint(citation.elsewhere)}" if citation.elsewhere else "")
    if quote.found is None:
        return "nothing like it is left"
    place = f"{quote.found.start}-{quote.found.end}, {_lines(quote.found)}"
    if not quote.stands:
        how = "in white space only" if quote.white_space_only else f"{int(quote.alike * 100)}% alike"
        return f"the nearest text is at {place} ({how})"
    if citation.status is not qa.CitationStatus.EXACT:
        return f"now at {place}" + (f" (the nearest of {quote.times} places)" if quote.times > 1 else "")
    return _lines(quote.found)


def difference(changes: Sequence[qa.TextChange]) -> str:
    """The changes in their context, ``[-deleted-]`` and ``{+inserted+}``."""
    forms = {"same": "{}", "deleted": "[-{}-]", "inserted": "{{+{}+}}"}
    return "".join(
        forms[change.kind].format(_context(change.text) if change.kind == "same" else _visible(change.text))
        for change in changes
    )


def summary(verification: qa.Verification) -> str:
    """The verdict, the counts, and below them what the citations were held against."""
    total = len(verification.citations)
    warnings = sum(citation.reversed_by is not None for citation in verification.citations)
    counts = ", ".join(f"{number} {status}" for status, number in verification.counts.items())
    warned = f"; {count(warnings, 'warning')}" if warnings else ""
    verdict = "verified" if verification.ok else "not verified"
    lines = [f"{verdict}: {count(total, 'citation')}, {counts}{warned}", f"against {one_line(verification.against)}"]
    return "\n".join(wrapped(line, "") if sys.stdout.isatty() else line for line in lines)


def _beside(citation: qa.CheckedCitation) -> Iterator[str]:
    """What differs although it is not the verdict."""
    if citation.passage.status is not citation.status:
        yield f"passage {citation.passage.status}{_moved_to(citation.passage)}"
    if citation.same_file is False:
        yield "the file has changed"
    if citation.status is qa.CitationStatus.EXTRACTED_ANEW:
        yield f"the file is the same, read by another version ({citation.document.extractor} -> {citation.extractor})"


def _moved_to(passage: qa.ExcerptComparison) -> str:
    return (
        f" to {passage.found.start}-{passage.found.end}"
        if passage.status is qa.CitationStatus.MOVED and passage.found
        else ""
    )


def _hint(elsewhere: qa.Successor) -> str:
    name = one_line(elsewhere.document)
    if elsewhere.quote is None:
        return f"the same file is now {name}, but the quote is not in it"
    place = f"{name}:{elsewhere.quote.start}-{elsewhere.quote.end}"
    return f"the same file is now {name}" if elsewhere.same_file else f"the same text stands in {place}"


def _lines(excerpt: Excerpt) -> str:
    first, last = excerpt.line_start, excerpt.line_end
    return f"line {first}" if first == last else f"lines {first}-{last}"


def _visible(text: str) -> str:
    """Changed text with line ends and the like as escapes, and blanks too where there is nothing else to see."""
    return escaped(text) if text.strip(" ") else text.replace(" ", "\\x20")


def _context(text: str) -> str:
    return text if len(text) <= 2 * CONTEXT else f"{text[:CONTEXT]} ... {text[-CONTEXT:]}"


def _export(file: Path | None) -> Path | bytes:
    """What ``qa ask --json`` printed: the file, or what comes on stdin."""
    if file is not None and file != _STDIN:
        return file
    if sys.stdin.isatty():
        notice("reading an answer from stdin, up to Ctrl-D")
    return sys.stdin.buffer.read()
