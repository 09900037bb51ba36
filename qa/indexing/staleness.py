"""Whether the sources have changed since an index was made, told in a few milliseconds while somebody waits.

``qa status`` reads what may have changed, and is exact; this looks at names, sizes and times, and reads little.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from qa.backends.base import Generation, Store
from qa.backends.manifest import Manifest
from qa.indexing.stamps import Stamp, Stamps, load, modified

#: Documents of an index up to which its sources are looked at: a thousand files take some five milliseconds.
MOST_DOCUMENTS = 2_000

#: Bytes of files of another time and the same size that are read for their hash, in a tenth of a second.
MOST_HASHED = 50_000_000

#: Bytes of those of which an article is a part only, which are read as an update reads them.
MOST_BYTES = 1_000_000


def is_stale(store: Store[Any], manifest: Manifest[Any]) -> bool | None:
    """Whether a file was added, changed or removed since the index of this manifest was made; None where it may have
    been, since more than can be read in that time has another time and the size it had.

    False where nothing is known: for an index of more than ``MOST_DOCUMENTS``, or one whose record of its files is
    lost, or which was copied to where its sources are not. A file that was modified within the clock's resolution, and
    kept its size, is not noticed.
    """
    if manifest.live.documents > MOST_DOCUMENTS:
        return False
    stamps = load(store, manifest.generation)
    if not stamps.files or not any(map(os.path.lexists, manifest.sources)):
        return False
    sizes = {path: _size_if_touched(stamp, path) for path, stamp in stamps.files.items()}
    touched = {path: size for path, size in sizes.items() if size is not None}
    if any(stamps.files[path].size != size for path, size in touched.items()):
        return True
    changed = _have_changed(store, stamps, touched)
    if changed:
        return True
    same = all(modified(folder) == then for folder, then in stamps.folders.items())
    return True if not same and _has_others(manifest.sources, stamps) else changed


def _have_changed(store: Store[Any], stamps: Stamps, touched: Mapping[str, int]) -> bool | None:
    """Whether the articles in files of these sizes are others now; None where they are too many bytes to tell."""
    if not touched:
        return False
    from qa.corpus.formats.registry import format_of

    formats = {path: format_of(path) for path in touched}
    several = [path for path, one in formats.items() if one is None or one.holds_many or not stamps.files[path].ids]
    if sum(touched.values()) > MOST_HASHED or sum(touched[path] for path in several) > MOST_BYTES:
        return None
    if _has_other_hash(store, {path: stamps.files[path].ids[0] for path in touched.keys() - set(several)}):
        return True
    if not several:
        return False
    from qa.indexing.inspection import inspect

    changes = inspect(store, several).changes
    return bool(changes.added or changes.changed or changes.removed)


def _has_other_hash(store: Store[Any], ids: Mapping[str, str]) -> bool:
    """Whether any of these files is another one than that of which the index has the article of this id."""

    def hashes(generation: Generation) -> dict[str, str | None]:
        with closing(generation):
            contents = generation.contents()
            return {path: contents.sha256(name) for path, name in ids.items()}

    before = store.read(hashes) if ids else {}
    return any(digest != _sha256(path) for path, digest in before.items())


def _sha256(path: str) -> str | None:
    from qa.models.model_files import file_sha256

    try:
        return file_sha256(Path(path))
    except OSError:
        return None


def _size_if_touched(stamp: Stamp, path: str) -> int | None:
    """The size of a file that may have changed, -1 of one that is gone; None for any other."""
    try:
        now = Path(path).stat()
    except OSError:
        return -1
    return None if now.st_size == stamp.size and stamp.modified in (None, now.st_mtime_ns) else now.st_size


def _has_others(sources: Iterable[str], stamps: Stamps) -> bool:
    """Whether the sources have files that the index does not know. In a folder that was modified, anything may have
    come and gone that is not read."""
    from qa.corpus.reading import sources_in

    return any(source.path not in stamps.files for root in sources for source in sources_in(Path(root), lambda _: None))
