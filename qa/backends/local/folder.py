"""The folder of an index, as a store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from qa.backends.base import CALIBRATION_FILE, STAMPS_FILE
from qa.backends.local import generations
from qa.backends.local.generation import LocalGeneration
from qa.backends.local.lock import LOCK_FILE, locked
from qa.backends.local.manifest import LocalManifest
from qa.backends.manifest import Manifest
from qa.backends.shared.atomic import HALF_WRITTEN, replace_text, writing_to
from qa.errors import ConfigError, IndexBusyError, IndexDamagedError, IndexNotFoundError

T = TypeVar("T")

#: What an index folder may hold besides what this package writes there.
_GUESTS = frozenset(
    {
        *("README.md", ".gitignore", ".gitkeep", "generations", CALIBRATION_FILE, STAMPS_FILE, LOCK_FILE),
        *(generations.CURRENT_FILE, generations.PENDING_FILE),
    }
)


class FolderStore:
    """See ``base.Store``."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._is_writing = False

    def __str__(self) -> str:
        return str(self.folder)

    def read(self, open_: Callable[[LocalGeneration], T]) -> T:
        def opened(folder: Path, manifest: LocalManifest) -> T:
            generation = LocalGeneration(folder, manifest)
            try:
                return open_(generation)
            except BaseException:
                generation.close()
                raise

        return generations.reading(self.folder, opened)

    def unfinished(self) -> LocalGeneration | None:
        with writing_to(self.folder):
            self._check_folder()
            generations.tidy(self.folder)
        pending = generations.pending_manifest(self.folder)
        return LocalGeneration(*pending, is_unfinished=True) if pending else None

    @contextmanager
    def write(
        self, previous: Manifest[Any] | None, base: LocalGeneration | None, without: Collection[str]
    ) -> Iterator[Any]:
        from qa.backends.local.draft import LocalDraft

        with ExitStack() as stack:
            with writing_to(self.folder):
                folder = stack.enter_context(generations.writing(self.folder))
            if previous and previous != self._current():
                raise IndexBusyError(
                    f"another process has just written the index in {self.folder}", "run qa index again"
                )
            draft = LocalDraft(self.folder, folder, base, without)
            self._is_writing = True
            try:
                yield draft
            except BaseException:
                draft.keep()
                raise
            finally:
                self._is_writing = False

    def read_text(self, name: str) -> str | None:
        file = self.folder / name
        try:
            return file.read_text(encoding="utf-8", errors="replace")  # each text has a checksum of its own
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            raise IndexDamagedError(f"{file} cannot be read ({error.strerror})", "remove it") from None

    def write_text(self, name: str, text: str | None) -> None:
        file = self.folder / name
        with writing_to(self.folder), nullcontext() if self._is_writing else locked(self.folder):
            if text is None:
                file.unlink(missing_ok=True)
            else:
                replace_text(file, text)

    def _current(self) -> LocalManifest | None:
        try:
            return generations.current_manifest(self.folder)[1]
        except IndexNotFoundError:
            return None

    def _check_folder(self) -> None:
        """Refuses to make an index among files that are not ours."""
        if self.folder.exists() and not self.folder.is_dir():
            raise ConfigError(f"{self.folder} is not a folder", "name a folder for the index")
        if self.folder.is_dir() and not generations.exists(self.folder):
            strangers = sorted(p.name for p in self.folder.iterdir() if not _is_ours(p.name))
            if strangers:
                what = f"{self.folder} is no index: it holds {strangers[0]}"
                raise ConfigError(what, "name an empty or a new folder")


def _is_ours(name: str) -> bool:
    return name in _GUESTS or name.endswith(HALF_WRITTEN)
