"""A quote -> the part of its passage that people read with it: a sentence or two on either side."""

from __future__ import annotations

import re

from qa.text.layout import blocks
from qa.types import Context, Excerpt

#: Code points on either side of a quote: two short sentences, or a long one.
REACH = 200

#: Sentences on either side.
MOST = 2

#: Where a sentence ends beyond doubt: after a word too long for an abbreviation, or between signs that need no blanks.
#: The index has the exact sentences, but an answer does not; to split its passages anew would take longer than to
#: print them. An end that is missed makes the context longer, and never cuts a sentence.
_END = re.compile(r"(?<=\w{5}[.!?\u2026\u061f])[\"'\u2019\u201d\u00bb)\]]*\s+(?=\W?[^\Wa-z])|(?<=[\u3002\uff01\uff1f])")
_WORD_END = re.compile(r"\s+")


def quote_context(passage: Excerpt, quote: Excerpt, most: int = MOST) -> Context:
    """The slice of the document's text that people read with a quote: at most ``most`` sentences on either side of it,
    of those that lie in the passage and within ``REACH``."""
    text, start, end = passage.text, quote.start - passage.start, quote.end - passage.start
    if not most:
        return Context(quote.start, quote.end, False, False)
    edges = {0, len(text), *(edge for block in blocks(text) for edge in block), *(m.end() for m in _END.finditer(text))}
    before = sorted((edge for edge in edges if edge < start and text[edge:start].strip()), reverse=True)
    after = sorted(edge for edge in edges if edge > end and text[end:edge].strip())
    first = _last_within(before[:most], start, start)
    last = _last_within(after[:most], end, end)
    cut_start, cut_end = first is None, last is None
    if first is None:
        first = next((m.end() for m in _WORD_END.finditer(text, start - REACH, start)), start)
    if last is None:
        last = max((m.start() for m in _WORD_END.finditer(text, end, end + REACH)), default=end)
    return Context(passage.start + first, passage.start + last, cut_start, cut_end)


def _last_within(edges: list[int], origin: int, none: int) -> int | None:
    """The farthest edge within reach; ``none`` where there is no edge, and None where all are too far."""
    near = [edge for edge in edges if abs(edge - origin) <= REACH]
    return near[-1] if near else None if edges else none
