"""The folder of an index: which generation is current, who may write the next one, and how it is published.

::

    index/
      CURRENT                   the name of the generation to read, and the checksum of its manifest
      LOCK                      held by the one process that writes
      generations/000007/       manifest.json documents.sqlite passages.faiss sentences.f16 lexical/ encoder/
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from qa.backends.local.files import REBUILD, checksum, replace_text, sync, sync_tree, verify
from qa.backends.local.manifest import MANIFEST_FILE, Manifest
from qa.errors import IndexBusyError, IndexDamagedError, IndexNotFoundError

CURRENT_FILE = "CURRENT"

Opened = TypeVar("Opened")


def exists(index: Path) -> bool:
    """Whether ``index`` holds a published generation."""
    return (index / CURRENT_FILE).is_file()


def current(index: Path) -> Path:
    """The folder of the current generation. Raises IndexNotFoundError or IndexDamagedError."""
    return _read_current(index)[0]


def current_manifest(index: Path) -> tuple[Path, Manifest]:
    """The current generation's folder and its manifest, checked.

    Raises IndexNotFoundError, IndexFormatError or IndexDamagedError.
    """
    folder, expected = _read_current(index)
    manifest = folder / MANIFEST_FILE
    if manifest.is_file() and checksum(manifest) != expected:
        raise IndexDamagedError(f"{manifest} is not what was written", REBUILD)
    return folder, Manifest.read(folder)


def reading(index: Path, open_: Callable[[Path, Manifest], Opened]) -> Opened:
    """What ``open_`` makes of the current generation's folder and manifest, after every file has been checked.

    Whatever is to be read later must be opened by ``open_``: a writer may remove the folder any time after that. Raises
    as ``current_manifest`` does.
    """
    while True:
        before = current(index)
        try:
            folder, manifest = current_manifest(index)
            verify(folder, manifest.files)
            return open_(folder, manifest)
        except Exception:
            # A writer may have published and collected between the two looks; then there is a newer one to open.
            if current(index) == before:
                raise


def _read_current(index: Path) -> tuple[Path, str]:
    file = index / CURRENT_FILE
    try:
        name, expected = file.read_text(encoding="ascii").split()
    except FileNotFoundError:
        raise IndexNotFoundError(f"there is no index in {index}", "qa index makes one") from None
    except NotADirectoryError:
        raise IndexNotFoundError(f"there is no index in {index}: it is a file", "name the folder of an index") from None
    except OSError as error:
        raise IndexDamagedError(f"{file} cannot be read ({error.strerror})", REBUILD) from error
    except ValueError as error:  # not ASCII, or not two words
        raise IndexDamagedError(f"{file} cannot be understood", REBUILD) from error
    if not name.isdigit():
        raise IndexDamagedError(f"{file} names no generation", REBUILD)
    return index / "generations" / name, expected


@contextmanager
def writing(index: Path) -> Iterator[Path]:
    """An empty folder to write the next generation into; on leaving, what was not published is removed.

    Raises IndexBusyError when another process is writing. The lock is the operating system's, so that one held by a
    process that died is free.
    """
    from filelock import FileLock, Timeout

    (index / "generations").mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(index / "LOCK", timeout=0):
            _collect(index)
            names = [int(p.name) for p in (index / "generations").iterdir() if p.name.isdigit()]
            folder = index / "generations" / f"{max(names, default=0) + 1:06d}"
            folder.mkdir()
            try:
                yield folder
            finally:
                _collect(index)
    except Timeout:
        raise IndexBusyError(f"another process is writing the index in {index}", "wait until it has ended") from None


def publish(index: Path, folder: Path) -> None:
    """Makes the finished generation in ``folder`` the current one, in one step that a crash leaves done or undone."""
    sync_tree(folder)
    sync(folder.parent)
    replace_text(index / CURRENT_FILE, f"{folder.name} {checksum(folder / MANIFEST_FILE)}\n")


def _collect(index: Path) -> None:
    """Removes every generation but the current one. Readers that have one open keep it."""
    try:
        keep = current(index).name
    except (IndexNotFoundError, IndexDamagedError):
        keep = ""
    for folder in (index / "generations").iterdir():
        if folder.name != keep:
            shutil.rmtree(folder, ignore_errors=True)
