"""A segment: some documents of an index with their passages, vectors and postings, in files that never change.

Within a segment documents, passages and sentences are numbered from 0 in the order in which they were written.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack, closing
from functools import cached_property
from pathlib import Path

import numpy as np

from qa.backends.base import EncodedDocument
from qa.backends.filters import Filter
from qa.backends.local.blocks import BlockReader, BlockWriter
from qa.backends.local.codes import CODES_FILE, Codes, write_codes
from qa.backends.local.postings import POSTINGS_FILE, PostingsReader, PostingsWriter
from qa.backends.local.store import TEXTS_FILE, StoreReader, StoreWriter
from qa.backends.manifest import Sizes
from qa.backends.shared.filtering import Columns
from qa.backends.shared.mentioned import beside, field_terms
from qa.backends.shared.quantising import (
    pack_passages,
    pack_sentences,
    passage_bytes,
    sentence_bytes,
    unpack_passages,
    unpack_sentences,
)
from qa.types import BoolArray, FloatArray, IntArray

PASSAGES_FILE, SENTENCES_FILE = "passages.f16", "sentences.i8"

#: The files that are read in checked pieces. All others are verified as a whole before they are opened.
BLOCK_FILES = (PASSAGES_FILE, CODES_FILE, POSTINGS_FILE, SENTENCES_FILE, TEXTS_FILE)


class SegmentWriter:
    """Writes a new segment into an empty folder. Nothing is readable before ``close``."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._dimension = dimension
        self._vectors = folder / PASSAGES_FILE
        self._postings = PostingsWriter(folder)
        with ExitStack() as stack:
            self._store = StoreWriter(folder)
            stack.callback(self._store.abort)
            self._passages = BlockWriter(self._vectors)
            stack.callback(self._passages.abort)
            self._sentences = BlockWriter(folder / SENTENCES_FILE)
            stack.pop_all()

    @property
    def sizes(self) -> Sizes:
        """How much has been added."""
        return Sizes(self._store.documents, self._store.passages, self._store.sentences)

    def add(self, encoded: EncodedDocument) -> None:
        """Adds a document."""
        self._store.add(encoded)
        fields = [beside(term) for term in sorted(field_terms(encoded.document))]
        for place, (terms, stems) in enumerate(zip(encoded.terms, encoded.stems, strict=True)):
            self._postings.add(terms, () if place else fields, stems)
        self._passages.write(pack_passages(encoded.passage_vectors))
        self._sentences.write(pack_sentences(encoded.sentence_vectors))

    def take(self, other: Segment) -> None:
        """Adds all that another segment holds and that was not removed from it, byte for byte."""
        live = other.live_passages
        for row in other.store.rows():
            if row.number not in other.removed:
                self._store.take(other.store, row)
                self._sentences.write(bytes(other.sentence_data(row.first_sentence, row.sentences)))
        codes = np.frombuffer(other.passage_data(0, other.sizes.passages), dtype=np.uint8).reshape(
            -1, passage_bytes(self._dimension)
        )
        self._passages.write(codes[live].tobytes())
        self._postings.take(other.postings, live)

    def close(self) -> None:
        """Finishes every file."""
        self._passages.close()
        write_codes(self._vectors, self._store.passages, self._dimension)
        self._sentences.close()
        self._postings.close()
        self._store.close()

    def abort(self) -> None:
        """Closes every file without finishing it."""
        self._passages.abort()
        self._sentences.abort()
        self._store.abort()


class Segment:
    """A segment in ``folder``, open for reading; ``removed`` are the documents of it that the index no longer has.

    Safe to use from several threads.
    """

    def __init__(self, folder: Path, sizes: Sizes, dimension: int, removed: Sequence[int]) -> None:
        self._dimension = dimension
        self.sizes = sizes
        self.removed = frozenset(removed)
        with ExitStack() as stack:
            self.store = stack.enter_context(closing(StoreReader(folder)))
            self.postings = stack.enter_context(closing(PostingsReader(folder)))
            self._passages = stack.enter_context(closing(BlockReader(folder / PASSAGES_FILE)))
            self._codes = stack.enter_context(closing(BlockReader(folder / CODES_FILE)))
            self._sentences = stack.enter_context(closing(BlockReader(folder / SENTENCES_FILE)))
            self._opened = stack.pop_all()
        self.live_passages = np.ones(sizes.passages, dtype=np.bool_)
        for number in self.removed:
            row = self.store.row_at(number)
            self.live_passages[row.first_passage : row.first_passage + row.passages] = False

    def passage_data(self, first: int, count: int) -> memoryview:
        """The vectors of ``count`` passages from ``first`` on, as stored. Raises IndexDamagedError."""
        size = passage_bytes(self._dimension)
        return self._passages.read(first * size, count * size)

    def passage_vectors(self, first: int, count: int) -> FloatArray:
        """The vectors of ``count`` passages from ``first`` on. Raises IndexDamagedError."""
        return unpack_passages(self.passage_data(first, count), self._dimension)

    def passage_vectors_of(self, numbers: Sequence[int]) -> FloatArray:
        """The vectors of these passages, ascending. Raises IndexDamagedError."""
        size = passage_bytes(self._dimension)
        data = self._passages.read_all([number * size for number in numbers], [size] * len(numbers))
        return unpack_passages(b"".join(data), self._dimension)

    def sentence_data(self, first: int, count: int) -> memoryview:
        """The vectors of ``count`` sentences from ``first`` on, as stored. Raises IndexDamagedError."""
        size = sentence_bytes(self._dimension)
        return self._sentences.read(first * size, count * size)

    def sentence_data_of(self, ranges: Sequence[tuple[int, int]]) -> bytes:
        """The same of several ranges ``(first, count)``, ascending, one after the other. Raises IndexDamagedError."""
        size = sentence_bytes(self._dimension)
        starts, sizes = [first * size for first, _ in ranges], [count * size for _, count in ranges]
        return b"".join(self._sentences.read_all(starts, sizes))

    def sentence_vectors(self, first: int, count: int) -> FloatArray:
        """The vectors of ``count`` sentences from ``first`` on. Raises IndexDamagedError."""
        return unpack_sentences(self.sentence_data(first, count), self._dimension)

    def codes(self) -> Codes:
        """The codes of all passages, removed ones included. Raises IndexDamagedError."""
        return Codes(self._codes, self.sizes.passages, self._dimension)

    def allowed(self, within: Filter) -> BoolArray | None:
        """One flag a passage: whether the index has it and its document passes the filter. None where all do."""
        if not within:
            return self.live_passages if self.removed else None
        flags: BoolArray = np.repeat(self.columns.mask(within), self._counts) & self.live_passages
        return flags

    @property
    def live_documents(self) -> BoolArray:
        """One flag a document: whether the index has it."""
        live = np.ones(self.sizes.documents, dtype=np.bool_)
        live[list(self.removed)] = False
        return live

    @cached_property
    def columns(self) -> Columns:
        """What filters look at, of all documents, removed ones included."""
        return self.store.columns()

    @cached_property
    def _counts(self) -> IntArray:
        return np.array(self.store.passages_of_documents(), dtype=np.int64)

    def close(self) -> None:
        """Closes the files."""
        self._opened.close()
