"""Answers as HTML for notebooks: no script, no style sheet, and nothing is fetched."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from qa.escaping import one_line, printable

if TYPE_CHECKING:
    from qa.types.answers import Answer, Citation

#: Code points of the passage that are shown on either side of the quote, but for the word that they would cut.
CONTEXT = 240

_LINK = re.compile(r"https?://", re.IGNORECASE)
_QUIET = "opacity:.7;font-size:.9em"


def answer_html(answer: Answer) -> str:
    """The question, the verdict, and the citations or nearest passages, each with its quote marked."""
    verdict = "Answered" if answer.answered else "The corpus does not say"
    lacking = (
        f"; the nearest passages do not mention {', '.join(map(one_line, answer.missing))}" if answer.missing else ""
    )
    unknown = f"; no article mentions {', '.join(map(one_line, answer.unknown))}" if answer.unknown else ""
    facts = f"{verdict}, confidence {answer.confidence:.2f}{unknown or lacking}"
    citations = answer.citations or answer.nearest
    heading = "" if answer.answered or not citations else f'<div style="{_QUIET}">The nearest passages:</div>'
    return (
        f'<div style="max-width:50em"><div><strong>{escape(one_line(answer.question))}</strong></div>'
        f'<div style="{_QUIET}">{escape(facts)}</div>{heading}{"".join(map(citation_html, citations))}</div>'
    )


def citation_html(citation: Citation) -> str:
    """The title, where the quote stands, and the quote marked in its nearest context."""
    document, passage, quote = citation.document, citation.passage, citation.quote
    title = escape(one_line(document.title or document.id))
    if document.url and _LINK.match(document.url):
        title = f'<a href="{escape(document.url)}" rel="noopener noreferrer" target="_blank">{title}</a>'
    lines = f"line {quote.line_start}" if quote.line_start == quote.line_end else (
        f"lines {quote.line_start}–{quote.line_end}"
    )  # fmt: skip
    where = ", ".join(f"{name} {value}" for name, value in citation.place.items()) if citation.place else lines
    facts = [document.date or "no date", document.source, document.author, f"{document.id}, {where}"]
    start, end = quote.start - passage.start, quote.end - passage.start
    before, after = _end_of(passage.text[:start]), _start_of(passage.text[end:])
    marked = f"{_text(before)}<mark>{_text(quote.text)}</mark>{_text(after)}"
    return (
        f'<div style="margin:.6em 0 0"><div>{citation.rank}. {title}</div>'
        f'<div style="{_QUIET}">{escape(one_line(" | ".join(fact for fact in facts if fact)))}</div>'
        f'<blockquote style="margin:.2em 0 0 1.2em;white-space:pre-wrap">{marked}</blockquote></div>'
    )


def _text(text: str) -> str:
    return escape(printable(text))


def _end_of(text: str) -> str:
    if len(text) <= CONTEXT:
        return text
    part = text[-CONTEXT:]
    return f"… {part[part.find(' ') + 1 :]}"


def _start_of(text: str) -> str:
    if len(text) <= CONTEXT:
        return text
    part = text[:CONTEXT]
    return f"{part[: part.rfind(' ')] if ' ' in part else part} …"
