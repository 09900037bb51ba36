"""Titles of articles: the Markdown heading, or the first words of the text."""

from __future__ import annotations

import re
from itertools import islice

from qa.corpus.metadata import skip_blanks
from qa.text.languages import SAMPLE, language_of
from qa.text.sentences import sentences
from qa.types import CUT

#: Longest title made from an article's text, in code points.
MAX_TITLE_FROM_TEXT = 80

_WORD = re.compile(r"\S+")
_LINE = re.compile(r"[^\r\n]*")
# Where str.splitlines() splits, and the lines that may be headings or fences, without a list of all lines.
_ENDS = "\n\r\v\f\x1c-\x1e\x85\u2028\u2029"
_MARKED = re.compile(rf"(?:\A|(?<=[{_ENDS}]))[^\S{_ENDS}]*(?:#|```|~~~)[^{_ENDS}]*")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#[ \t](.*)")


def shorten(text: str, limit: int, mark: str = "") -> str:
    """``text`` on one line, white space collapsed, cut at a word to at most ``limit`` code points, which the ``mark``
    follows where it was cut."""
    # No more words than may count: those of a whole file would take many times its size.
    words = islice((word.group() for word in _WORD.finditer(text)), limit + 1)
    line = " ".join(words)
    if len(line) <= limit:
        return line
    cut = line.rfind(" ", 0, limit + 1)
    return line[: cut if cut > 0 else limit] + mark


def title_from_text(text: str, start: int) -> str:
    """The first sentence or line of ``text[start:]``, at most ``MAX_TITLE_FROM_TEXT`` code points, and ``CUT`` where
    it has more.

    White space is collapsed. Empty only if there is no non-blank character.
    """
    line = _LINE.match(text, skip_blanks(text, start))
    words = shorten(line[0] if line else "", 2 * MAX_TITLE_FROM_TEXT, CUT)
    language = language_of(text[start : start + SAMPLE])
    first = next(iter(sentences(words, language=language or "en")), None)
    return shorten(words[: first.end] if first else words, MAX_TITLE_FROM_TEXT, CUT)


def heading(text: str, start: int) -> str:
    """The first Markdown heading ``# Title`` in ``text[start:]`` outside fenced code, or ''."""
    fence = ""
    for marked in _MARKED.finditer(text[start:]):
        line = marked.group()
        mark = _FENCE.match(line)
        if mark and not fence:
            fence = mark[1]
        elif fence:
            fence = "" if line.strip().startswith(fence) else fence
        elif (match := _HEADING.match(line)) and (title := _without_closing_marks(match[1].strip())):
            return title
    return ""


def _without_closing_marks(title: str) -> str:
    """``Title ##`` as ``Title``, but ``C#`` as it is."""
    words = title.rstrip("#")
    return words.rstrip() if not words or words[-1].isspace() else title
