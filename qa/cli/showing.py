"""``qa show``."""

from __future__ import annotations

import re
import sys
from contextlib import closing

from qa.api import open_searcher
from qa.backends.base import Searcher
from qa.cli.output import has_colour, highlighted
from qa.errors import DocumentNotFoundError, UsageError
from qa.escaping import one_line, printable
from qa.types import Document, Excerpt

#: Code points shown on either side of a slice.
CONTEXT = 400

_SLICE = re.compile(r"(.+):(\d+)-(\d+)", re.DOTALL)


def run(argument: str, index: str) -> None:
    """Prints a document's text, or one slice of it in its context."""
    with closing(open_searcher(index)) as searcher:
        document, span = find(argument, searcher)
    if span is not None:
        print(in_context(document, *span))
    elif sys.stdout.isatty():
        print(printable(document.text))
    else:
        # Piped, the text is exact, so that offsets count in it.
        sys.stdout.flush()
        sys.stdout.buffer.write(document.text.encode("utf-8"))


def find(argument: str, searcher: Searcher) -> tuple[Document, tuple[int, int] | None]:
    """The document and the slice that ``DOC`` or ``DOC:START-END`` names. An id may itself look like a slice."""
    match = _SLICE.fullmatch(argument)
    try:
        return searcher.document(argument), None
    except DocumentNotFoundError:
        if match is None:
            raise
    document = searcher.document(match[1])
    # Python refuses to read numbers of thousands of digits.
    start, end = (int(digits) if len(digits) < 19 else sys.maxsize for digits in match.groups()[1:])
    if not start < end <= len(document.text):
        raise UsageError(f"{document.id} has no slice {start}-{end}", f"its text has {len(document.text):,} characters")
    return document, (start, end)


def in_context(document: Document, start: int, end: int) -> str:
    """Where the slice stands, and the slice between what goes before and after it."""
    excerpt = Excerpt.of(document.text, start, end)
    before = document.text[max(0, start - CONTEXT) : start]
    after = document.text[end : end + CONTEXT]
    lead, trail = ("... " if start > CONTEXT else ""), (" ..." if end + CONTEXT < len(document.text) else "")
    heading = f"{one_line(document.id)}:{start}-{end}, lines {excerpt.line_start}-{excerpt.line_end}"
    body = highlighted(lead + before, excerpt.text, after + trail, "   ", has_colour(sys.stdout))
    return f"{heading}\n{body}"
