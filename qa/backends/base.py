"""What a backend is: a store that takes the documents of the next generation, and a searcher over the current one.

The suites in ``tests/contracts`` state the same for machines; every backend passes them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeVar

from qa.backends.filters import Filter
from qa.backends.manifest import Manifest
from qa.config import Lexical
from qa.text.analysis import own_stemmers, passage_stems, passage_terms
from qa.text.languages import SAMPLE, language_or_found
from qa.types import Chunk, Document, DocumentRef, Filtered, FloatArray, OnProgress, Ranking, Span

T = TypeVar("T")

#: The names of the texts beside the generations: the index's own calibration, and when its sources were modified.
CALIBRATION_FILE, STAMPS_FILE = "calibration.json", "stamps.json"


@dataclass(frozen=True, eq=False)
class EncodedDocument:
    """A document with all that is indexed of it.

    ``passages[i]`` has the unit vector ``passage_vectors[i]``, ``sentences[j]`` has ``sentence_vectors[j]``: float32 of
    shape ``(n, dimension)``.
    """

    document: Document
    sentences: tuple[Span, ...]
    passages: tuple[Chunk, ...]
    passage_vectors: FloatArray
    sentence_vectors: FloatArray

    @cached_property
    def terms(self) -> tuple[tuple[str, ...], ...]:
        """The index terms of each passage, what title and date lend it included."""
        title, day, text = self.document.title, self.document.day, self.document.text
        return tuple(tuple(passage_terms(title, day, text[chunk.start : chunk.end])) for chunk in self.passages)

    @cached_property
    def stems(self) -> tuple[tuple[str, ...], ...]:
        """The stems of each passage in its document's language, none where that has no stemmer of its own. They are
        searched like terms, but a passage is as long as it has terms."""
        title, day, text = self.document.title, self.document.day, self.document.text
        code = language_or_found(self.document.language, text[self.document.body_start :][:SAMPLE])
        if code not in own_stemmers():
            return ((),) * len(self.passages)
        return tuple(tuple(passage_stems(title, day, text[c.start : c.end], code)) for c in self.passages)


class LazyText:
    """A document with its sentences, for which ``read`` is called the first time that it is asked for."""

    def __init__(self, read: Callable[[], tuple[Document, tuple[Span, ...], *tuple[object, ...]]]) -> None:
        self._read = read

    @cached_property
    def parts(self) -> tuple[Document, tuple[Span, ...], *tuple[object, ...]]:
        """The document, its sentences, and what else is read with them. Raises what reading it raises."""
        return self._read()


class Candidate(NamedTuple):
    """A stored passage with what choosing a quote needs.

    ``identity``, its document's id and its start, orders passages of equal score; ``vectors`` are its sentences' unit
    vectors ``(n, dimension)``. The ``text``, which all passages of a document share, is read when it is needed: of some
    two hundred candidates, a dozen are quoted. Then what is not what was written raises IndexDamagedError.
    """

    number: int
    identity: tuple[str, int]
    chunk: Chunk
    vectors: FloatArray
    text: LazyText

    @property
    def document(self) -> Document:
        """The document that the passage is of."""
        return self.text.parts[0]

    @property
    def sentences(self) -> tuple[Span, ...]:
        """The passage's sentences."""
        return self.text.parts[1][self.chunk.first_sentence : self.chunk.last_sentence]


class Documents(Protocol):
    """The documents of one generation, to be looked up. Safe to use from several threads."""

    def references(self) -> Iterator[DocumentRef]:
        """All documents, by id."""

    def document(self, document_id: str) -> Document:
        """The document with its text. Raises DocumentNotFoundError."""

    def encoded(self, document_id: str) -> EncodedDocument | None:
        """The document as it was written, so that nothing unchanged is encoded again; None if there is none."""

    def filtered(self, within: Filter) -> Filtered:
        """What a filter leaves of them, to tell people."""


class Searcher(Protocol):
    """One generation of an index, open to be searched. Safe to use from several threads.

    A passage's number stands for it within this searcher and nowhere else. In rankings, passages of equal score stand
    in the order of their document's id and their start, so that the same content gives the same rankings however it was
    written.
    """

    @property
    def documents(self) -> Documents:
        """The documents whose passages are searched."""

    def lexical(self, terms: Sequence[str], depth: int, within: Filter) -> Ranking:
        """The best ``depth`` passages by BM25 among those that hold at least one of ``terms`` and pass ``within``."""

    def dense(self, vector: FloatArray, depth: int, within: Filter) -> Ranking:
        """The best ``depth`` passages by cosine with the unit ``vector`` among those that pass ``within``: every vector
        is compared, in the precision in which the backend keeps them. An approximate backend, which says so, may miss
        some of them, but lists nothing else and no other scores."""

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        """The passages with these numbers, in this order."""

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        """In how many passages each term occurs, and under the name ``shared.mentioned.beside(term)``, in how many
        documents' further fields. Quick for hundreds of terms, most of which do not, and for none."""


class Contents(Protocol):
    """Which documents a generation has, and what it has of each: what a comparison with the sources asks."""

    @property
    def ids(self) -> Collection[str]:
        """The ids of its documents."""

    def sha256(self, document_id: str) -> str | None:
        """The hash of a document's source; None where it has no such document."""

    def holds(self, document: Document) -> bool:
        """Whether it has the document exactly as it is given."""


class Generation(Protocol):
    """One generation of an index, of which nothing is opened before it is asked for.

    Nothing of it changes. Once a newer one is published it may be removed: what is opened then raises IndexBusyError.
    """

    @property
    def manifest(self) -> Manifest[Any]:
        """What it says of itself."""

    def contents(self) -> Contents:
        """Its documents. Raises IndexDamagedError."""

    def searcher(self, lexical: Lexical | None = None, threads: int | None = None) -> Searcher:
        """Opens it to be searched. ``lexical`` is what computes BM25 for questions, which are then answered without
        delay; None where documents are looked up only. ``threads`` at most scan vectors. Raises IndexDamagedError, and
        ConfigError for a way to compute BM25 that the store does not have."""

    def encoder_folder(self) -> Path:
        """The folder with the files of its query encoder, each of which is what was written. Raises
        IndexDamagedError."""

    def close(self) -> None:
        """Frees what it holds, its searcher too."""


#: A store's own kind of generation.
G = TypeVar("G", bound=Generation)


class Draft(Protocol):
    """The next generation while it is written, by the one process that writes. No reader sees it.

    Members raise QAError where it cannot be written.
    """

    @property
    def encoder_folder(self) -> Path:
        """The folder with the files of the query encoder: of the generation that this one is based on, or an empty one
        to be filled before ``begin``."""

    def begin(self, manifest: Manifest[Any], on_progress: OnProgress) -> None:
        """Takes over what stays of the generation that this one is based on. ``manifest`` has the settings, the model
        and the sources; its ``extra`` and what it says of documents do not count."""

    def add(self, encoded: EncodedDocument) -> None:
        """Adds a document, whose id must be new to this generation."""

    def publish(self) -> Manifest[Any]:
        """Makes it the current generation in one step, which happens or does not; its manifest."""


class Store(Protocol[G]):
    """A place for an index: its generations, and two texts beside them. ``str()`` is its address.

    A new kind of place is these five members and a line in ``addresses``; ``tests/contracts/test_stores.py`` says what
    they have to do.
    """

    def read(self, open_: Callable[[G], T]) -> T:
        """What ``open_`` makes of the current generation; of the next one where that is published meanwhile. Closes
        the generation where ``open_`` raises, and leaves it open where it returns.

        Raises IndexNotFoundError, IndexFormatError, IndexDamagedError, ServerError, and what ``open_`` raises.
        """

    def unfinished(self) -> G | None:
        """What an interrupted writer has left for the next one to go on from; None where there is nothing. What else it
        has left is removed. Raises ConfigError where something that is no index is in the place of one."""

    def write(
        self, previous: Manifest[Any] | None, base: G | None, without: Collection[str]
    ) -> AbstractContextManager[Draft]:
        """A new generation, based on ``base`` (the current or the unfinished one) but for the documents ``without``.
        What the block does not publish is kept, as far as it is complete, for ``unfinished``.

        Only one process writes at a time. Raises IndexBusyError where another does, or where the current generation is
        no longer that of the manifest ``previous`` (None: whatever is there is replaced).
        """

    def read_text(self, name: str) -> str | None:
        """The text that was written under ``CALIBRATION_FILE`` or ``STAMPS_FILE``; None where none was. The first is
        part of the index; the second may be known to this machine only. Raises QAError."""

    def write_text(self, name: str, text: str | None) -> None:
        """Puts a text there in one step, or removes it. Within the block of ``write``, before the generation is
        published, a calibration is that of the new generation: no reader has that one without it. Raises QAError where
        it cannot be written."""
