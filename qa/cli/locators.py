"""What ``qa show`` takes, as answers print it: ``DOC:L7-L8`` for lines, ``DOC:120-260`` for characters."""

from __future__ import annotations

import re
import sys
from itertools import accumulate
from typing import NamedTuple

from qa.errors import UsageError
from qa.escaping import one_line
from qa.types import Document, Excerpt, Span

_SLICE = re.compile(r"(?P<document>.+):(?P<line>L?)(?P<first>\d+)(?:-L?(?P<last>\d+))?", re.DOTALL)

#: Characters that a shell would not take as they stand.
_SHELL = re.compile(r"[\s\"'$&();<>|*?#!~`\[\]{}\\]")


class Locator(NamedTuple):
    """A document, and lines or characters of it, from the first to the last as they were written."""

    document: str
    lines: bool
    first: int
    last: int


def lines_of(excerpt: Excerpt) -> str:
    """``L7`` or ``L7-L8``."""
    first, last = excerpt.line_start, excerpt.line_end
    return f"L{first}" if first == last else f"L{first}-L{last}"


def locator(document: str, where: str) -> str:
    """``DOC:WHERE`` as it can be given to ``qa show`` in a shell."""
    text = one_line(f"{document}:{where}")
    return "'" + text.replace("'", "'\\''") + "'" if _SHELL.search(text) else text


def parsed(text: str) -> Locator | None:
    """The slice that ``DOC:LINES`` or ``DOC:START-END`` names; None where ``text`` does not look like one."""
    match = _SLICE.fullmatch(text)
    if match is None or not (match["line"] or match["last"]):
        return None
    # Python refuses to read numbers of thousands of digits.
    first, last = (int(n) if len(n) < 19 else sys.maxsize for n in (match["first"], match["last"] or match["first"]))
    return Locator(match["document"], bool(match["line"]), first, last)


def span_of(document: Document, part: Locator) -> Span:
    """The characters that are meant. Raises UsageError where the document has no such."""
    text = document.text
    if not part.lines:
        if part.first < part.last <= len(text):
            return Span(part.first, part.last)
        hint = f"its text has {len(text):,} characters; for lines write :L7-L8"
        raise UsageError(f"{document.id} has no characters {part.first}-{part.last}", hint)
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]  # with the line feeds
    count = len(starts) - 1 - text.endswith("\n")
    if not 1 <= part.first <= part.last <= count:
        raise UsageError(f"{document.id} has no lines {part.first}-{part.last}", f"it has {count:,}")
    return Span(starts[part.first - 1], min(starts[part.last] - 1, len(text)))
