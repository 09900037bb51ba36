"""Documents that a caller made: what can be used of any object, and what is wrong with the rest."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields, replace
from hashlib import sha256
from itertools import pairwise
from typing import Any

from qa.errors import CorpusError
from qa.escaping import is_unicode
from qa.text.dates import is_iso
from qa.types import Document

_TEXTS = ("id", "text", "title")
_OTHERS = ("body_start", "date", "meta", "places")
_OPTIONAL = tuple(one.name for one in fields(Document) if one.name not in (*_TEXTS, *_OTHERS))


def check_documents(sources: Iterable[Document]) -> list[Document]:
    """The documents, each with its hash, an ISO date, and JSON values of its own as ``meta`` and ``places``.

    ``date`` may be a ``datetime.date`` or ``datetime``, and ``title`` None for none. Raises CorpusError, which names
    the document and the field, for whatever cannot be indexed, for an id that comes twice, and where there is nothing.
    """
    if isinstance(sources, str | bytes | Mapping) or not isinstance(sources, Iterable):
        raise CorpusError(f"the documents are {_excerpt(sources)}", "give a list of qa.Document")
    documents = [_check(one, place) for place, one in enumerate(sources, start=1)]
    if not documents:
        raise CorpusError("there are no documents", "give at least one")
    ids = set[str]()
    for document in documents:
        if document.id in ids:
            raise CorpusError(f"two documents have the id {document.id!r}", "give each its own")
        ids.add(document.id)
    return documents


def _check(value: object, place: int) -> Document:
    if not isinstance(value, Document):
        raise CorpusError(f"document {place} is {_excerpt(value)}", "make it a qa.Document with an id and a text")
    name = f"document {value.id!r}" if isinstance(value.id, str) and value.id else f"document {place}"
    document = replace(value, title=_or(value.title, ""), meta=_or(value.meta, {}))
    for field in _TEXTS:
        _check_text(name, field, getattr(document, field), "a text")
    for field in _OPTIONAL:
        if getattr(document, field) is not None:
            _check_text(name, field, getattr(document, field), "a text or None")
    if not document.id:
        raise _error(name, "id", document.id, "a text that tells it from others")
    if document.date is not None and not (isinstance(document.date, str) and is_iso(document.date)):
        raise _error(name, "date", document.date, "a date as 2024-07-31, a datetime.date, or None")
    if not _is_offset(document.body_start, document.text):
        raise _error(name, "body_start", document.body_start, "an offset in its text")
    if not document.text[document.body_start :].strip():
        raise CorpusError(f"the {name} has no text", "leave it out")
    return replace(
        document,
        meta=_meta(name, document.meta),
        places=_places(name, document),
        sha256=document.sha256 or sha256(document.text.encode()).hexdigest(),
    )


def _or(value: Any, other: Any) -> Any:
    return other if value is None else value


def _check_text(name: str, field: str, value: object, expected: str) -> None:
    if not isinstance(value, str):
        raise _error(name, field, value, expected)
    if not is_unicode(value):
        raise CorpusError(f"the {field} of {name} is not valid Unicode", "replace lone surrogates")


def _meta(name: str, value: object) -> dict[str, Any]:
    meta = _json(value)
    if not isinstance(meta, dict):
        raise _error(name, "meta", value, "JSON values by name: texts, numbers, lists and dictionaries of them")
    return meta


def _places(name: str, document: Document) -> tuple[tuple[int, dict[str, Any]], ...]:
    """The places, once they are pairs of an offset in the text, ascending, and JSON values by name."""
    pairs = _json(document.places)
    if not isinstance(pairs, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in pairs):
        raise _places_error(name, document)
    if not all(_is_offset(offset, document.text) and isinstance(place, dict) for offset, place in pairs):
        raise _places_error(name, document)
    if any(one[0] > other[0] for one, other in pairwise(pairs)):
        raise _places_error(name, document)
    return tuple((offset, place) for offset, place in pairs)


def _places_error(name: str, document: Document) -> CorpusError:
    return _error(name, "places", document.places, 'pairs of an offset, ascending, and JSON values: (0, {"page": 1})')


def _is_offset(value: object, text: str) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= len(text)


def _json(value: object) -> Any:
    """The value as JSON keeps it; None for what JSON has not: dates, sets, not-a-number, lone surrogates."""
    try:
        text = json.dumps(dict(value) if isinstance(value, Mapping) else value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError, RecursionError):
        return None
    return json.loads(text) if is_unicode(text) else None


def _error(name: str, field: str, value: object, expected: str) -> CorpusError:
    return CorpusError(f"the {field} of {name} is {_excerpt(value)}", f"give {expected}")


def _excerpt(value: object) -> str:
    """A value and its type, on one line."""
    text = " ".join(repr(value).split())
    return f"{text if len(text) <= 60 else f'{text[:59]}…'} ({type(value).__name__})"
