"""HTML that is no web page with an article to find, but all text: chapters, mails, entries of feeds, exports.

The text of its blocks as a browser shows them, with headings, lists and tables as in Markdown.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator, Sequence
from typing import Any

from qa.corpus.encoding import decode
from qa.corpus.formats.extract import table_rows
from qa.corpus.formats.xml import one_line, text_of
from qa.corpus.problem import UnreadableError

_MARKS = {"li": "- ", **{f"h{level}": f"{'#' * level} " for level in range(1, 7)}}
_BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details div dl dt fieldset figcaption figure footer form"
    " header hr html legend main nav ol p pre section summary table tbody td tfoot th thead title tr ul".split()
).union(_MARKS)
_NO_TEXT = frozenset("head script style template noscript iframe object svg math audio video select textarea".split())

#: A table with fewer columns or rows, or with blocks in its cells, only says where things stand on the page.
_LEAST = 2

#: Bytes in which a document tells its encoding, as in the HTML standard.
_HEAD = 1024

#: Longest text of a link that is the number or the mark of a note.
_LONGEST_MARK = 4

_SPACE = re.compile(r"\s+")
_ENCODING = re.compile(rb"(?:encoding|charset)\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"\s*<\?xml[^>]{0,200}>", re.IGNORECASE)


def parse(data: bytes | str) -> Any:
    """The root of the tree. Raises UnreadableError where there is nothing in it."""
    from lxml import etree, html

    try:
        text = data if isinstance(data, str) else _decoded(data)
        parser = html.HTMLParser(remove_comments=True, remove_pis=True, no_network=True)
        return html.document_fromstring(_DECLARATION.sub("", text, count=1), parser=parser)
    except (etree.ParserError, UnreadableError, ValueError) as error:
        raise UnreadableError("has HTML that cannot be read", "save it again") from error


def _decoded(data: bytes) -> str:
    """By the encoding that it tells; UTF-8, or what looks most like words, where it tells none that is known."""
    told = _ENCODING.search(data[:_HEAD])
    try:
        name = codecs.lookup(told[1].decode()).name if told else "utf-8"
    except LookupError:
        name = "utf-8"
    # As browsers do, the former is read as the latter.
    return decode(data).text if name == "utf-8" else data.decode("cp1252" if name == "iso8859-1" else name, "replace")


def text_in(root: Any, *, tables: bool = True) -> str:
    """The blocks with a blank line between them, but for items of a list. Without ``tables`` each cell is a block, as
    where a table only says where things stand."""
    blocks: list[str] = []
    for block in _blocks(root, tables):
        is_item = bool(blocks) and block.startswith("- ") and blocks[-1].startswith("- ")
        blocks += [("\n" if is_item else "\n\n") * bool(blocks), block]
    return "".join(blocks)


def _blocks(root: Any, tables: bool) -> Iterator[str]:
    from lxml import etree

    pieces: list[str] = []
    mark = ""
    walker = etree.iterwalk(root, events=("start", "end"))
    for event, node in walker:
        is_block = node.tag in _BLOCKS
        if is_block and (block := _trimmed(pieces)):
            yield mark + block
            mark = ""
        if is_block:
            pieces.clear()
        if event == "end":
            mark = "" if node.tag in _MARKS else mark
            pieces.append(_text(node.tail, node.getparent()))
        elif node.tag == "br":
            pieces.append("\n")
        elif node.tag in _NO_TEXT or _is_note_mark(node):
            walker.skip_subtree()
        elif tables and node.tag == "table" and (rows := _rows(node)):
            yield table_rows(rows)
            walker.skip_subtree()
        else:
            mark = _MARKS.get(node.tag, mark)
            pieces.append(_text(node.text, node))
    if block := _trimmed(pieces):
        yield mark + block


def _text(text: str | None, holder: Any) -> str:
    """What stands in a node as it is shown: white space is one space but in ``pre``."""
    if not text:
        return ""
    is_kept = holder is not None and (holder.tag == "pre" or next(holder.iterancestors("pre"), None) is not None)
    return text if is_kept else _SPACE.sub(" ", text)


def _trimmed(pieces: Sequence[str]) -> str:
    lines = "".join(pieces).split("\n")
    return re.sub(r"\n{3,}", "\n\n", "\n".join(map(one_line, lines))).strip("\n")


def _rows(table: Any) -> list[list[str]]:
    """The rows of a table that has text in rows and columns; none of another."""
    cells = list(table.iter("td", "th"))
    if any(inner.tag in _BLOCKS for cell in cells for inner in cell.iterdescendants() if inner.tag != "p"):
        return []
    rows = [[text_of(cell) for cell in row.iter("td", "th")] for row in table.iter("tr")]
    rows = [row for row in rows if any(row)]
    return rows if len(rows) >= _LEAST and all(len(row) >= _LEAST for row in rows) else []


def _is_note_mark(node: Any) -> bool:
    """Whether a node is the number of a note, which is no part of the word before it."""
    if node.tag == "a":
        return "noteref" in f"{node.get('role')} {node.get('epub:type')}"
    if node.tag != "sup" or node.find(".//a") is None:
        return False
    mark = text_of(node)
    return len(mark) <= _LONGEST_MARK and not any(map(str.isalpha, mark))
