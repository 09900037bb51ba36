"""What an index keeps of a document besides its id and text, as one JSON object; and back."""

from __future__ import annotations

import json
from dataclasses import fields

from qa.types import Document, DocumentRef

#: The fields that stand elsewhere: the id is a key, and the text is long.
_APART = ("id", "text")
_FIELDS = tuple(one.name for one in fields(Document) if one.name not in _APART)
_REFERENCE_FIELDS = tuple(one.name for one in fields(DocumentRef) if one.name not in _APART)


def record_of(document: Document) -> str:
    """The record; the same text for the same fields. What is absent or empty stands not in it."""
    values = ((name, getattr(document, name)) for name in _FIELDS)
    present = {name: value for name, value in values if value}
    return json.dumps(present, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def document_of(document_id: str, text: str, record: str) -> Document:
    """The document of a record."""
    return Document(document_id, text, **json.loads(record))


def reference_of(document_id: str, record: str) -> DocumentRef:
    """The document of a record, without its text."""
    values = json.loads(record)
    absent = {"title": "", "sha256": "", "meta": {}}
    return DocumentRef(document_id, **{name: values.get(name, absent.get(name)) for name in _REFERENCE_FIELDS})
