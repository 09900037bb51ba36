"""Reads one generation of an index."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.backends import flat
from qa.backends.base import Candidate, EncodedDocument
from qa.backends.local import generations
from qa.backends.local.lexical import LexicalSearcher
from qa.backends.local.manifest import Manifest
from qa.backends.local.store import Stored, StoreReader
from qa.backends.local.writer import (
    ENCODER_FOLDER,
    LEXICAL_FOLDER,
    PASSAGES_FILE,
    SENTENCE_DTYPE,
    SENTENCES_FILE,
    STORE_FILE,
)
from qa.backends.okapi import OkapiIndex
from qa.config import Lexical
from qa.errors import DocumentNotFoundError
from qa.types import Document, DocumentRef, Filter, FloatArray, IndexInfo, Ranking


def open_current(index: Path, lexical: Lexical = "tantivy") -> LocalSearcher:
    """Opens the current generation of the index in ``index``, every file checked.

    Raises IndexNotFoundError, IndexFormatError or IndexDamagedError.
    """
    return generations.reading(index, lambda folder, manifest: LocalSearcher(folder, manifest, lexical))


class LocalSearcher:
    """A generation in ``folder``, open for reading. See ``base.Searcher`` for what each member promises."""

    def __init__(self, folder: Path, manifest: Manifest, lexical: Lexical = "tantivy") -> None:
        import faiss

        self.manifest = manifest
        self.encoder_folder = folder / ENCODER_FOLDER
        self._store = StoreReader(folder / STORE_FILE)
        self._faiss = faiss.read_index(str(folder / PASSAGES_FILE))
        self._lexical = LexicalSearcher(folder / LEXICAL_FOLDER)
        self._okapi = OkapiIndex(self._store.terms()) if lexical == "rank-bm25" else None
        shape = (manifest.sentences, manifest.dimension)
        self._sentences = np.memmap(folder / SENTENCES_FILE, dtype=SENTENCE_DTYPE, mode="r", shape=shape)

    @property
    def info(self) -> IndexInfo:
        return self.manifest.info

    def lexical(self, terms: Sequence[str], depth: int, within: Filter) -> Ranking:
        if self._okapi is not None:
            return self._okapi.search(terms, depth, self._allowed(within))
        sources = self._store.sources(within) if within.source else []
        return self._lexical.search(terms, depth, within, sources)

    def dense(self, vector: FloatArray, depth: int, within: Filter) -> Ranking:
        return flat.search(self._faiss, vector, depth, self._allowed(within))

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        places = [self._store.chunk(int(number)) for number in numbers]
        documents = {document: self._store.by_number(document) for document in {d for d, _ in places}}
        candidates = []
        for number, (document, chunk) in zip(numbers, places, strict=True):
            stored = documents[document]
            inside = slice(chunk.first_sentence, chunk.last_sentence)
            vectors = self._sentence_vectors(stored)[inside].astype(np.float32)
            candidates.append(Candidate(int(number), stored.document, chunk, stored.sentences[inside], vectors))
        return candidates

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        return self._lexical.document_frequencies(terms)

    def document(self, document_id: str) -> Document:
        return self._stored(document_id).document

    def documents(self) -> Iterator[DocumentRef]:
        return self._store.references()

    def encoded(self, document_id: str) -> EncodedDocument | None:
        stored = self._store.by_id(document_id)
        if stored is None:
            return None
        rows = list(self._store.chunks(stored.first_passage, document_id))
        return EncodedDocument(
            stored.document,
            stored.sentences,
            tuple(chunk for chunk, _ in rows),
            tuple(terms for _, terms in rows),
            self._faiss.reconstruct_n(stored.first_passage, len(rows)),
            self._sentence_vectors(stored).astype(np.float32),
        )

    def close(self) -> None:
        self._store.close()

    def _stored(self, document_id: str) -> Stored:
        stored = self._store.by_id(document_id)
        if stored is None:
            raise DocumentNotFoundError(
                f"the index holds no document {document_id}", "qa status --documents lists them"
            )
        return stored

    def _sentence_vectors(self, stored: Stored) -> NDArray[np.float16]:
        first = stored.first_sentence
        return self._sentences[first : first + len(stored.sentences)]

    def _allowed(self, within: Filter) -> NDArray[np.bool_] | None:
        return self._store.allowed(within, self.manifest.passages) if within else None
