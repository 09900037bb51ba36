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
from qa.backends.milvus.generation import MilvusGeneration
from qa.backends.milvus.lock import writing
from qa.backends.milvus.manifest import read_text, write_text
from qa.errors import IndexBusyError, IndexDamagedError, IndexFormatError, IndexNotFoundError, ServerError

T = TypeVar("T")


class MilvusStore:
    """See ``base.Store``. Each generation that is read has a connection of its own."""

    def __init__(self, address: MilvusAddress) -> None:
        self.address = address
        self._draft: MilvusDraft | None = None

    def __str__(self) -> str:
        return str(self.address)

    def read(self, open_: Callable[[MilvusGeneration], T]) -> T:
        if self._is_missing():
            raise self._not_found()
        with ExitStack() as stack:
            cluster = stack.enter_context(closing(connect(self.address)))
            opened = open_(self._current(cluster))
            stack.pop_all()
            return opened

    def unfinished(self) -> MilvusGeneration | None:
        if self._is_missing():
            return None
        with ExitStack() as stack:
            cluster = stack.enter_context(closing(connect(self.address)))
            for names in generations.newer(cluster, generations.current(cluster)):
                # Whatever cannot be read only has to be done again.
                with suppress(IndexDamagedError, IndexFormatError, IndexNotFoundError, ServerError):
                    unfinished = MilvusGeneration(cluster, names)
                    stack.pop_all()
                    return unfinished
        return None

    @contextmanager
    def write(
        self, previous: Manifest[Any] | None, base: MilvusGeneration | None, without: Collection[str]
    ) -> Iterator[MilvusDraft]:
        with closing(connect(self.address)) as cluster, writing(cluster) as lock, TemporaryDirectory() as folder:
            try:
                current = self._current(cluster)
            except (IndexNotFoundError, IndexDamagedError, IndexFormatError):
                current = None
            if previous and (current is None or previous != current.manifest):
                raise IndexBusyError(f"another process has just written {self.address}", "run qa index again")
            calibration = read_text(current.texts, CALIBRATION_FILE) if current else None
            self._draft = MilvusDraft(cluster, lock, base, without, Path(folder), calibration)
            try:
                yield self._draft
            except BaseException:
                self._draft.keep()
                raise
            finally:
                self._draft = None

    def read_text(self, name: str) -> str | None:
        def text(generation: MilvusGeneration) -> str | None:
            with closing(generation):
                return read_text(generation.texts, name)

        try:
            return self.read(text)
        except IndexNotFoundError:
            return None

    def write_text(self, name: str, text: str | None) -> None:
        if self._draft:
            write_text(self._draft.texts, name, text)
            return
        with closing(connect(self.address)) as cluster, writing(cluster):
            write_text(self._current(cluster).texts, name, text)

    def _current(self, cluster: MilvusCluster) -> MilvusGeneration:
        names = generations.current(cluster)
        if names is None:
            raise self._not_found()
        return MilvusGeneration(cluster, names)

    def _is_missing(self) -> bool:
        return self.address.file is not None and not self.address.file.exists()

    def _not_found(self) -> IndexNotFoundError:
        return IndexNotFoundError(f"there is no index at {self.address}", f"qa index --index {self.address} makes one")
