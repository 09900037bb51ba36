"""What an index keeps of a document besides its id and text, as one JSON object; and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import fields

from qa.types import Document, DocumentRef

#: The fields that stand elsewhere: the id is a key, and the text is long.
_APART = ("id", "text")
_FIELDS = tuple(one.name for one in fields(Document) if one.name not in _APART)
_REFERENCE_FIELDS = tuple(one.name for one in fields(DocumentRef) if one.name not in _APART)


#: The record's name for the SHA-256 of the text in UTF-8: a document's ``sha256`` is of its source's bytes.
_TEXT_SHA256 = "text_sha256"


def record_of(document: Document) -> str:
    """The record; the same for the same fields and text. What is absent or empty stands not in it."""
    values = ((name, getattr(document, name)) for name in _FIELDS)
    present = {name: value for name, value in values if value} | {_TEXT_SHA256: _digest(document.text)}
    return json.dumps(present, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def document_of(document_id: str, text: str, record: str) -> Document:
    """The document of a record."""
    values = json.loads(record)
    del values[_TEXT_SHA256]
    return Document(document_id, text, **values)


def reference_of(document_id: str, record: str) -> DocumentRef:
    """The document of a record, without its text."""
    values = json.loads(record)
    absent = {"title": "", "sha256": "", "meta": {}}
    return DocumentRef(document_id, **{name: values.get(name, absent.get(name)) for name in _REFERENCE_FIELDS})


def is_text_of(text: str, record: str) -> bool:
    """Whether a text is the one that the record was made of."""
    return bool(json.loads(record)[_TEXT_SHA256] == _digest(text))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
