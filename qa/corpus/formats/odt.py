"""OpenDocument texts: headings, paragraphs, lists and tables, read from the XML in the archive. Notes are left out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from qa.corpus.formats.archive import member, open_archive
from qa.corpus.formats.converted import Converted
from qa.corpus.formats.extract import Extract, paragraphs, table_rows
from qa.corpus.formats.xml import parse, text_of

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"

#: What is inside a paragraph and none of its text.
_NOTES = {f"{_TEXT}note", f"{_OFFICE}annotation", f"{_TEXT}tracked-changes"}


def extract(data: bytes) -> Extract:
    """The document's text, and what its properties tell. Raises UnreadableError."""
    with open_archive(data) as archive:
        content = parse(member(archive, "content.xml"))
        names = archive.namelist()
        properties = parse(member(archive, "meta.xml")) if "meta.xml" in names else content
    body = content.find(f"{_OFFICE}body/{_OFFICE}text")
    tags = {"title": f"{_DC}title", "author": f"{_META}initial-creator", "language": f"{_DC}language"}
    values = {name: text_of(node) for name, tag in tags.items() if (node := properties.find(f".//{tag}")) is not None}
    return Extract(paragraphs(_blocks(body) if body is not None else ()), values)


def _blocks(parent: Any) -> Iterator[str]:
    for node in parent:
        if node.tag == f"{_TEXT}h":
            yield f"{'#' * min(6, int(node.get(f'{_TEXT}outline-level') or 1))} {text_of(node, _NOTES)}"
        elif node.tag == f"{_TEXT}p":
            yield text_of(node, _NOTES)
        elif node.tag == f"{_TEXT}list":
            yield "\n".join(f"- {text_of(item, _NOTES)}" for item in node.iter(f"{_TEXT}list-item"))
        elif node.tag == f"{_TABLE}table":
            rows = node.iter(f"{_TABLE}table-row")
            yield table_rows([text_of(cell, _NOTES) for cell in row.iter(f"{_TABLE}table-cell")] for row in rows)
        elif node.tag not in _NOTES:
            yield from _blocks(node)


FORMATS = (Converted((".odt",), "odt 1", extract),)
