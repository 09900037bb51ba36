"""The stores that the suite runs on, one of them in memory: how little a store is. A new one is a line in STORES."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

from qa.backends.addresses import store_at
from qa.backends.base import Contents, EncodedDocument, Searcher, Store
from qa.backends.identity import digest_of_all
from qa.backends.manifest import Manifest, Sizes
from qa.backends.memory import MemoryIndex
from qa.config import Lexical
from qa.errors import IndexBusyError, IndexNotFoundError
from qa.types import Document, DocumentRef, OnProgress

T = TypeVar("T")


class MemoryGeneration:
    """A generation whose documents are in a dictionary."""

    def __init__(self, manifest: Manifest[Any], documents: dict[str, EncodedDocument], encoder: Path) -> None:
        self.manifest = manifest
        self.documents = documents
        self._encoder = encoder

    def contents(self) -> Contents:
        return MemoryContents(self.documents)

    def searcher(self, lexical: Lexical | None = None, threads: int | None = None) -> Searcher:  # noqa: ARG002
        info = self.manifest.info
        index = MemoryIndex(self.manifest.dimension, info.generation, info.embedder)
        for document in self.documents.values():
            index.add(document)
        return index

    def encoder_folder(self) -> Path:
        return self._encoder

    def close(self) -> None:
        pass


class MemoryContents:
    def __init__(self, documents: dict[str, EncodedDocument]) -> None:
        self._documents = documents

    @property
    def ids(self) -> Collection[str]:
        return self._documents.keys()

    def sha256(self, document_id: str) -> str | None:
        return self._documents[document_id].document.sha256 if document_id in self._documents else None

    def holds(self, document: Document) -> bool:
        return document.id in self._documents and self._documents[document.id].document == document


class MemoryDraft:
    def __init__(self, store: MemoryStore, base: MemoryGeneration | None, without: Collection[str]) -> None:
        self.encoder_folder = store.new_folder()
        self.documents = {name: d for name, d in base.documents.items() if name not in without} if base else {}
        self.manifest: Manifest[Any] | None = None
        self._store = store
        if base:
            shutil.copytree(base.encoder_folder(), self.encoder_folder, dirs_exist_ok=True)

    def begin(self, manifest: Manifest[Any], on_progress: OnProgress) -> None:  # noqa: ARG002
        self.manifest = manifest

    def add(self, encoded: EncodedDocument) -> None:
        self.documents[encoded.document.id] = encoded

    def publish(self) -> Manifest[Any]:
        self._store.current, self._store.left = self.generation(), None
        return self._store.current.manifest

    def generation(self) -> MemoryGeneration:
        assert self.manifest is not None
        every = self.documents.values()
        live = Sizes(len(every), sum(len(d.passages) for d in every), sum(len(d.sentences) for d in every))
        digest = digest_of_all(DocumentRef.of(d.document) for d in every)
        return MemoryGeneration(self.manifest.holding(live, digest, None), dict(self.documents), self.encoder_folder)


class MemoryStore:
    """An index in memory; only its encoder is in a folder."""

    def __init__(self, folder: Path) -> None:
        self.current: MemoryGeneration | None = None
        self.left: MemoryGeneration | None = None
        self._folder = folder
        self._made = 0
        self._texts: dict[str, str] = {}
        self._is_writing = False

    def read(self, open_: Callable[[MemoryGeneration], T]) -> T:
        if self.current is None:
            raise IndexNotFoundError("there is no index in memory")
        return open_(self.current)

    def unfinished(self) -> MemoryGeneration | None:
        return self.left

    @contextmanager
    def write(
        self, previous: Manifest[Any] | None, base: MemoryGeneration | None, without: Collection[str]
    ) -> Iterator[MemoryDraft]:
        if self._is_writing or (previous and (self.current is None or previous != self.current.manifest)):
            raise IndexBusyError("another process writes the index in memory")
        draft = MemoryDraft(self, base, without)
        self._is_writing = True
        try:
            yield draft
        except BaseException:
            if draft.manifest and draft.documents:
                self.left = draft.generation()
            raise
        finally:
            self._is_writing = False

    def read_text(self, name: str) -> str | None:
        return self._texts.get(name)

    def write_text(self, name: str, text: str | None) -> None:
        self._texts.pop(name, None)
        if text is not None:
            self._texts[name] = text

    def new_folder(self) -> Path:
        self._made += 1
        folder = self._folder / str(self._made)
        folder.mkdir(parents=True)
        return folder


#: Makes an empty store below a folder.
Maker: TypeAlias = Callable[[Path], Store[Any]]


def milvus_lite(folder: Path) -> Store[Any]:
    folder.mkdir(exist_ok=True)
    return store_at(f"milvus+lite:{folder}/index.db")


STORES: dict[str, Maker] = {"folder": store_at, "memory": MemoryStore, "milvus-lite": milvus_lite}
