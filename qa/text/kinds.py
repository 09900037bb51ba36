"""What a piece of an article is: a sentence, or what stands around sentences and answers nothing by itself.

Articles come with headings, bylines, links to other articles and an interviewer's questions. All of them are pieces of
text as ``sentences`` gives them; this tells them apart by how they look, so that a quote is what the article says.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from qa.text.boilerplate import is_boilerplate
from qa.text.phrases import Phrases

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

# An item or a line that is a link of some words, or a picture, as Markdown has them.
_LINK = re.compile(
    r"\s*(?:[-*+\u2022]\s+|\d{1,3}[.)]\s+)?[*_]*"
    r"(?:!\[[^\]\n]*\]|\[(?:[^\s\]]+\s+){2}[^\]\n]*\])\([^()\n]*\)\W*"
)

# "Attendance: 6,412", "Turnout: 61.3 percent": a name without figures, and a figure with one word at most.
_FACT = re.compile(r"[*_]*[^\W\d_][^\d\n:,.]{1,30}:[*_]*\s+\d[\d.,]*(?:\s?%|\s+[^\W\d_]+)?[*_]*")

_CREDIT = re.compile(r"\W*(?i:photos?|photographs?|pictures?|images?|foto|imagen|bild)\b")
_SPOKEN_TO = Phrases(lambda language: language.addresses)

_BYLINE = re.compile(
    r"\W*(?i:by|por|von|par|di|de|written by|reporting by|editing by|text by|text:|texto:|edited by)\s+"
    r"[^\W\d_a-z][^.!?\n]{1,80}"
)


def kind(text: str) -> Kind:
    """What ``text``, one piece as ``sentences`` gives it, is.

    "heading": a line that ends without an end mark, as headlines, captions and datelines do, or the first row of a
    table. "item": of a list, or a name with its figure, and its words may well say something. "row": of a table, or
    several. "question": asked, not said. "boilerplate": bylines, links, list numbers, and what invites to read, follow
    or subscribe. "sentence": all else.
    """
    if _NO_WORDS.fullmatch(text) or _ADDRESS.fullmatch(text) or _LINK.fullmatch(text) or is_boilerplate(text):
        return "boilerplate"
    if is_row(text):
        return "heading" if _RULED.fullmatch(text) else "row"
    if _MARKED_HEADING.match(text):
        return "heading"
    ended = ends(text)
    if is_byline(text):
        return "boilerplate"
    if _FACT.fullmatch(text):
        return "item"
    if marker := _LIST.match(text):
        return "item" if text[marker.end() :].strip() else "boilerplate"
    if _QUESTION_END.search(text) and not _QUOTED.match(text):
        return "question"
    if (not ended and _short(text)) or _DATELINE.fullmatch(text):
        return "heading"
    return "sentence"


def kinds_of(texts: Sequence[str], begins: Sequence[bool]) -> list[Kind]:
    """What each of the pieces of a passage is; ``begins`` tells which of them begin a paragraph.

    A paragraph may be an interviewer's question ("You left after ten years. Why?") or the caption of a picture ("The
    quay in winter. Photo: Jane Orr"): what stands in it before the words that tell is the same.
    """
    kinds = [kind(text) for text in texts]
    starts = [*(at for at, first in enumerate(begins) if first), len(texts)]
    for start, end in pairwise(starts):
        if _is_asked(texts[start:end], kinds[end - 1]) or _is_caption(texts[start:end], kinds[end - 1]):
            kinds[start:end] = [kinds[end - 1]] * (end - start)
    return kinds


def _is_asked(paragraph: Sequence[str], last: Kind) -> bool:
    """Whether a paragraph ends in a question, and speaks to somebody."""
    return last == "question" and not _QUOTED.match(paragraph[0]) and any(map(_SPOKEN_TO.are_in, paragraph))


def _is_caption(paragraph: Sequence[str], last: Kind) -> bool:
    """Whether a paragraph ends in whose the picture is."""
    return last == "boilerplate" and _CREDIT.match(paragraph[-1]) is not None


def is_byline(text: str) -> bool:
    """Whether the text names who wrote the article ("By Jane Orr, in Selden")."""
    return not ends(text) and _BYLINE.fullmatch(text) is not None and _short(text)


def ends(text: str) -> bool:
    """Whether the text ends as a sentence or a clause does, in an end mark or a colon."""
    return _ENDED.search(text[-_LAST:]) is not None


def is_row(text: str) -> bool:
    """Whether the text is one row of a table, or several: cells between strokes or tabs."""
    return ("|" in text or "\t" in text) and _ROW.fullmatch(text) is not None


def _short(text: str) -> bool:
    return len(text.split()) <= LONGEST_HEADING
