"""Writes one generation of an index."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from qa.backends import flat
from qa.backends.base import EncodedDocument
from qa.backends.local.lexical import LexicalWriter
from qa.backends.local.store import StoreWriter

STORE_FILE, PASSAGES_FILE, SENTENCES_FILE = "documents.sqlite", "passages.faiss", "sentences.f16"
LEXICAL_FOLDER, ENCODER_FOLDER = "lexical", "encoder"

#: Sentence vectors only choose quotes among a few candidates, so that half precision is exact enough.
SENTENCE_DTYPE = np.dtype("<f2")


class LocalWriter:
    """Writes documents into an empty folder. See ``base.Writer``."""

    def __init__(self, folder: Path, dimension: int) -> None:
        (folder / LEXICAL_FOLDER).mkdir()
        self._folder = folder
        self._faiss = flat.new_index(dimension)
        self._lexical = LexicalWriter(folder / LEXICAL_FOLDER)
        self._sentences = (folder / SENTENCES_FILE).open("wb")
        self.store = StoreWriter(folder / STORE_FILE)

    def add(self, encoded: EncodedDocument) -> None:
        document = encoded.document
        for number, terms in enumerate(encoded.terms, start=self.store.passages):
            self._lexical.add(number, terms, document.date, document.source)
        self._faiss.add(encoded.passage_vectors)
        self._sentences.write(encoded.sentence_vectors.astype(SENTENCE_DTYPE).tobytes())
        self.store.add(encoded)

    def abort(self) -> None:
        """Closes every file of a generation that will not be finished."""
        self._sentences.close()
        self.store.abort()
        self._lexical.abort()

    def close(self) -> None:
        """Finishes every file. The generation is complete, and not yet published."""
        import faiss

        self._sentences.close()
        self.store.close()
        self._lexical.close()
        faiss.write_index(self._faiss, str(self._folder / PASSAGES_FILE))
