"""Whether the sources have changed since an index was made, told in a few milliseconds while somebody waits.

``qa status`` reads what may have changed, and is exact; this looks at names, sizes and times, and reads little.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from qa.backends.base import Store
from qa.backends.manifest import Manifest
from qa.indexing.stamps import Stamp, Stamps, load, modified

#: Documents of an index up to which its sources are looked at: a thousand files take some five milliseconds.
MOST_DOCUMENTS = 2_000

#: Bytes of files of another time and the same size that are read, to see whether they have changed.
MOST_BYTES = 1_000_000


def is_stale(store: Store[Any], manifest: Manifest[Any]) -> bool:
    """Whether a file was added, changed or removed since the index of this manifest was made.

    False where that is not known: for an index of more than ``MOST_DOCUMENTS``, or one whose record of its files is
    lost, or which was copied to where its sources are not. A file that was modified within the clock's resolution, and
    kept its size, is not noticed. True where more than ``MOST_BYTES`` of files have another time and the size they had.
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
    if touched and (sum(touched.values()) > MOST_BYTES or _has_changed(store, list(touched))):
        return True
    same = all(modified(folder) == then for folder, then in stamps.folders.items())
    return not same and _has_others(manifest.sources, stamps)


def _has_changed(store: Store[Any], paths: Sequence[str]) -> bool:
    """Whether the articles in these files are others now."""
    from qa.indexing.inspection import inspect

    changes = inspect(store, paths).changes
    return bool(changes.added or changes.changed or changes.removed)


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
