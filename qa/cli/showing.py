"""``qa show``."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

import qa
from qa.cli import DEFAULT_INDEX
from qa.cli.locators import Locator, lines_of, locator, parsed, span_of
from qa.cli.options import IndexPlace
from qa.cli.output import dim, has_colour, marks, notice
from qa.cli.wrapping import laid_out, packed, page
from qa.errors import DocumentNotFoundError, UsageError
from qa.types import Context, Document, Excerpt, Span

#: Code points shown on either side of a slice.
CONTEXT = 400


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
    article, part = find(document, index)
    if image is not None:
        draw(article, part, image)
    elif part is not None:
        span = span_of(article, part)
        if not part.lines and (doubt := doubts(article, span)):
            notice(f"note: characters {span.start}-{span.end} {doubt}; for lines write :L{span.start}-L{span.end}")
        print(in_context(article, span))
    elif sys.stdout.isatty():
        print(page(article.text))
    else:
        # Piped, the text is exact, so that offsets count in it.
        sys.stdout.flush()
        sys.stdout.buffer.write(article.text.encode("utf-8"))


def draw(document: Document, part: Locator | None, image: Path) -> None:
    """Writes the page with the slice marked. Raises UsageError where no slice is asked for, or it cannot be written."""
    if part is None:
        raise UsageError("no part of the document is named", "name what to mark: DOC:START-END, or DOC:L7-L8")
    page = qa.page_image(document, *span_of(document, part))
    try:
        image.write_bytes(page.png)
    except OSError as error:
        raise UsageError(f"{image} cannot be written ({error.strerror})", "name another file") from None
    size = f"{page.width} x {page.height} pixels"
    notice("; ".join(filter(None, [f"{image}: page {page.page}, {size}", page.note])))


def find(argument: str, index: Path | str) -> tuple[Document, Locator | None]:
    """The document and the slice that ``argument`` names. An id may itself look like a slice."""
    part = parsed(argument)
    try:
        return qa.document(argument, index), None
    except DocumentNotFoundError:
        if part is None:
            raise
    return qa.document(part.document, index), part


def doubts(document: Document, span: Span) -> str | None:
    """What is unlikely of a citation's characters: these may have been meant for lines."""
    text = document.text
    if span.start < document.body_start:
        return "stand before the article begins"
    inside = any(0 < at < len(text) and text[at - 1].isalnum() and text[at].isalnum() for at in span)
    return "begin or end inside a word" if inside else None


def in_context(document: Document, span: Span) -> str:
    """Where the slice stands, and the slice between what goes before and after it."""
    text, (start, end) = document.text, span
    excerpt = Excerpt.of(text, start, end)
    least = document.body_start if start >= document.body_start else 0
    first = max(least, start - CONTEXT)
    first = first if first == least else first + len(text[first:start].partition(" ")[0])
    last = min(len(text), end + CONTEXT)
    last = last if last == len(text) else last - len(text[end:last].rpartition(" ")[2])
    around = slice(max(least, first - CONTEXT), last + CONTEXT)  # which tells how the lines were wrapped
    context = Context(first - around.start, last - around.start, first > least, last < len(text))
    marked = Span(start - around.start, end - around.start)
    place = [f"{name} {value}" for name, value in (document.place_at(start) or {}).items()]
    heading = packed([locator(document.id, lines_of(excerpt)), f"characters {start}-{end}", *place], "")
    body = laid_out(text[around], context, marked, "   ", marks(sys.stdout))
    return f"{dim(heading, has_colour(sys.stdout))}\n{body}"
