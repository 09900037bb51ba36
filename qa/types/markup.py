"""Excerpts as HTML, for notebooks and pages: no script, no style sheet, and nothing is fetched."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape

from qa.escaping import one_line, printable
from qa.types.documents import Span

#: How what stands beside a text looks, and how wide all is.
_QUIET, _WIDTH = "opacity:.7;font-size:.9em", "max-width:50em"

#: Line ends of other systems, which a browser takes for blanks.
_LINE_END = re.compile(r"\r\n?")

_LINK = re.compile(r"https?://", re.IGNORECASE)


def page(parts: Iterable[str]) -> str:
    """Pieces of HTML, one below the other."""
    return f'<div style="{_WIDTH}">{"".join(parts)}</div>'


def heading(text: str) -> str:
    """A text on one line that stands out."""
    return f"<div><strong>{escape(one_line(text))}</strong></div>"


def quiet(text: str) -> str:
    """A text on one line that stands back."""
    return f'<div style="{_QUIET}">{escape(one_line(text))}</div>'


def title(text: str, url: str | None = None, rank: int | None = None) -> str:
    """A document's title, which leads to its ``url`` where that is a web address, behind the ``rank``."""
    name = escape(one_line(text))
    if url and _LINK.match(url):
        name = f'<a href="{escape(url)}" rel="noopener noreferrer" target="_blank">{name}</a>'
    return f"<div>{'' if rank is None else f'{rank}. '}{name}</div>"


def excerpt(text: str, part: Span, context: int) -> str:
    """A part of the text, marked, between at most ``context`` characters before and after it that end at words."""
    before, after = _last(text[: part.start], context), _first(text[part.end :], context)
    marked = f"{_escaped(before)}<mark>{_escaped(text[part.start : part.end])}</mark>{_escaped(after)}"
    return f'<blockquote style="margin:.2em 0 0 1.2em;white-space:pre-wrap">{marked}</blockquote>'


def facts(values: Iterable[str | None]) -> str:
    """What there is of the values, side by side."""
    return quiet(" | ".join(value for value in values if value))


def _escaped(text: str) -> str:
    return escape(printable(_LINE_END.sub("\n", text)))


def _last(text: str, most: int) -> str:
    return text if len(text) <= most else f"… {text[len(text) - most :].partition(' ')[2]}"


def _first(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[:most].rpartition(' ')[0]} …"
