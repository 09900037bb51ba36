"""An excerpt of a document in its context, as HTML: no script, no style sheet, and nothing is fetched."""

from __future__ import annotations

from html import escape

from qa.errors import UsageError
from qa.escaping import one_line, printable
from qa.types import Document

_QUIET = "opacity:.7;font-size:.9em"


def snippet(document: Document, start: int, end: int, *, context: int = 400) -> str:
    """The characters ``[start, end)`` of the document's text, marked, between at most ``context`` characters before and
    after them that end at words, with the document's title and where they stand.

    Raises UsageError for an excerpt that the document has not.
    """
    text = document.text
    if not (isinstance(start, int) and isinstance(end, int) and 0 <= start < end <= len(text)):
        raise UsageError(f"{document.id} has no characters {start}-{end}", f"its text has {len(text):,}")
    if not (isinstance(context, int) and context >= 0):
        raise UsageError(f"the context is {context!r}", "give a number of characters")
    least = document.body_start if start >= document.body_start else 0
    before, after = text[max(least, start - context) : start], text[end : end + context]
    if start - context > least:
        before = f"… {before.partition(' ')[2]}"
    if end + context < len(text):
        after = f"{after.rpartition(' ')[0]} …"
    place = [f"{name} {value}" for name, value in (document.place_at(start) or {}).items()]
    facts = [document.day, document.source, document.author, document.id, *place, f"characters {start}-{end}"]
    shown = escape(one_line(" | ".join(fact for fact in facts if fact)))
    return (
        f'<div style="max-width:50em"><div>{escape(one_line(document.title or document.id))}</div>'
        f'<div style="{_QUIET}">{shown}</div>'
        f'<blockquote style="margin:.2em 0 0 1.2em;white-space:pre-wrap">{escape(printable(before))}'
        f"<mark>{escape(printable(text[start:end]))}</mark>{escape(printable(after))}</blockquote></div>"
    )
