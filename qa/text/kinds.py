"""What a piece of an article is: a sentence, or what stands around sentences and answers nothing by itself.

Articles come with headings, bylines, links to other articles and an interviewer's questions. All of them are pieces of
text as ``sentences`` gives them; this tells them apart by how they look, so that a quote is what the article says.
"""

from __future__ import annotations

import re
from typing import Literal

from qa.text.boilerplate import is_boilerplate

Kind = Literal["sentence", "heading", "item", "row", "boilerplate", "question"]

#: Words. A line without an end mark that has more is prose whose end mark is missing; headlines of news have 6 to 14.
LONGEST_HEADING = 16

_LIST = re.compile(r"\s*(?:[-*+\u2022\u2013\u25aa\u25cf\u00b7]|\(?(?:\d{1,3}|[a-zA-Z])[.)])(?:\s+|$)")
_MARKED_HEADING = re.compile(r"\s*#{1,6}\s")
_ROW = re.compile(r"\s*\|.*|[^|\n]*\|[^|\n]*\|.*|[^\t\n]*\t[^\t\n]*\t.*", re.DOTALL)
_ENDED = re.compile(r"[.!?\u2026:;\u3002\uff01\uff1f\u061f\u06d4\u0964][\"'\u2019\u201d\u201c\u00bb\u203a)\]*_]*\s*$")
_LAST = 20  # code points that hold an end mark and what closes after it
_RULED = re.compile(r"[^\n]*\n[\s|:+-]*--[\s|:+-]*")
_QUESTION_END = re.compile(r"[?\uff1f\u061f][\"'\u2019\u201d\u00bb)\]*_]*\s*$")
_QUOTED = re.compile(r"^\W*[\"\u201c\u201e\u00ab]")
_DATELINE = re.compile(r"[^\W\d_][^\n]{1,80}\s[\u2013\u2014-]+\s*$")
_NO_WORDS = re.compile(r"[\W_]*(?:\d+[.)]?[\W_]*)?")
_ADDRESS = re.compile(r"\W*(?:https?://\S+|www\.\S+|\S+@\S+\.\w+)\W*")
_BYLINE = re.compile(
    r"\W*(?i:by|por|von|par|di|de|written by|reporting by|editing by|text by|text:|texto:|edited by)\s+"
    r"[^\W\d_a-z][^.!?\n]{1,80}"
)


def kind(text: str) -> Kind:
    """What ``text``, one piece as ``sentences`` gives it, is.

    "heading": a line that ends without an end mark, as headlines, captions and datelines do, or the first row of a
    table. "item": of a list, and its words may well say something. "row": of a table, or several. "question": asked,
    not said. "boilerplate": bylines, links, list numbers, and what invites to read, follow or subscribe. "sentence":
    all else.
    """
    if _NO_WORDS.fullmatch(text) or _ADDRESS.fullmatch(text) or is_boilerplate(text):
        return "boilerplate"
    if is_row(text):
        return "heading" if _RULED.fullmatch(text) else "row"
    if _MARKED_HEADING.match(text):
        return "heading"
    ended = ends(text)
    if not ended and _BYLINE.fullmatch(text) and _short(text):
        return "boilerplate"
    if marker := _LIST.match(text):
        return "item" if text[marker.end() :].strip() else "boilerplate"
    if _QUESTION_END.search(text) and not _QUOTED.match(text):
        return "question"
    if (not ended and _short(text)) or _DATELINE.fullmatch(text):
        return "heading"
    return "sentence"


def ends(text: str) -> bool:
    """Whether the text ends as a sentence or a clause does, in an end mark or a colon."""
    return _ENDED.search(text[-_LAST:]) is not None


def is_row(text: str) -> bool:
    """Whether the text is one row of a table, or several: cells between strokes or tabs."""
    return ("|" in text or "\t" in text) and _ROW.fullmatch(text) is not None


def _short(text: str) -> bool:
    return len(text.split()) <= LONGEST_HEADING
