"""A quote -> the web address that opens the page there, with the quote marked by the browser.

Text fragments (https://wicg.github.io/scroll-to-text-fragment/) are known to all major browsers; a page that has no
such text any more opens at its top.
"""

from __future__ import annotations

import re
from urllib.parse import quote as escaped

#: Words up to which the whole quote stands in the address, and how many of its first and its last do otherwise.
WHOLE, ENDS = 10, 5

_WEB = re.compile(r"https?://[^\s\x00-\x1f]+", re.IGNORECASE)

#: What Markdown, which extracted pages are written in, puts before a heading, an item or a row, and between cells.
_MARKS = re.compile(r"^(?:#{1,6}|[-*+]|\d+\.|>|\|)\s+|\s*\|\s*", re.MULTILINE)


def text_fragment(url: str, quote: str) -> str | None:
    """The address with the quote as its text fragment; None where that is no web address or the quote has no words.

    A longer quote, or one of several lines, which a page may have in several elements, is told by its first and last
    words.
    """
    lines = [words for line in _MARKS.sub("\n", quote).splitlines() if (words := line.split())]
    if not lines or not _WEB.fullmatch(url):
        return None
    words = [word for line in lines for word in line]
    first, last = lines[0][:ENDS], lines[-1][-ENDS:]
    parts = [words] if len(lines) == 1 and len(words) <= WHOLE else [first, last]
    text = ",".join(escaped(" ".join(part), safe="").replace("-", "%2D") for part in parts)
    page, _, anchor = url.partition("#")
    return f"{page}#{anchor.partition(':~:')[0]}:~:text={text}"
