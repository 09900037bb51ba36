"""A record, whatever file it is in -> a document: an object of JSON, or a row of a table with named columns."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from qa.corpus.field_names import made_by, renamed
from qa.corpus.fields import Complain, valid_fields
from qa.corpus.formats.base import article, id_flaw, sha256_of
from qa.corpus.problem import UnreadableError
from qa.corpus.titles import shorten
from qa.corpus.walk import Source
from qa.escaping import has_control, is_unicode
from qa.types import CUT, Document, field_name

#: How many fields a complaint names, and in how many characters each.
_MOST_NAMES, _LONGEST_NAME = 8, 40

#: The names of the field that has the article, and of the one that has its id, the more telling first.
TEXT_NAMES = (
    *("text", "body", "content", "articlebody", "article", "maintext", "fulltext"),
    *("texto", "cuerpo", "contenido", "artículo", "articulo", "texte", "contenu", "inhalt", "artikel", "testo"),
    *("conteúdo", "conteudo", "artigo", "contenuto", "articolo"),
)
ID_NAMES = ("_id", "id", "guid", "uuid")


_ADDRESS = re.compile(r"https?://\S{1,4000}", re.IGNORECASE)


def document_of(
    record: Mapping[str, object], raw: bytes, source: Source, place: tuple[str, int], complain: Complain
) -> Document:
    """The document that a record makes. ``raw`` are its bytes in the file, and ``place`` is where it stands there, as
    in ("line", 7).

    A record without an id has its web address as id, or else ``FILE:NUMBER``. Raises UnreadableError.
    """
    values = renamed(_values(record), source.field_names)
    text_name, text = _text(values)
    identifier_name, identifier = _identifier(values)
    fields = valid_fields({k: v for k, v in values.items() if k not in (text_name, identifier_name)}, complain)
    address = fields.url if fields.url and _ADDRESS.fullmatch(fields.url) and not has_control(fields.url) else None
    name = identifier or address or f"{source.id}:{place[1]}"
    extractor = made_by(source.field_names)
    return article(source, name, text, fields, sha256_of(raw), places=((0, dict([place])),), extractor=extractor)


def _values(record: Mapping[str, object]) -> dict[str, object]:
    """The record's own fields, and those of its ``metadata`` object, as BEIR has them, where its own are absent."""
    nested = record.get("metadata")
    if not isinstance(nested, Mapping):
        return dict(record)
    own = {name: value for name, value in record.items() if name != "metadata" and not _is_absent(value)}
    return {**{str(name): value for name, value in nested.items()}, **own}


def _text(values: Mapping[str, object]) -> tuple[str, str]:
    """The field that has the article, and the article. Raises UnreadableError."""
    for field in TEXT_NAMES:
        for name, text in values.items():
            if field_name(name) == field and isinstance(text, str) and text.strip():
                if not is_unicode(text):
                    raise UnreadableError("its text is not valid Unicode", "remove the lone surrogate")
                if "\0" in text:
                    raise UnreadableError("its text has a NUL character", "remove it")
                return name, text
    names = ", ".join(shorten(name, _LONGEST_NAME, CUT) for name in list(values)[:_MOST_NAMES]) or "none"
    raise UnreadableError(f"has no text; its fields: {names}", "name it: qa index --field text=NAME")


def _identifier(values: Mapping[str, object]) -> tuple[str, str]:
    """The field that has the id, and the id; empty where there is none. Raises UnreadableError."""
    name = next((name for name in ID_NAMES if not _is_absent(values.get(name))), None)
    if name is None:
        return "", ""
    value = values[name]
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise UnreadableError("its id is neither a text nor a whole number", "give one in the field '_id' or 'id'")
    if flaw := id_flaw(str(value)):
        raise UnreadableError(f"its id {flaw}", "give it another one")
    return name, str(value)


def _is_absent(value: object) -> bool:
    is_nan = isinstance(value, float) and math.isnan(value)
    return value is None or is_nan or (isinstance(value, str) and not value.strip())
