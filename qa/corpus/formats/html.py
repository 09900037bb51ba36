"""HTML: the main text of a page, which trafilatura finds; saved pages (MHTML) too.

Trafilatura's ``deduplicate`` stays off: with it, the fourth page of a process comes out empty (its issue 778). A date
is taken from the page's metadata and address, never guessed from its text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

from qa.corpus.exports import articles_in
from qa.corpus.formats.converted import Converted
from qa.corpus.formats.extract import Extract, paragraphs, table_rows
from qa.corpus.formats.hypertext import parse, text_in
from qa.corpus.formats.mail import parsed
from qa.corpus.formats.xml import one_line, text_of
from qa.corpus.problem import UnreadableError

#: What is no part of a line, in trafilatura's tree.
_BLOCKS = ("p", "head", "list", "table", "quote", "div", "code")

#: Rows and cells of tables, and what they are called where trafilatura has left the page's own tags.
_ROWS, _CELLS = ("row", "tr"), ("cell", "td", "th")

#: What trafilatura gives instead of a body where a page has nothing else.
_NO_TEXT = ("nav", "header", "footer", "aside")

#: What stands in every export of a news archive.
_ARCHIVE = re.compile(rb"D(?:OC|OK|oc|ok)(?:UMENT|ument)")

_DATES = {"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"}


def extract(data: bytes, url: str | None = None) -> Extract:
    """The page's main text, with headings, lists and tables as Markdown has them, and its metadata; but all lines of an
    export.

    Raises UnreadableError where it has none.
    """
    lines = _export_lines(data)
    if articles_in(lines):
        return Extract(lines, {})
    import trafilatura

    page: Any = trafilatura.bare_extraction(
        data,
        url=url,
        with_metadata=True,
        include_comments=False,
        include_tables=True,
        include_formatting=False,  # it loses the blanks around what is emphasised
        deduplicate=False,
        date_extraction_params=_DATES,
    )
    text = paragraphs(_blocks(page.body)) if page is not None and page.body.tag not in _NO_TEXT else ""
    if not text:
        raise UnreadableError("has no main text", "save the page as text, or leave it out")
    values = {
        "title": page.title,
        "date": page.date,
        "author": page.author,
        "source": page.sitename or page.hostname,
        "url": page.url,
        "language": page.language,
        "tags": [*(page.categories or ()), *(page.tags or ())],
    }
    return Extract(text, {name: value for name, value in values.items() if value}, lines=lines)


def extract_mhtml(data: bytes) -> Extract:
    """The page that a browser saved with all that belongs to it. Raises UnreadableError."""
    message = parsed(data)
    for part in message.walk():
        if part.get_content_type() == "text/html" and isinstance(part, EmailMessage):
            content = part.get_payload(decode=True)
            address = part["Content-Location"] or message["Snapshot-Content-Location"]
            if isinstance(content, bytes):
                return extract(content, str(address) if address else None)
    raise UnreadableError("holds no web page", "save the page again, as HTML")


def _blocks(node: Any) -> Iterator[str]:
    """The blocks of trafilatura's tree, whose tags are those of TEI. Text may stand before, between and behind them."""
    yield one_line(node.text)
    for child in node:
        if child.tag == "head":
            yield f"{'#' * int((child.get('rend') or 'h2')[1:2] or 2)} {text_of(child)}"
        elif child.tag == "list":
            yield "\n".join(_items(child))
        elif child.tag == "table":
            yield table_rows(filter(any, _rows(child)))
        elif any(inner.tag in _BLOCKS for inner in child):
            yield from _blocks(child)
        else:
            yield text_of(child)
        yield one_line(child.tail)


def _items(node: Any) -> Iterator[str]:
    """The lines of a list, those of the lists in it among them."""
    for child in node.iter("item", "head"):
        if child.tag == "item":
            yield f"- {text_of(child, {'list'})}"
        elif child.getparent().tag == "list":
            yield text_of(child)


def _rows(table: Any) -> Iterator[list[str]]:
    """The cells of each row; a table in a cell belongs to the cell."""
    for row in table.iter(*_ROWS):
        if next(row.iterancestors("table")) is table:
            cells = (cell for cell in row.iter(*_CELLS) if next(cell.iterancestors(*_ROWS)) is row)
            yield [_cell(cell) for cell in cells]


def _cell(node: Any) -> str:
    has_blocks = any(inner.tag in _BLOCKS for inner in node.iterdescendants())
    return " ".join(block.lstrip("#") for block in _blocks(node)) if has_blocks else text_of(node)


def _export_lines(data: bytes) -> str:
    """All lines of a page that may be an export of a news archive; empty for any other."""
    if not _ARCHIVE.search(data):
        return ""
    try:
        return text_in(parse(data), tables=False)
    except UnreadableError:
        return ""


FORMATS = (
    Converted((".html", ".htm", ".xhtml"), "html 1", extract, ("trafilatura",)),
    Converted((".mhtml", ".mht"), "mhtml 1", extract_mhtml, ("trafilatura",)),
)
