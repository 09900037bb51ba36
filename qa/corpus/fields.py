"""What an article tells of itself, under the names that front matter, records and files of all kinds give it."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from qa.corpus.dates import to_iso
from qa.corpus.titles import shorten
from qa.escaping import is_unicode
from qa.types import CUT, field_name

#: Longest title, source and author, in code points.
MAX_TITLE, MAX_SOURCE, MAX_AUTHOR = 300, 200, 200

#: Longest URL and language tag, in code points: programs should take such URLs (RFC 9110, section 4.1), and no
#: language tag needs more (RFC 5646, section 4.4.1). A longer one is left out, as a part of it would be another one.
_LONGEST = {"url": 8000, "language": 35}

#: How many further fields are kept, how many characters of JSON they may have together, and how deep they may nest.
MAX_META, MAX_META_LENGTH, MAX_META_DEPTH = 64, 16 * 1024, 8

_SOURCES = ("fuente", "quelle", "fonte", "periódico", "periodico", "zeitung", "jornal", "giornale")
_AUTHORS = ("autor", "autora", "autores", "auteur", "auteurs", "autore", "autori", "autoren")

#: The names of a field besides its own, the more telling first, in small letters without ``-`` and ``_``, in English,
#: Spanish, French, German, Portuguese and Italian. A date of making or changing the file (``created``, ``updated``) is
#: none of the article; ``data`` is a date in two of the languages, and anything in files.
NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "headline", "título", "titulo", "titular", "titre", "titel", "titolo"),
    "date": (
        "date",
        "published",
        "publishedat",
        "datepublished",
        "publishdate",
        "pubdate",
        "publisheddate",
        "publicationdate",
        *("fecha", "fechadepublicación", "fechadepublicacion", "publicado", "datadepublicação", "datadepublicacao"),
        *("datum", "veröffentlicht", "publié", "datedepublication", "pubblicato", "datadipubblicazione"),
    ),
    "source": ("source", "publisher", "sitename", "site", "outlet", "sourcehostname", "hostname", *_SOURCES),
    "url": ("url", "link", "canonical", "canonicalurl", "permalink", "enlace", "lien"),
    "language": ("language", "lang", "idioma", "langue", "sprache", "lingua", "língua"),
    "author": ("author", "authors", "byline", "creator", *_AUTHORS),
}

_URL = re.compile(r"https?://\S+", re.IGNORECASE)
_WIKI_LINK = re.compile(r"\[\[([^\[\]|]*)(?:\|[^\[\]]*)?\]\]")

#: Called with the field's name, what is wrong with it, and what to do.
Complain: TypeAlias = Callable[[str, str, str], None]


@dataclass(frozen=True, slots=True)
class Fields:
    """Checked metadata: valid Unicode, ``date`` ISO; '' or None where there is none. ``meta`` is the rest."""

    title: str = ""
    date: str | None = None
    source: str | None = None
    url: str | None = None
    language: str | None = None
    author: str | None = None
    meta: Mapping[str, Any] = field(default_factory=dict)


def valid_fields(values: Mapping[str, object], complain: Complain) -> Fields:
    """The fields that can be used; what cannot is left out, with a complaint each.

    A value is text or a number; None, NaN and blank text count as absent, and a list is one text where that makes
    sense (authors). A ``source`` that is a web address is the ``url``.
    """
    by_name = {field_name(name): (name, value) for name, value in reversed(list(values.items()))}
    used, texts = set[str](), dict[str, str]()
    for target, names in NAMES.items():
        present = [name for name in names if name in by_name and not _is_absent(by_name[name][1])]
        used.update(present)
        texts[target] = ""
        for name in present:
            text = _text(target, *by_name[name], complain)
            if target == "source" and _URL.fullmatch(text):
                by_name.setdefault("url", ("url", text))
            elif text and not texts[target]:
                texts[target] = text
    return Fields(
        title=shorten(texts["title"], MAX_TITLE, CUT),
        date=_date(texts["date"], complain),
        source=shorten(texts["source"], MAX_SOURCE) or None,
        url=texts["url"] or None,
        language=texts["language"] or None,
        author=shorten(texts["author"], MAX_AUTHOR) or None,
        meta=_rest({name: value for name, value in values.items() if field_name(name) not in used}),
    )


def _is_absent(value: object) -> bool:
    is_nan = isinstance(value, float) and math.isnan(value)
    return value is None or is_nan or value in ("", [], {}) or (isinstance(value, str) and not value.strip())


def _text(target: str, name: str, value: object, complain: Complain) -> str:
    """``value`` as stripped text, or '' where it cannot be used."""
    if target == "author":
        value = _names(value)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        complain(name, f"the {target} is not a single text and was left out", "give one value")
        return ""
    text = str(value).strip()
    if not is_unicode(text):
        complain(name, f"the {target} is not valid Unicode and was left out", "remove the lone surrogate")
        return ""
    if len(text) > (most := _LONGEST.get(target, len(text))):
        complain(name, f"the {target} is longer than {most:,} characters and was left out", "shorten it")
        return ""
    return text


def _names(value: object) -> object:
    """Authors as one text: lists, objects with a ``name``, and the ``[[links]]`` of note-taking programs."""
    if isinstance(value, Mapping):
        value = value.get("name")
    if isinstance(value, list):
        return ", ".join(str(_names(one)) for one in value if not _is_absent(_names(one)))
    return _WIKI_LINK.sub(r"\1", value) if isinstance(value, str) else value


def _date(text: str, complain: Complain) -> str | None:
    date = to_iso(text)
    if text and date is None:
        what = f"the date {shorten(text, 40)!r} is not a complete calendar date and was left out"
        complain("date", what, "write it as YYYY-MM-DD")
    return date


def _rest(values: Mapping[str, object]) -> dict[str, Any]:
    """The further fields that are JSON values, as many as may be kept, in their order."""
    rest, length = dict[str, Any](), 0
    for name, value in values.items():
        if _is_absent(value) or not is_unicode(name) or not _is_json(value, MAX_META_DEPTH):
            continue
        size = len(name) + len(json.dumps(value, ensure_ascii=False))
        if len(rest) < MAX_META and length + size <= MAX_META_LENGTH:
            rest[name] = value
            length += size
    return rest


def _is_json(value: object, depth: int) -> bool:
    """Whether the value is finite JSON of valid Unicode, no deeper than ``depth``."""
    if isinstance(value, str):
        return is_unicode(value)
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, list):
        return depth > 0 and all(_is_json(one, depth - 1) for one in value)
    if isinstance(value, dict):
        return depth > 0 and all(
            isinstance(k, str) and is_unicode(k) and _is_json(v, depth - 1) for k, v in value.items()
        )
    return value is None or isinstance(value, bool | int)
