"""An index at the address of a cluster, as a store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
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
from qa.backends.milvus.layout import Names, key
from qa.backends.milvus.lock import writing
from qa.backends.milvus.manifest import DRAFT, MilvusManifest, load, save
from qa.backends.shared.atomic import replace_text, writing_to
from qa.errors import IndexBusyError, IndexDamagedError, IndexFormatError, IndexNotFoundError, ServerError
from qa.models.cache import cache_folder

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
            names = generations.current(cluster)
            if names is None:
                raise self._not_found()
            cluster.wake(names.texts, names.passages)
            opened = open_(MilvusGeneration(cluster, names, load(cluster, names.texts)))
            stack.pop_all()
            return opened

    def unfinished(self) -> MilvusGeneration | None:
        if self._is_missing():
            return None
        with ExitStack() as stack:
            cluster = stack.enter_context(closing(connect(self.address)))
            if unfinished := self._unfinished(cluster):
                stack.pop_all()
            return unfinished

    @contextmanager
    def write(
        self, previous: Manifest[Any] | None, base: MilvusGeneration | None, without: Collection[str]
    ) -> Iterator[MilvusDraft]:
        with closing(connect(self.address)) as cluster, writing(cluster) as lock, TemporaryDirectory() as folder:
            names = generations.current(cluster)
            current = _manifest(cluster, names)
            if previous and previous != current:
                raise IndexBusyError(f"another process has just written {self.address}", "run qa index again")
            draft = MilvusDraft(cluster, lock, names, base, without, Path(folder))
            draft.calibration = current.extra.calibration if current else None
            self._draft = draft
            try:
                yield draft
            except BaseException:
                draft.keep()
                raise
            finally:
                self._draft = None

    def read_text(self, name: str) -> str | None:
        if name == CALIBRATION_FILE:
            try:
                return self.read(_calibration)
            except IndexNotFoundError:
                return None
        try:
            return (self._cache() / name).read_text(encoding="utf-8")
        except (OSError, ValueError):  # a cache that is damaged is none
            return None

    def write_text(self, name: str, text: str | None) -> None:
        if name == CALIBRATION_FILE and self._draft:
            self._draft.calibration = text
            return
        if name == CALIBRATION_FILE:
            with closing(connect(self.address)) as cluster, writing(cluster):
                names = generations.current(cluster)
                if names is None:
                    raise self._not_found()
                cluster.wake(names.texts)
                current = load(cluster, names.texts)
                save(replace(current, extra=replace(current.extra, calibration=text)), cluster, names.texts)
            return
        with writing_to(folder := self._cache()):
            folder.mkdir(parents=True, exist_ok=True)
            if text is None:
                (folder / name).unlink(missing_ok=True)
            else:
                replace_text(folder / name, text)

    def _unfinished(self, cluster: MilvusCluster) -> MilvusGeneration | None:
        published = generations.current(cluster)
        for names in generations.newer(cluster, published)[:1]:
            try:
                cluster.wake(names.texts, names.passages)
                manifest = load(cluster, names.texts, DRAFT)
                cluster.call("describe_collection", names.passages)
            except (IndexDamagedError, IndexFormatError, IndexNotFoundError, ServerError):
                return None  # such as one that was not loaded yet
            current = _manifest(cluster, published)
            same = current and (current.config, current.encoder) == (manifest.config, manifest.encoder)
            return MilvusGeneration(cluster, names, manifest, published if same else None)
        return None

    def _is_missing(self) -> bool:
        return self.address.file is not None and not self.address.file.exists()

    def _not_found(self) -> IndexNotFoundError:
        return IndexNotFoundError(f"there is no index at {self.address}", f"qa index --index {self.address} makes one")

    def _cache(self) -> Path:
        return cache_folder() / "milvus" / f"{key(str(self.address)):016x}"


def _manifest(cluster: MilvusCluster, names: Names | None) -> MilvusManifest | None:
    """The manifest of a generation; None where there is none that can be read."""
    if names is None:
        return None
    cluster.wake(names.texts, names.passages)
    try:
        return load(cluster, names.texts)
    except (IndexDamagedError, IndexFormatError):
        return None


def _calibration(generation: MilvusGeneration) -> str | None:
    with closing(generation):
        return generation.manifest.extra.calibration
