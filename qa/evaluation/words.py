"""The tokens that quotes are compared by: runs of letters, digits and underscores, by where they stand."""

from __future__ import annotations

import re

from qa.types import Span

_WORD = re.compile(r"\w+")


def has_word(text: str) -> bool:
    """Whether there is anything to compare."""
    return _WORD.search(text) is not None


def word_starts(text: str, span: Span) -> frozenset[int]:
    """The offsets in ``text`` at which the words of its slice ``span`` start."""
    return frozenset(match.start() for match in _WORD.finditer(text, span.start, span.end))
