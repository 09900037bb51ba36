"""Text -> the spans of its sentences.

Boundaries come from sentencex (Wikimedia's rule-based segmenter), which knows abbreviations, initials, decimals and
quotation marks. It is given block by block (``blocks``), so that a headline, a caption or a row is not glued to the
paragraph after it, and it is told the language, which decides about abbreviations. What it does not know is in the
tables of the languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qa.text.analysis import fold
from qa.text.kinds import is_row
from qa.text.languages import SAMPLE, language_of, languages
from qa.text.languages.language import Language
from qa.text.layout import SMALL_TABLE, blocks
from qa.text.numbers import MONTHS, month_names
from qa.types import Span

#: Code points that the segmenter is given at once, because its time grows with the square of the length (a megabyte of
#: Chinese would take minutes), and how many of the last ones it sees again with what follows them. With half the
#: window, all but one of 6,768 articles of four public sets were split as they would be in one piece.
WINDOW, MARGIN = 20_000, 1_000

_SURROGATE = re.compile(r"[\ud800-\udfff]")
_LAST_WORD = re.compile(r"([^\W_]+)\.\s*$")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_NEXT_WORD = re.compile(r"\s*([^\W_]+)")

#: Letters. A word so short, with a full stop and a small letter after it, is taken for an abbreviation.
_SHORT = 4

#: Code points before an end that hold its last word.
_BACK = 40


def sentences(text: str, start: int = 0, language: str | None = None) -> list[Span]:
    """The sentences of ``text[start:]``, in order, without surrounding white space.

    ``language`` (ISO 639-1) decides which abbreviations are known; None is told from the words, and one that the
    segmenter does not know is taken for English. Sentences never overlap, and together they hold every character of
    ``text[start:]`` that is not white space.
    """
    # The segmenter takes valid Unicode only; a stand-in of the same length keeps the offsets.
    text = _SURROGATE.sub("\ufffd", text)
    language = language or language_of(text[start : start + SAMPLE]) or "en"
    return [span for block in blocks(text, start) for span in _segment(text, block, language) if span.start < span.end]


def _segment(text: str, block: Span, language: str) -> list[Span]:
    table = next((table for table in languages() if table.code == language), None)
    whole = block.end - block.start <= SMALL_TABLE and is_row(text[block.start : block.end].strip())
    ends = [] if whole else [end for end in _ends(text, block, language) if not _goes_on(text, block, end, table)]
    edges = [block.start, *ends, block.end]
    return [strip(text, start, end) for start, end in pairwise(edges)]


def _goes_on(text: str, block: Span, end: int, table: Language | None) -> bool:
    """Whether what seems to end a sentence is an ordinal number (14. März), an abbreviation (Abs. 2), the number of an
    item, or only followed by marks, or is the mark before a picture in Markdown."""
    if not _ALPHANUMERIC.search(text, end, block.end) or text.startswith("![", end - 1):
        return True
    last = _LAST_WORD.search(text[max(block.start, end - _BACK) : end])
    following = _NEXT_WORD.match(text, end, block.end)
    if not last or not following:
        return False
    word, after = fold(last[1]), following[1]
    continued = after[0].islower() or after[0].isdigit()
    if word.isdigit() and len(word) <= 2:
        if not text[block.start : end].strip(f" \t\r\n({word}."):
            return True
        return after[0].islower() or fold(after) in MONTHS or fold(after) in month_names()
    if len(word) <= _SHORT and after.islower():
        return True
    return table is not None and (word in table.titles or (continued and word in table.abbreviations))


def _ends(text: str, block: Span, language: str) -> Iterator[int]:
    """Where sentences of the block end, in order, found window by window."""
    from sentencex import get_sentence_boundaries

    start = block.start
    while start < block.end:
        window = text[start : min(start + WINDOW, block.end)]
        ends = [b["end_index"] for b in get_sentence_boundaries(language, window)]
        if start + len(window) < block.end:
            # What ends near the window's end may go on behind it.
            sure = [end for end in ends if end <= WINDOW - MARGIN] or [end for end in ends if end < WINDOW]
            yield from (start + end for end in sure)
            start += max(sure, default=0) or WINDOW
        else:
            yield from (start + end for end in ends)
            start = block.end


def strip(text: str, start: int, end: int) -> Span:
    """The span ``[start, end)`` of ``text`` without the white space at its ends; blank spans come back empty."""
    piece = text[start:end]
    if not piece or piece.isspace():
        return Span(end, end)
    return Span(end - len(piece.lstrip()), start + len(piece.rstrip()))
