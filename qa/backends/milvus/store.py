"""An index at the address of a cluster, as a store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, TypeVar

from qa.backends.base import CALIBRATION_FILE
from qa.backends.manifest import Manifest
from qa.backends.milvus import generations
from qa.backends.milvus.address import MilvusAddress
from qa.backends.milvus.connection import MilvusCluster, connect
from qa.backends.milvus.draft import MilvusDraft
from qa.backends.milvus.failures import not_found
from qa.backends.milvus.generations import MilvusGeneration
from qa.backends.milvus.lock import writing
from qa.backends.milvus.manifest import read_text, write_text
from qa.errors import IndexBusyError, IndexDamagedError, IndexFormatError, IndexNotFoundError, QAError, ServerError

T = TypeVar("T")


class MilvusStore:
    """See ``base.Store``. Each generation that is read has a connection of its own."""

    def __init__(self, address: MilvusAddress) -> None:
        self.address = address
        self._draft: MilvusDraft | None = None

    def __str__(self) -> str:
        return str(self.address)

    def read(self, open_: Callable[[MilvusGeneration], T]) -> T:
        with ExitStack() as stack:
            cluster = stack.enter_context(closing(connect(self.address)))
            result = open_(self._current(cluster))
            stack.pop_all()
            return result

    def unfinished(self) -> MilvusGeneration | None:
        with suppress(IndexNotFoundError), ExitStack() as stack:
            cluster = stack.enter_context(closing(connect(self.address)))
            for generation in generations.newer(cluster):
                # Whatever cannot be read only has to be done again.
                with suppress(IndexDamagedError, IndexFormatError, IndexNotFoundError, ServerError):
                    _ = generation.manifest
                    stack.pop_all()
                    return generation
        return None

    @contextmanager
    def write(
        self, previous: Manifest[Any] | None, base: MilvusGeneration | None, without: Collection[str]
    ) -> Iterator[MilvusDraft]:
        with writing(self.address) as lock, TemporaryDirectory() as folder:
            try:
                current = self._current(lock.cluster)
            except (IndexNotFoundError, IndexDamagedError, IndexFormatError):
                current = None
            if previous and (current is None or previous != current.manifest):
                raise IndexBusyError(f"another process has just written {self.address}", "run qa index again")
            calibration = read_text(current.texts, CALIBRATION_FILE) if current else None
            self._draft = MilvusDraft(lock, base, without, Path(folder), calibration)
            try:
                yield self._draft
            except BaseException:
                with suppress(QAError):  # such as a server that is away, which may be why the update ends
                    self._draft.flush()
                raise
            finally:
                self._draft = None

    def read_text(self, name: str) -> str | None:
        with suppress(IndexNotFoundError), closing(self.read(lambda generation: generation)) as current:
            return read_text(current.texts, name)
        return None

    def write_text(self, name: str, text: str | None) -> None:
        if self._draft:
            write_text(self._draft.texts, name, text)
            return
        with writing(self.address) as lock:
            write_text(self._current(lock.cluster).texts, name, text)

    def _current(self, cluster: MilvusCluster) -> MilvusGeneration:
        current = generations.current(cluster)
        if current is None:
            raise not_found(self.address)
        _ = current.manifest
        return current
