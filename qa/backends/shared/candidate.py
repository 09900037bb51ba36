"""A passage whose text is read when it is needed: of some two hundred candidates, a dozen are quoted."""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import NamedTuple

from qa.types import Chunk, Document, FloatArray, Span


class LazyText:
    """A document with its sentences, for which ``read`` is called the first time that it is asked for."""

    def __init__(self, read: Callable[[], tuple[Document, tuple[Span, ...]]]) -> None:
        self._read = read

    @cached_property
    def parts(self) -> tuple[Document, tuple[Span, ...]]:
        """The document, and its sentences. Raises what reading it raises."""
        return self._read()


class LazyCandidate(NamedTuple):
    """A ``base.Candidate``; ``text`` is shared by all passages of its document. Its document and sentences raise
    IndexDamagedError where what is read is not what was written."""

    number: int
    identity: tuple[str, int]
    chunk: Chunk
    vectors: FloatArray
    text: LazyText

    @property
    def document(self) -> Document:
        return self.text.parts[0]

    @property
    def sentences(self) -> tuple[Span, ...]:
        return self.text.parts[1][self.chunk.first_sentence : self.chunk.last_sentence]
