"""One generation in a folder, of which nothing is opened before it is asked for."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from qa.backends.local.generations import is_pointed_at
from qa.backends.local.manifest import ENCODER_FOLDER, SEGMENTS_FOLDER, LocalManifest
from qa.config import Lexical
from qa.errors import IndexBusyError, IndexDamagedError

if TYPE_CHECKING:
    from qa.backends.local.contents import LocalContents
    from qa.backends.local.searcher import LocalSearcher


class LocalGeneration:
    """See ``base.Generation``. One that ``is_unfinished`` is checked block by block before it is opened."""

    def __init__(self, folder: Path, manifest: LocalManifest, *, is_unfinished: bool = False) -> None:
        self.folder = folder
        self.manifest = manifest
        self._is_unfinished = is_unfinished
        self._searcher: LocalSearcher | None = None

    def contents(self) -> LocalContents:
        from qa.backends.local.contents import LocalContents

        return LocalContents(lambda: self.searcher().segments, self.manifest.extra.segments)

    def searcher(self, lexical: Lexical | None = None, threads: int | None = None) -> LocalSearcher:
        if self._searcher is None:
            from qa.backends.local.searcher import LocalSearcher

            try:
                if self._is_unfinished:
                    self.manifest.extra.verify(self.folder, SEGMENTS_FOLDER, every_block=True)
                self._searcher = LocalSearcher(self.folder, self.manifest, lexical or "bm25", threads)
            except Exception:  # files may go at any moment
                self._check_not_replaced()
                raise
        if lexical:
            self._searcher.prepare()
        return self._searcher

    def encoder_folder(self) -> Path:
        try:
            self.manifest.extra.verify(self.folder, ENCODER_FOLDER)
        except IndexDamagedError:
            self._check_not_replaced()
            raise
        return self.folder / ENCODER_FOLDER

    def close(self) -> None:
        if self._searcher is not None:
            self._searcher.close()

    def _check_not_replaced(self) -> None:
        """Raises IndexBusyError where what is missing was removed, because there is a newer generation."""
        if not is_pointed_at(self.folder):
            raise IndexBusyError(
                f"another process has just written the index in {self.folder.parent.parent}", "try again"
            )
