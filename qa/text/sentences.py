"""Text -> the spans of its sentences.

Boundaries come from sentencex (Wikimedia's rule-based segmenter), which knows abbreviations, initials, decimals and
quotation marks. One rule is added for how articles are laid out: where the text is not hard-wrapped, a line feed ends
a sentence, so that a headline or a caption on a line of its own is not glued to the paragraph after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from qa.types import Span

#: Code points. Text wrapped by an editor or a mail program keeps its lines under this; a longer line shows that line
#: feeds separate paragraphs. Usual wrapping columns are 72 to 120.
HARD_WRAP = 160

#: Code points that the segmenter is given at once, because its time grows with the square of the length (a megabyte of
#: Chinese would take minutes), and how many of the last ones it sees again with what follows them. With half the
#: window, all but one of 6,768 articles of four public sets were split as they would be in one piece.
WINDOW, MARGIN = 20_000, 1_000

_LINE = re.compile(r"[^\n]+")
_SURROGATE = re.compile(r"[\ud800-\udfff]")


def sentences(text: str, start: int = 0, language: str = "en") -> list[Span]:
    """The sentences of ``text[start:]``, in order, without surrounding white space.

    ``language`` (ISO 639-1) decides which abbreviations are known; one that the segmenter does not know is taken for
    English. They never overlap, and together they hold every character of ``text[start:]`` that is not white space.
    """
    # The segmenter takes valid Unicode only; a stand-in of the same length keeps the offsets.
    text = _SURROGATE.sub("\ufffd", text)
    lines = [Span(*line.span()) for line in _LINE.finditer(text, start)]
    paragraphs = any(line.end - line.start > HARD_WRAP for line in lines)
    blocks = lines if paragraphs else [Span(start, len(text))]
    return [span for block in blocks for span in _segment(text, block, language) if span.start < span.end]


def _segment(text: str, block: Span, language: str) -> list[Span]:
    edges = [block.start, *_ends(text, block, language), block.end]
    return [strip(text, start, end) for start, end in pairwise(edges)]


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
