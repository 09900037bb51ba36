"""The folder of an index: which generation is current, who may write the next one, and how it is published.

::

    index/
      CURRENT                   the name of the generation to read, and the checksum of its manifest
      PENDING                   the same of what an interrupted update had done
      LOCK                      held by the one process that writes, whose number it holds
      generations/000007/       manifest.json segments/ encoder/
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from qa.backends.local.files import checksum
from qa.backends.local.lock import locked
from qa.backends.local.manifest import CHECKPOINTS, MANIFEST_FILE, SEGMENTS_FOLDER, LocalManifest, read_manifest
from qa.backends.manifest import REBUILD
from qa.backends.shared.atomic import HALF_WRITTEN, replace_text, sync, sync_tree
from qa.errors import IndexBusyError, IndexDamagedError, IndexFormatError, IndexNotFoundError

CURRENT_FILE, PENDING_FILE = "CURRENT", "PENDING"

Opened = TypeVar("Opened")


def exists(index: Path) -> bool:
    """Whether ``index`` holds a published generation."""
    return (index / CURRENT_FILE).is_file()


def current(index: Path) -> Path:
    """The folder of the current generation. Raises IndexNotFoundError or IndexDamagedError."""
    return _read_pointer(index, CURRENT_FILE)[0]


def current_manifest(index: Path) -> tuple[Path, LocalManifest]:
    """The current generation's folder and its manifest, checked.

    Raises IndexNotFoundError, IndexFormatError or IndexDamagedError.
    """
    return reading(index, lambda folder, manifest: (folder, manifest))


def pending_manifest(index: Path) -> tuple[Path, LocalManifest] | None:
    """The folder and the manifest of what an interrupted update had done; None where there is nothing to go on from.

    What is damaged, or of another version, is nothing: it only has to be done again.
    """
    try:
        return _checked(index / PENDING_FILE, *_read_pointer(index, PENDING_FILE))
    except (IndexNotFoundError, IndexDamagedError, IndexFormatError):
        return None


def reading(index: Path, open_: Callable[[Path, LocalManifest], Opened]) -> Opened:
    """What ``open_`` makes of the current generation's folder and manifest.

    ``open_`` checks what it opens, and opens whatever is to be read later: a writer may remove the folder any time
    after that. Raises IndexNotFoundError, IndexFormatError, IndexDamagedError, and what ``open_`` raises.
    """
    while True:
        before = _read_pointer(index, CURRENT_FILE)
        try:
            return open_(*_checked(index / CURRENT_FILE, *before))
        except Exception:
            # A writer may have published and collected between the two looks; then there is a newer one to open.
            if _read_pointer(index, CURRENT_FILE) == before:
                raise


def _checked(pointer: Path, folder: Path, expected: str, name: str) -> tuple[Path, LocalManifest]:
    manifest = folder / name
    try:
        actual = checksum(manifest)
    except (OSError, ValueError) as error:  # ValueError: no name that a file could have
        reason = error.strerror if isinstance(error, OSError) else error
        raise IndexDamagedError(f"{manifest}, which {pointer} names, cannot be read ({reason})", REBUILD) from error
    if actual != expected:
        raise IndexDamagedError(f"{manifest} is not what was written, or {pointer} is not", REBUILD)
    return folder, read_manifest(folder, name)


def _read_pointer(index: Path, name: str) -> tuple[Path, str, str]:
    """The folder that a pointer names, the checksum of its manifest, and the manifest's name."""
    file = index / name
    try:
        generation, expected, manifest = file.read_text(encoding="ascii").split()
    except FileNotFoundError:
        raise IndexNotFoundError(f"there is no index in {index}", "qa index makes one") from None
    except NotADirectoryError:
        raise IndexNotFoundError(f"there is no index in {index}: it is a file", "name the folder of an index") from None
    except OSError as error:
        raise IndexDamagedError(f"{file} cannot be read ({error.strerror})", REBUILD) from error
    except ValueError as error:  # not ASCII, or not three words
        raise IndexDamagedError(f"{file} cannot be understood", REBUILD) from error
    if not generation.isdigit():
        raise IndexDamagedError(f"{file} names no generation", REBUILD)
    return index / "generations" / generation, expected, manifest


@contextmanager
def writing(index: Path) -> Iterator[Path]:
    """An empty folder to write the next generation into; on leaving, what was not published is removed.

    Raises IndexBusyError when another process is writing, which it names where it can, and OSError.
    """
    (index / "generations").mkdir(parents=True, exist_ok=True)
    with locked(index):
        _collect(index)
        names = [int(p.name) for p in (index / "generations").iterdir() if p.name.isdigit()]
        folder = index / "generations" / f"{max(names, default=0) + 1:06d}"
        folder.mkdir()
        try:
            yield folder
        finally:
            _collect(index)


def is_pointed_at(folder: Path) -> bool:
    """Whether the generation in ``folder`` is the current one, or what an interrupted update had done."""
    index = folder.parent.parent
    return folder in _targets(index)


def checkpoint(index: Path, folder: Path, manifest: str) -> None:
    """Keeps what ``folder`` holds so far, with its ``manifest``, for the next writer; no reader sees it."""
    _point(index, PENDING_FILE, folder, manifest)


def publish(index: Path, folder: Path) -> None:
    """Makes the finished generation in ``folder`` the current one, in one step that a crash leaves done or undone."""
    _point(index, CURRENT_FILE, folder, MANIFEST_FILE)
    (index / PENDING_FILE).unlink(missing_ok=True)


def _point(index: Path, name: str, folder: Path, manifest: str) -> None:
    sync_tree(folder)
    sync(folder.parent)
    replace_text(index / name, f"{folder.name} {checksum(folder / manifest)} {manifest}\n")


def tidy(index: Path) -> None:
    """Removes what a process that was killed has left, unless another one is writing now."""
    if any(leftovers(index)):
        with suppress(IndexBusyError, OSError), locked(index):
            _collect(index)


def _collect(index: Path) -> None:
    """Removes whatever nothing points to. Readers that have some of it open keep it."""
    for path in [*leftovers(index)]:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def leftovers(index: Path) -> Iterator[Path]:
    """Generations that no pointer names, what the current one has besides the files that its manifest names, and files
    that were not finished."""
    targets = _targets(index)
    yield from (folder for folder in (index / "generations").glob("*") if folder not in targets)
    yield from index.glob(f"*{HALF_WRITTEN}")
    with suppress(IndexNotFoundError, IndexDamagedError, IndexFormatError):
        folder, manifest = current_manifest(index)
        segments = {entry.name for entry in manifest.extra.segments}
        yield from (path for path in (folder / SEGMENTS_FOLDER).glob("*") if path.name not in segments)
        yield from folder.glob(CHECKPOINTS)


def _targets(index: Path) -> set[Path]:
    """The folders that a pointer names."""
    targets = set()
    for name in (CURRENT_FILE, PENDING_FILE):
        with suppress(IndexNotFoundError, IndexDamagedError):
            targets.add(_read_pointer(index, name)[0])
    return targets
