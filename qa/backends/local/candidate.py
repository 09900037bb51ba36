"""A passage found on disk, whose text is read when it is needed: of some two hundred candidates, a dozen are quoted."""

from __future__ import annotations

from dataclasses import dataclass

from qa.backends.local.store import Stored, StoreReader
from qa.types import Chunk, Document, FloatArray, Span


class LazyText:
    """A document that is read the first time that it is asked for."""

    def __init__(self, store: StoreReader, number: int) -> None:
        self._store = store
        self._number = number
        self._stored: Stored | None = None

    @property
    def stored(self) -> Stored:
        """The document with its sentences."""
        if self._stored is None:
            self._stored = self._store.stored(self._store.row_at(self._number))
        return self._stored


@dataclass(frozen=True, slots=True, eq=False)
class StoredCandidate:
    """A ``base.Candidate``; ``text`` is shared by all passages of its document. Its document and sentences raise
    IndexDamagedError where what is read is not what was written."""

    number: int
    identity: tuple[str, int]
    chunk: Chunk
    vectors: FloatArray
    text: LazyText

    @property
    def document(self) -> Document:
        return self.text.stored.document

    @property
    def sentences(self) -> tuple[Span, ...]:
        return self.text.stored.sentences[self.chunk.first_sentence : self.chunk.last_sentence]
