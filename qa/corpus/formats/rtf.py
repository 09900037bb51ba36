"""Rich text: the words of an RTF file, by striprtf."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from qa.corpus.formats.converted import Converted
from qa.corpus.formats.extract import DamagedError, Extract, paragraphs, table_rows

_TITLE = re.compile(rb"\{\\title ([^{}\\]*)\}")
_AUTHOR = re.compile(rb"\{\\author ([^{}\\]*)\}")

#: What stands for a bullet: that of a symbol font has no meaning in Unicode.
_BULLET = re.compile(r"^[\uf0a7\uf0b7\ufffd\u2022\u00b7\u2013-]\t", re.MULTILINE)


def extract(data: bytes) -> Extract:
    """The document's text; title and author where they are plain ASCII. Raises UnreadableError."""
    from striprtf.striprtf import rtf_to_text  # without annotations

    if not data.startswith(b"{\\rtf"):
        raise DamagedError
    text: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    # Characters beyond 16 bits stand in two halves, of which one may be lost.
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    text = _BULLET.sub("- ", text.replace("\u00ad", "").replace("\ufeff", ""))
    matches = {"title": _TITLE.search(data), "author": _AUTHOR.search(data)}
    values = {
        name: match[1].decode("ascii", "ignore") for name, match in matches.items() if match and _is_told(match[1])
    }
    return Extract(paragraphs(_blocks(text)), values)


def _blocks(text: str) -> Iterator[str]:
    """The paragraphs, and the tables, whose cells end in a stroke each."""
    for is_row, lines in groupby(text.split("\n"), lambda line: line.endswith("|")):
        if is_row:
            yield table_rows(line[:-1].split("|") for line in lines if line.strip("| \t"))
        else:
            yield from lines


def _is_told(value: bytes) -> bool:
    """Whether the value says something: what is not ASCII is written as question marks here, and apart as Unicode."""
    return value.isascii() and b"?" not in value.rstrip(b"?") and any(map(str.isalnum, value.decode("ascii", "ignore")))


FORMATS = (Converted((".rtf",), "rtf 2", extract, ("striprtf",)),)
