"""Looks after an index that is open: in a store, or in memory.

A question waits for what is imported here: what only changing an index needs is imported when it is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.backends.addresses import current_manifest
from qa.config import IndexConfig, SearchConfig
from qa.errors import CorpusError, ModelError

if TYPE_CHECKING:
    from qa.answering.confidence import Calibration
    from qa.answering.current import OpenGeneration
    from qa.backends.base import Generation, Store
    from qa.backends.memory import MemoryIndex
    from qa.corpus import Problem
    from qa.models.base import Encoder, QueryEncoder, Reader
    from qa.text.chunking import Splitter
    from qa.types import Document, IndexInfo


class StoreUpkeep:
    """Of an index in a store. ``calibration`` stands in for the index's own, ``encoder`` for the model that it names,
    and ``splitter`` makes its passages; ``reader`` is there once it was opened. See ``answering.current.Upkeep``."""

    def __init__(
        self,
        store: Store[Any],
        config: SearchConfig,
        calibration: Calibration | None = None,
        threads: int | None = None,
        encoder: Encoder | None = None,
        splitter: Splitter | None = None,
    ) -> None:
        self._store = store
        self._config = config
        self._calibration = calibration
        self._threads = threads
        self._encoder = encoder
        self._splitter = splitter
        self._model: tuple[str, QueryEncoder] | None = None
        self.reader: Reader | None = None

    def open(self) -> OpenGeneration:
        opened: OpenGeneration = self._store.read(self._opened)
        return opened

    def is_current(self, info: IndexInfo) -> bool:
        return current_manifest(self._store).info == info

    def add(self, sources: object, on_problem: Callable[[Problem], None]) -> None:
        from qa.indexing.membership import add, paths_and_documents

        paths, documents = paths_and_documents(sources)
        add(paths, documents, self._store, encoder=self._encoder, splitter=self._splitter, on_problem=on_problem)

    def remove(self, names: Iterable[str]) -> None:
        from qa.indexing.membership import remove

        remove(names, self._store, encoder=self._encoder, splitter=self._splitter)

    def _opened(self, generation: Generation) -> OpenGeneration:
        embedder = generation.manifest.info.embedder
        with ThreadPoolExecutor(1) as pool:
            # To check the model and to load it leaves the interpreter free. So what loading has to wait for is imported
            # first, while the model is checked, and what searching needs while it is loaded.
            is_new = self._model is None or self._model[0] != embedder
            checked = pool.submit(generation.encoder_folder)
            import qa.models.runtime
            from qa.models.loading import load_reader

            self.reader = self.reader or load_reader(self._config.reader)  # the last to be needed
            loading = pool.submit(self._load, generation, checked) if is_new else None
            import qa.answering.index  # noqa: F401
            from qa.answering.calibration import own_calibration
            from qa.answering.current import OpenGeneration

            # Where one is given, the index's own may be unusable.
            own = None if self._calibration else own_calibration(self._store, embedder)
            searcher = generation.searcher(self._config.lexical, self._threads)
            if loading is not None:
                self._model = embedder, loading.result()
        assert self._model is not None
        calibration = own.calibration if own else self._calibration
        return OpenGeneration(searcher, generation.manifest.info, self._model[1], calibration, generation.close)

    def _load(self, generation: Generation, folder: Future[Path]) -> QueryEncoder:
        checked = folder.result()
        if self._encoder is None:
            from qa.models.loading import load_query_encoder

            return load_query_encoder(checked, threads=self._threads)
        if self._encoder.info.fingerprint != generation.manifest.encoder:
            raise ModelError(
                f"{self._store} was built with {generation.manifest.info.embedder}, not with {self._encoder.info.name}",
                "open it with the encoder that it was built with",
            )
        return self._encoder


class MemoryUpkeep:
    """Of an index in memory: its documents, and what encodes them. See ``answering.current.Upkeep``."""

    def __init__(self, encoder: Encoder, settings: IndexConfig, splitter: Splitter | None) -> None:
        self._encoder = encoder
        self._settings = settings
        self._splitter = splitter
        self._documents: dict[str, Document] = {}
        self._index: MemoryIndex | None = None

    def open(self) -> OpenGeneration:
        from qa.answering.current import OpenGeneration

        assert self._index is not None
        return OpenGeneration(self._index, self._index.info, self._encoder)

    def is_current(self, info: IndexInfo) -> bool:
        return self._index is not None and self._index.info == info

    def add(self, sources: object, on_problem: Callable[[Problem], None]) -> None:  # noqa: ARG002
        from qa.corpus.documents import check_documents
        from qa.types import Document

        several = [sources] if isinstance(sources, Document) else sources
        documents = check_documents(several)  # type: ignore[arg-type]
        self._make({**self._documents, **{document.id: document for document in documents}})

    def remove(self, names: Iterable[str]) -> None:
        removals = set(names)
        if unknown := sorted(removals - self._documents.keys()):
            raise CorpusError(f"the index has no document {unknown[0]!r}", "index.documents() lists them")
        if not self._documents.keys() - removals:
            raise CorpusError("nothing would be left in the index", "make another one")
        self._make({name: one for name, one in self._documents.items() if name not in removals})

    def _make(self, documents: dict[str, Document]) -> None:
        """Puts together what these documents make; those that are in the index are not encoded again."""
        from qa.backends.identity import digest_of_all, generation_of
        from qa.backends.memory import MemoryIndex
        from qa.indexing.encode import Indexer
        from qa.types import DocumentRef

        digest = digest_of_all(map(DocumentRef.of, documents.values()))
        info, before = self._encoder.info, [self._index] if self._index else []
        generation = generation_of(self._settings, info.fingerprint, info.engine, digest)
        index = MemoryIndex(info.dimension, generation, f"{self._settings.model}@{info.fingerprint[:12]}")
        for encoded in Indexer(self._encoder, self._settings, before, splitter=self._splitter).encode(
            documents.values()
        ):
            index.add(encoded)
        self._index, self._documents = index, documents
