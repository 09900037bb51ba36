"""The fields of an article's metadata, as front matter and JSONL records give them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from qa.corpus.dates import to_iso
from qa.corpus.encoding import is_unicode
from qa.corpus.titles import shorten

#: Longest title and source, in code points.
MAX_TITLE, MAX_SOURCE = 300, 200

#: Longest URL and language tag, in code points: programs should take such URLs (RFC 9110, section 4.1), and no
#: language tag needs more (RFC 5646, section 4.4.1). A longer one is left out, as a part of it would be another one.
_LONGEST = {"url": 8000, "language": 35}

NAMES = ("title", "date", "source", "url", "language")

#: Called with the field's name, what is wrong with it, and what to do.
Complain: TypeAlias = Callable[[str, str, str], None]


@dataclass(frozen=True, slots=True)
class Fields:
    """Checked metadata: valid Unicode, ``date`` ISO; '' or None where there is none."""

    title: str = ""
    date: str | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None


def check(values: Mapping[str, object], complain: Complain) -> Fields:
    """The fields named in ``NAMES`` that can be used; the others are left out, with a complaint each.

    A value is text or a number; None and blank text count as absent. Anything else is complained of.
    """
    texts = {name: _text(name, values.get(name), complain) for name in NAMES}
    return Fields(
        title=shorten(texts["title"], MAX_TITLE),
        date=_date(texts["date"], complain),
        source=shorten(texts["source"], MAX_SOURCE) or None,
        url=texts["url"] or None,
        language=texts["language"] or None,
    )


def _text(name: str, value: object, complain: Complain) -> str:
    """``value`` as stripped text, or '' where it is absent or cannot be used."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        complain(name, f"the {name} is not a single text and was left out", "give one value")
        return ""
    text = str(value).strip()
    if not is_unicode(text):
        complain(name, f"the {name} is not valid Unicode and was left out", "remove the lone surrogate")
        return ""
    if len(text) > (most := _LONGEST.get(name, len(text))):
        complain(name, f"the {name} is longer than {most:,} characters and was left out", "shorten it")
        return ""
    return text


def _date(text: str, complain: Complain) -> str | None:
    date = to_iso(text)
    if text and date is None:
        what = f"the date {shorten(text, 40)!r} is not a complete calendar date and was left out"
        complain("date", what, "write it as YYYY-MM-DD")
    return date
