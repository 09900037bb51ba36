"""Word documents: headings, paragraphs, lists and tables in their order. Footnotes and comments are left out."""

from __future__ import annotations

from io import BytesIO

from qa.corpus.formats.archive import open_archive
from qa.corpus.formats.converted import Converted
from qa.corpus.formats.extract import Extract, paragraphs, table_rows


def extract(data: bytes) -> Extract:
    """The document's text, and what its properties tell. Raises UnreadableError."""
    import docx
    from docx.table import Table

    open_archive(data).close()  # bounds what is unpacked
    file = docx.Document(BytesIO(data))
    blocks = [
        table_rows([cell.text for cell in row.cells] for row in block.rows)
        if isinstance(block, Table)
        else _marked(block.text, (block.style.name if block.style else None) or "")
        for block in file.iter_inner_content()
    ]
    properties = file.core_properties
    values = {"title": properties.title, "author": properties.author, "language": properties.language}
    return Extract(paragraphs(blocks), {name: value for name, value in values.items() if value})


def _marked(text: str, style: str) -> str:
    """A paragraph as Markdown marks headings and list items."""
    if not text.strip():
        return ""
    if style == "Title" or style.startswith("Heading"):
        level = style.removeprefix("Heading").strip()
        return f"{'#' * (int(level) if level.isdigit() else 1)} {' '.join(text.split())}"
    return f"- {text}" if style.startswith("List") else text


FORMATS = (Converted((".docx",), "docx 1", extract, ("python-docx",)),)
