"""Rich text: the words of an RTF file, by striprtf."""

from __future__ import annotations

import re

from qa.corpus.formats.converted import Converted
from qa.corpus.formats.extract import DamagedError, Extract, paragraphs

_TITLE = re.compile(rb"\{\\title ([^{}\\]*)\}")
_AUTHOR = re.compile(rb"\{\\author ([^{}\\]*)\}")


def extract(data: bytes) -> Extract:
    """The document's text; title and author where they are plain ASCII. Raises UnreadableError."""
    from striprtf.striprtf import rtf_to_text  # without annotations

    if not data.startswith(b"{\\rtf"):
        raise DamagedError
    text: str = rtf_to_text(data.decode("latin-1"), errors="replace")  # type: ignore[no-untyped-call]
    matches = {"title": _TITLE.search(data), "author": _AUTHOR.search(data)}
    values = {
        name: match[1].decode("ascii", "ignore") for name, match in matches.items() if match and match[1].isascii()
    }
    return Extract(paragraphs(text.split("\n")), values)


FORMATS = (Converted((".rtf",), "rtf 1", extract, ("striprtf",)),)
