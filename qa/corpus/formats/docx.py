"""Word documents: headings, paragraphs, lists, tables and text boxes in their order.

Notes and comments are left out, and so is what was deleted while changes were tracked; what was inserted is text.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from qa.corpus.formats.archive import open_archive
from qa.corpus.formats.converted import Converted
from qa.corpus.formats.extract import Extract, paragraphs, table_rows

#: Characters of a merged cell that is written more than once, and the most columns: Word has no more.
MAX_REPEATED, MAX_COLUMNS = 200, 63

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_P, _TABLE, _ROW, _CELL, _BOX = f"{_W}p", f"{_W}tbl", f"{_W}tr", f"{_W}tc", f"{_W}txbxContent"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"

#: What has blocks in it, besides the body: content controls, tracked insertions, and what programs mark.
_HOLDERS = {f"{_W}{name}" for name in ("sdt", "sdtContent", "ins", "moveTo", "customXml", "smartTag")}

#: What is no text of the paragraph that it stands in. Text boxes are blocks of their own.
_NO_TEXT = {f"{_W}{name}" for name in ("del", "moveFrom", "pPr", "rPr", "sdtPr", "rt")} | {_BOX, _FALLBACK}

#: What stands for a character.
_CHARACTERS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}


def extract(data: bytes) -> Extract:
    """The document's text, and what its properties tell. Raises UnreadableError."""
    import docx

    open_archive(data).close()  # bounds what is unpacked
    file = docx.Document(BytesIO(data))
    properties = file.core_properties
    values = {"title": properties.title, "author": properties.author, "language": properties.language}
    told = {name: value for name, value in values.items() if value}
    return Extract(paragraphs(_blocks(file.element.body, file)), told)


def _blocks(holder: Any, file: Any) -> Iterator[str]:
    """The paragraphs and tables, each with the text boxes that hang on it behind it."""
    from docx.text.paragraph import Paragraph

    for child in holder:
        if child.tag == _P:
            style = Paragraph(child, file).style
            yield _marked(_text(child), (style.name if style else None) or "", is_item=_is_item(child))
            for box in child.iter(_BOX):
                if next(box.iterancestors(_P)) is child and next(box.iterancestors(_FALLBACK), None) is None:
                    yield from _blocks(box, file)
        elif child.tag == _TABLE:
            yield table_rows(_rows(child))
        elif child.tag in _HOLDERS:
            yield from _blocks(child, file)


def _rows(table: Any) -> Iterator[list[str]]:
    """The cells of each row. One that is merged with others is there for each place, if it is short."""
    above: list[str] = []
    for row in table.iter(_ROW):
        if next(row.iterancestors(_TABLE)) is not table:
            continue
        cells = [""] * (_number(row, f"{_W}trPr/{_W}gridBefore") or 0)
        for cell in row.iter(_CELL):
            if next(cell.iterancestors(_ROW)) is not row:
                continue
            text = " ".join(_text(paragraph) for paragraph in cell.iter(_P))
            merged = cell.find(f"{_W}tcPr/{_W}vMerge")
            if merged is not None and merged.get(f"{_W}val") != "restart" and len(cells) < len(above):
                text = above[len(cells)]
            repeated = text if len(text) <= MAX_REPEATED else ""
            cells += [text, *[repeated] * ((_number(cell, f"{_W}tcPr/{_W}gridSpan") or 1) - 1)]
        above = [text if len(text) <= MAX_REPEATED else "" for text in cells]
        yield cells


def _number(node: Any, path: str) -> int | None:
    """A number of columns, if it is one."""
    found = node.find(path)
    value = found.get(f"{_W}val", "") if found is not None else ""
    return min(int(value), MAX_COLUMNS) if value.isdecimal() and len(value) < 10 else None


def _text(node: Any) -> str:
    parts = []
    for child in node:
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in _CHARACTERS:
            parts.append(_CHARACTERS[child.tag])
        elif child.tag not in _NO_TEXT:
            parts.append(_text(child))
    return "".join(parts)


def _is_item(paragraph: Any) -> bool:
    """Whether a paragraph is numbered, or has a bullet."""
    numbers = paragraph.find(f"{_W}pPr/{_W}numPr/{_W}numId")
    return numbers is not None and numbers.get(f"{_W}val") != "0"


def _marked(text: str, style: str, *, is_item: bool) -> str:
    """A paragraph as Markdown marks headings and list items."""
    if not text.strip():
        return ""
    if style == "Title" or style.startswith("Heading"):
        level = style.removeprefix("Heading").strip()
        return f"{'#' * (int(level) if level.isdigit() else 1)} {' '.join(text.split())}"
    return f"- {text}" if is_item or style.startswith("List") else text


FORMATS = (Converted((".docx",), "docx 1", extract, ("python-docx",)),)
