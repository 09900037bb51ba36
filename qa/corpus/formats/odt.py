"""OpenDocument texts: headings, paragraphs, lists and tables, read from the XML in the archive. Notes are left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa.corpus.formats.archive import member, open_archive
from qa.corpus.formats.converted import Converted
from qa.corpus.formats.extract import Extract, paragraphs, table_rows
from qa.corpus.formats.xml import parse, text_of
from qa.corpus.problem import UnreadableError

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_SVG = "{urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"

_MANIFEST = "META-INF/manifest.xml"

_PARAGRAPH, _HEADING, _LIST, _ITEM = f"{_TEXT}p", f"{_TEXT}h", f"{_TEXT}list", f"{_TEXT}list-item"

#: What is inside a paragraph and none of its text. Text boxes are blocks of their own.
_SHAPES = {f"{_DRAW}{name}" for name in ("text-box", "custom-shape", "rect", "ellipse", "circle", "polygon", "path")}
_NO_TEXT = {f"{_TEXT}note", f"{_OFFICE}annotation", f"{_TEXT}tracked-changes", f"{_TEXT}ruby-text", *_SHAPES}
_NO_TEXT |= {f"{_DRAW}frame", f"{_SVG}title", f"{_SVG}desc"}
_NO_BLOCKS = _NO_TEXT - _SHAPES - {f"{_DRAW}frame"}


def extract(data: bytes) -> Extract:
    """The document's text, and what its properties tell. Raises UnreadableError."""
    with open_archive(data) as archive:
        names = archive.namelist()
        if _MANIFEST in names and b"encryption-data" in member(archive, _MANIFEST):
            raise UnreadableError("is encrypted", "save it without a password")
        content = parse(member(archive, "content.xml"))
        properties = parse(member(archive, "meta.xml")) if "meta.xml" in names else content
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    tags = {"title": f"{_DC}title", "author": f"{_META}initial-creator", "language": f"{_DC}language"}
    values = {name: text_of(node) for name, tag in tags.items() if (node := properties.find(f".//{tag}")) is not None}
    return Extract(paragraphs(_blocks(body) if body is not None else ()), values)


def _blocks(parent: Any) -> Iterator[str]:
    """The blocks, each with the text boxes that hang on it behind it."""
    for node in parent:
        if node.tag in (_HEADING, _PARAGRAPH):
            level = min(6, int(node.get(f"{_TEXT}outline-level") or 1))
            mark = f"{'#' * level} " if node.tag == _HEADING else ""
            text = text_of(node, _NO_TEXT)
            yield f"{mark}{text}" if text else ""
            for box in node.iter(*_SHAPES):
                if next(box.iterancestors(_PARAGRAPH, _HEADING)) is node:
                    yield from _blocks(box)
        elif node.tag == _LIST:
            yield "\n".join(filter(None, map(_item, node.iter(_ITEM))))
        elif node.tag == f"{_TABLE}table":
            yield table_rows(_rows(node))
        elif node.tag not in _NO_BLOCKS:
            yield from _blocks(node)


def _item(node: Any) -> str:
    """An item of a list, without those of the lists in it."""
    text = " ".join(text_of(one, _NO_TEXT) for one in node if one.tag in (_PARAGRAPH, _HEADING))
    return f"- {text}" if text else ""


def _rows(table: Any) -> Iterator[list[str]]:
    """The cells of each row; a table in a cell belongs to the cell."""
    for row in table.iter(f"{_TABLE}table-row"):
        if next(row.iterancestors(f"{_TABLE}table")) is table:
            cells = (cell for cell in row if cell.tag in (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"))
            yield [" ".join(filter(None, _blocks(cell))) for cell in cells]


FORMATS = (Converted((".odt",), "odt 2", extract),)
