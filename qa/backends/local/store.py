"""The documents and passages of one segment: a table of contents in SQLite, and the texts in a file of checked
blocks."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from qa.backends.base import EncodedDocument
from qa.backends.local.blocks import BlockReader, BlockWriter
from qa.backends.shared.filtering import Columns
from qa.backends.shared.record import document_of, record_of, reference_of
from qa.types import Chunk, Document, DocumentRef, Span

STORE_FILE, TEXTS_FILE = "documents.sqlite", "texts.bin"

# A text and the offsets of its sentences, (n, 2) int32, are read from the file of texts, where they begin at ``at``.
_SCHEMA = """
CREATE TABLE documents (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, record TEXT NOT NULL, first_passage INTEGER NOT NULL,
  passages INTEGER NOT NULL, first_sentence INTEGER NOT NULL, sentences INTEGER NOT NULL, at INTEGER NOT NULL,
  bytes INTEGER NOT NULL);
CREATE TABLE passages (
  number INTEGER PRIMARY KEY, document INTEGER NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL,
  first_sentence INTEGER NOT NULL, last_sentence INTEGER NOT NULL);
"""
# As ``DocumentRow`` has them.
_DOCUMENT = "number, id, record, first_passage, passages, first_sentence, sentences, at, bytes"
_PASSAGE = 'start, "end", passages.first_sentence, last_sentence'
_OFFSET = np.dtype("<i4")
#: Passages asked for in one statement; SQLite takes 32,766 parameters.
_AT_ONCE = 10_000


class DocumentRow(NamedTuple):
    """A document as the table holds it: its ``shared.record``, and where its parts are in the segment's files."""

    number: int
    id: str
    record: str
    first_passage: int
    passages: int
    first_sentence: int
    sentences: int
    at: int
    bytes: int

    @property
    def offset_bytes(self) -> int:
        """Bytes of the sentences' offsets, which stand before the text."""
        return self.sentences * 2 * _OFFSET.itemsize


class PassageRow(NamedTuple):
    """A passage: its document's number and id, the number of that document's first sentence, and its offsets.

    Passages are found by the hundred for a question, and few of their documents are read.
    """

    document: int
    document_id: str
    first_sentence: int
    chunk: Chunk


class DocumentText(NamedTuple):
    """A document with its sentences."""

    document: Document
    sentences: tuple[Span, ...]


class StoreWriter:
    """Writes a new store. Nothing is readable before ``close``."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / STORE_FILE
        with ExitStack() as stack, self._as_os_error():
            self._db = sqlite3.connect(self._file, isolation_level=None, check_same_thread=False)
            stack.callback(self._db.close)
            # The generation is synced as a whole when it is published, and thrown away if anything fails before.
            self._db.executescript(f"PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; {_SCHEMA} BEGIN;")
            self._texts = BlockWriter(folder / TEXTS_FILE)
            stack.pop_all()
        self.documents = self.passages = self.sentences = 0

    def add(self, encoded: EncodedDocument) -> None:
        """Adds a document with its passages. Raises OSError where it cannot be written."""
        offsets = np.array(encoded.sentences, dtype=_OFFSET).tobytes()
        text = encoded.document.text.encode("utf-8", "surrogatepass")
        self._add(
            encoded.document.id, record_of(encoded.document), len(encoded.sentences), encoded.passages, offsets + text
        )

    def take(self, other: StoreReader, row: DocumentRow) -> None:
        """Adds a document of another segment, as it stands there."""
        self._add(row.id, row.record, row.sentences, other.chunks(row), bytes(other.bytes_of(row)))

    def close(self) -> None:
        """Finishes the files. Raises OSError where they cannot be written."""
        with self._as_os_error():
            self._db.execute("COMMIT")
        self._db.close()
        self._texts.close()

    def abort(self) -> None:
        """Closes the files without finishing them."""
        self._db.close()
        self._texts.abort()

    def _add(self, name: str, record: str, sentences: int, chunks: Sequence[Chunk], data: bytes) -> None:
        places = (self.passages, len(chunks), self.sentences, sentences, self._texts.size, len(data))
        row = (self.documents, name, record, *places)
        numbered = [(number, self.documents, *chunk) for number, chunk in enumerate(chunks, start=self.passages)]
        with self._as_os_error():
            self._db.execute(f"INSERT INTO documents VALUES ({', '.join('?' * len(row))})", row)
            self._db.executemany("INSERT INTO passages VALUES (?, ?, ?, ?, ?, ?)", numbered)
        self._texts.write(data)
        self.documents += 1
        self.passages += len(chunks)
        self.sentences += sentences

    @contextmanager
    def _as_os_error(self) -> Iterator[None]:
        """Whatever keeps SQLite from writing is the disk's, as with any other file."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise OSError(errno.EIO, str(error), str(self._file)) from error


class StoreReader:
    """Reads a store that no one writes any more. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        uri = f"{(folder / STORE_FILE).absolute().as_uri()}?mode=ro&immutable=1"
        with ExitStack() as stack:
            self._db = sqlite3.connect(uri, uri=True, check_same_thread=False)
            stack.callback(self._db.close)
            self._texts = BlockReader(folder / TEXTS_FILE)
            stack.pop_all()
        self._lock = Lock()

    def close(self) -> None:
        """Closes the files."""
        self._db.close()
        self._texts.close()

    def row(self, document_id: str) -> DocumentRow | None:
        """The row of the document with this id."""
        try:
            rows = list(self._documents("WHERE id = ?", document_id))
        except UnicodeEncodeError:  # lone surrogates, which no stored id has
            return None
        return rows[0] if rows else None

    def row_at(self, number: int) -> DocumentRow:
        """The row of the document with this number."""
        (row,) = self._documents("WHERE number = ?", number)
        return row

    def rows(self) -> Iterator[DocumentRow]:
        """Every row, by number."""
        return self._documents("ORDER BY number")

    def stored(self, row: DocumentRow) -> DocumentText:
        """The document of a row. Raises IndexDamagedError."""
        data = self.bytes_of(row)
        offsets = np.frombuffer(data[: row.offset_bytes], dtype=_OFFSET).reshape(-1, 2).tolist()
        text = str(data[row.offset_bytes :], "utf-8", "surrogatepass")
        return DocumentText(document_of(row.id, text, row.record), tuple(map(Span._make, offsets)))

    def stored_at(self, number: int) -> DocumentText:
        """The document with this number. Raises IndexDamagedError."""
        return self.stored(self.row_at(number))

    def bytes_of(self, row: DocumentRow) -> memoryview:
        """The sentences' offsets and the text of a row. Raises IndexDamagedError."""
        return self._texts.read(row.at, row.bytes)

    def at(self, passages: Sequence[int]) -> dict[int, PassageRow]:
        """Where each of the passages is, ``passages`` ascending, in their order."""
        places: dict[int, PassageRow] = {}
        for first in range(0, len(passages), _AT_ONCE):
            asked = passages[first : first + _AT_ONCE]
            statement = f"""SELECT passages.number, document, id, documents.first_sentence, {_PASSAGE} FROM passages
                JOIN documents ON documents.number = document
                WHERE passages.number IN ({", ".join("?" * len(asked))}) ORDER BY passages.number"""
            rows = self._rows(statement, *asked)
            places |= {number: PassageRow(of, name, first, Chunk(*chunk)) for number, of, name, first, *chunk in rows}
        return places

    def chunks(self, row: DocumentRow) -> list[Chunk]:
        """The document's passages, in order."""
        first, last = row.first_passage, row.first_passage + row.passages
        condition = "WHERE number >= ? AND number < ? ORDER BY number"
        return [Chunk(*chunk) for chunk in self._rows(f"SELECT {_PASSAGE} FROM passages {condition}", first, last)]

    def ids(self) -> Sequence[tuple[int, str]]:
        """The number and the id of every document."""
        return self._rows("SELECT number, id FROM documents")

    def references(self) -> Iterator[tuple[int, DocumentRef]]:
        """Every document without its text, with its number, by id."""
        rows = self._rows("SELECT number, id, record FROM documents ORDER BY id")
        return ((number, reference_of(name, record)) for number, name, record in rows)

    def columns(self) -> Columns:
        """The dates and sources of all documents, by number."""
        rows = self._rows(
            "SELECT json_extract(record, '$.date'), json_extract(record, '$.source') FROM documents ORDER BY number"
        )
        dates, sources = zip(*rows, strict=True) if rows else ((), ())
        return Columns(
            {"date": dates, "source": sources}, lambda: [reference_of(row.id, row.record) for row in self.rows()]
        )

    def passages_of_documents(self) -> Sequence[int]:
        """How many passages each document has, by number; they are numbered on from each other."""
        return [count for (count,) in self._rows("SELECT passages FROM documents ORDER BY number")]

    def _documents(self, condition: str, *values: Any) -> Iterator[DocumentRow]:
        return map(DocumentRow._make, self._rows(f"SELECT {_DOCUMENT} FROM documents {condition}", *values))

    def _rows(self, statement: str, *values: Any) -> Sequence[Any]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()
