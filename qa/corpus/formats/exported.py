"""The articles of an export (``qa.corpus.exports``) -> documents, whatever file they are in."""

from __future__ import annotations

from collections.abc import Iterator

from qa.corpus.exports import articles_in
from qa.corpus.fields import valid_fields
from qa.corpus.formats.base import article, sha256_of
from qa.corpus.walk import Source
from qa.types import Document

#: What splits exports, with its version: it makes the text of their articles, as a converter does.
SPLITTER = "export 1"


def exported_documents(source: Source, text: str, made_by: str | None) -> Iterator[tuple[str, Document]]:
    """The articles of the export that ``text`` is, each with ``path:NUMBER`` and the id ``FILE:NUMBER``, or the file's
    own where there is one; none where it is no export. ``made_by`` is what has extracted the text."""
    articles = articles_in(text)
    for number, one in enumerate(articles, start=1):
        identifier = source.id if len(articles) == 1 else f"{source.id}:{number}"
        fields = valid_fields(one.values, lambda *_: None)
        extractor = f"{made_by}, {SPLITTER}" if made_by else SPLITTER
        document = article(
            source,
            identifier,
            one.text,
            fields,
            sha256_of(one.text.encode()),
            places=((0, {"article": number}),),
            extractor=extractor,
        )
        yield f"{source.where}:{number}", document
