"""Documents and passages in SQLite: the truth that vectors and terms point into."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from qa.backends.base import EncodedDocument
from qa.types import Chunk, Document, DocumentRef, Filter, Span

# Texts are blobs, because SQLite ends a string at the first NUL; the sentences' offsets are packed (n, 2) int64. The
# large columns come last, so that reading the others does not walk through them.
_SCHEMA = """
CREATE TABLE documents (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, title TEXT NOT NULL, date TEXT, source TEXT, path TEXT, url TEXT,
  language TEXT, sha256 TEXT, body_start INTEGER NOT NULL, first_passage INTEGER NOT NULL, passages INTEGER NOT NULL,
  first_sentence INTEGER NOT NULL, sentences BLOB NOT NULL, text BLOB NOT NULL);
CREATE TABLE passages (
  number INTEGER PRIMARY KEY, document INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  first_sentence INTEGER NOT NULL, last_sentence INTEGER NOT NULL, terms TEXT NOT NULL);
"""
_DOCUMENT = "id, text, title, date, source, path, url, language, sha256, body_start"  # as types.Document has them
_PASSAGE = 'start, "end", first_sentence, last_sentence'


class Stored(NamedTuple):
    """A document as stored: its sentences, and where its passages and sentences begin in the vector files."""

    document: Document
    sentences: tuple[Span, ...]
    first_passage: int
    first_sentence: int


class StoreWriter:
    """Writes a new store. Nothing is readable before ``close``."""

    def __init__(self, file: Path) -> None:
        self._db = sqlite3.connect(file, isolation_level=None)
        # The generation is synced as a whole when it is published, and thrown away if anything fails before.
        self._db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA} BEGIN;")
        self.documents = self.passages = self.sentences = 0

    def add(self, encoded: EncodedDocument) -> None:
        d = encoded.document
        values = (self.documents, d.id, d.title, d.date, d.source, d.path, d.url, d.language, d.sha256, d.body_start)
        starts = (self.passages, len(encoded.passages), self.sentences)
        offsets = np.array(encoded.sentences, dtype=np.int64).tobytes()
        text = d.text.encode("utf-8", "surrogatepass")
        row = (*values, *starts, offsets, text)
        self._db.execute(f"INSERT INTO documents VALUES ({', '.join('?' * len(row))})", row)
        rows = zip(encoded.passages, encoded.terms, strict=True)
        self._db.executemany(
            "INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?, ?)",
            [(self.passages + i, self.documents, *p, " ".join(t)) for i, (p, t) in enumerate(rows)],
        )
        self.documents += 1
        self.passages += len(encoded.passages)
        self.sentences += len(encoded.sentences)

    def close(self) -> None:
        self._db.execute("COMMIT")
        self._db.close()

    def abort(self) -> None:
        """Closes the file without finishing it."""
        self._db.close()


class StoreReader:
    """Reads a store that no one writes any more. Safe to use from several threads."""

    def __init__(self, file: Path) -> None:
        uri = f"{file.absolute().as_uri()}?mode=ro&immutable=1"
        self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
        self._lock = Lock()

    def close(self) -> None:
        self._db.close()

    def by_id(self, document_id: str) -> Stored | None:
        try:
            rows = self._documents("id = ?", document_id)
        except UnicodeEncodeError:  # lone surrogates, which no stored id has
            return None
        return rows[0] if rows else None

    def chunk(self, passage: int) -> tuple[int, Chunk]:
        """The number of the document that a passage is of, and the passage."""
        ((document, *chunk),) = self._rows(f"SELECT document, {_PASSAGE} FROM passages WHERE number = ?", passage)
        return document, Chunk(*chunk)

    def by_number(self, number: int) -> Stored:
        return self._documents("number = ?", number)[0]

    def chunks(self, first: int, document_id: str) -> Iterator[tuple[Chunk, tuple[str, ...]]]:
        """The passages of the document whose first passage is ``first``, with their terms."""
        rows = self._rows(
            f"""SELECT {_PASSAGE}, terms FROM passages WHERE number >= ? AND number < ? +
            (SELECT passages FROM documents WHERE id = ?) ORDER BY number""",
            first,
            first,
            document_id,
        )
        return ((Chunk(*chunk), tuple(terms.split())) for *chunk, terms in rows)

    def references(self) -> Iterator[DocumentRef]:
        rows = self._rows("SELECT id, title, date, source, path, sha256 FROM documents ORDER BY number")
        return (DocumentRef(*row) for row in rows)

    def terms(self) -> list[list[str]]:
        """The terms of every passage, by number."""
        return [terms.split() for (terms,) in self._rows("SELECT terms FROM passages ORDER BY number")]

    def sources(self, within: Filter) -> list[str]:
        """The distinct sources that pass the filter's source."""
        rows = self._rows("SELECT DISTINCT source FROM documents WHERE source IS NOT NULL ORDER BY source")
        return [source for (source,) in rows if Filter(source=within.source).accepts(None, source)]

    def allowed(self, within: Filter, passages: int) -> NDArray[np.bool_]:
        """One flag a passage: whether its document passes the filter."""
        flags = np.zeros(passages, dtype=np.bool_)
        for first, count, date, source in self._rows("SELECT first_passage, passages, date, source FROM documents"):
            if within.accepts(date, source):
                flags[first : first + count] = True
        return flags

    def _documents(self, condition: str, value: Any) -> list[Stored]:
        columns = f"{_DOCUMENT}, sentences, first_passage, first_sentence"
        rows = self._rows(f"SELECT {columns} FROM documents WHERE {condition}", value)
        return [_stored(row) for row in rows]

    def _rows(self, statement: str, *values: Any) -> Sequence[Any]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()


def _stored(row: Sequence[Any]) -> Stored:
    identifier, text, *rest, sentences, first_passage, first_sentence = row
    offsets = np.frombuffer(sentences, dtype=np.int64).reshape(-1, 2).tolist()
    document = Document(identifier, text.decode("utf-8", "surrogatepass"), *rest)
    return Stored(document, tuple(Span(*pair) for pair in offsets), first_passage, first_sentence)
