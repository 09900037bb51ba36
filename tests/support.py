"""What several tests share: the articles they write, and an encoder that needs no model."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from qa.backends.addresses import store_at
from qa.backends.base import Candidate, LazyText
from qa.backends.local.searcher import LocalSearcher
from qa.backends.memory import MemoryIndex
from qa.config import IndexConfig, Lexical
from qa.indexing import inspection
from qa.indexing import update as indexing
from qa.indexing.encode import Indexer
from qa.models.base import EncoderInfo
from qa.types import Chunk, Document, FloatArray, Span

ROOT = Path(__file__).parent.parent
CORPUS = ROOT / "corpus"
SHARED = ROOT.parent / "shared"


class WordEncoder:
    """An ``Encoder`` in the sense of ``qa.models.base``: a text's vector is the sum of its words' random directions.

    Deterministic, fast, and close for texts that share words. A token is a word. Every value fits in half precision, so
    that no backend rounds it.
    """

    name = engine = "words"
    fingerprint = "0" * 64
    dimension = 32

    def __init__(self, max_tokens: int = 40) -> None:
        self.max_tokens = max_tokens
        self.seen: list[str] = []

    @property
    def info(self) -> EncoderInfo:
        return EncoderInfo(self.name, self.fingerprint, self.engine, self.dimension, self.max_tokens)

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        self.seen += texts
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(-1, self.dimension)

    def encode_query(self, question: str) -> FloatArray:
        return self._vector(question)

    def export(self, folder: Path) -> str | None:
        raise NotImplementedError(f"{self.name} is not exported into {folder}")

    def _vector(self, text: str) -> FloatArray:
        words = re.findall(r"\w+", text.casefold()) or [""]
        total = np.sum([self._direction(word) for word in words], axis=0)
        vector: FloatArray = (total / np.linalg.norm(total)).astype(np.float16).astype(np.float32)
        return vector

    def _direction(self, word: str) -> FloatArray:
        seed = int.from_bytes(hashlib.sha256(word.encode("utf-8", "replace")).digest()[:8])
        return np.random.default_rng(seed).standard_normal(self.dimension).astype(np.float32)


def article(name: str, text: str, **fields: Any) -> Document:
    """A document with a hash, as reading would make it."""
    return Document(id=name, text=text, sha256=hashlib.sha256(text.encode()).hexdigest(), **fields)


def update(
    paths: Sequence[Path | str], index: Path | str, options: indexing.UpdateOptions | None = None, **named: Any
) -> indexing.Update:
    """``qa.indexing.update.update`` of the index that is called ``index``."""
    return indexing.update(paths, store_at(index), options or indexing.UpdateOptions(), **named)


def inspect(index: Path | str) -> inspection.Inspection:
    """``qa.indexing.inspection.inspect`` of the index that is called ``index``."""
    return inspection.inspect(store_at(index))


def open_current(index: Path, lexical: Lexical = "bm25") -> LocalSearcher:
    """The current generation of the index in a folder."""
    searcher: LocalSearcher = store_at(index).read(lambda generation: generation.searcher(lexical))
    return searcher


def indexed(documents: Sequence[Document], encoder: WordEncoder) -> MemoryIndex:
    """An index of the documents in memory."""
    index = MemoryIndex(encoder.dimension)
    for encoded in Indexer(encoder, IndexConfig()).encode(documents):
        index.add(encoded)
    return index


def in_memory(
    number: int, document: Document, chunk: Chunk, sentences: Sequence[Span], vectors: FloatArray
) -> Candidate:
    """A passage that consists of these sentences."""
    chunk = chunk._replace(first_sentence=0, last_sentence=len(sentences))
    text = LazyText(lambda: (document, tuple(sentences)))
    return Candidate(number, (document.id, chunk.start), chunk, vectors, text)
