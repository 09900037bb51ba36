"""Whether the sources have changed since an index was made, told in a few milliseconds while somebody waits.

``qa status`` reads what may have changed, and is exact; this only looks at names, sizes and times.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from qa.backends.base import Store
from qa.backends.manifest import Manifest
from qa.indexing.stamps import Stamp, Stamps, load, modified

#: Documents of an index up to which its sources are looked at: a thousand files take some five milliseconds.
MOST_DOCUMENTS = 2_000


def is_stale(store: Store[Any], manifest: Manifest[Any]) -> bool:
    """Whether a file was added, changed or removed since the index of this manifest was made.

    False where that is not known: for an index of more than ``MOST_DOCUMENTS``, or one whose record of its files is
    lost, or which was copied to where its sources are not. A file that was modified within the clock's resolution, and
    kept its size, is not noticed.
    """
    if manifest.live.documents > MOST_DOCUMENTS:
        return False
    stamps = load(store, manifest.generation)
    if not stamps.files or not any(map(os.path.lexists, manifest.sources)):
        return False
    if any(not _fits(stamp, path) for path, stamp in stamps.files.items()):
        return True
    same = all(modified(folder) == then for folder, then in stamps.folders.items())
    return not same and _has_others(manifest.sources, stamps)


def _fits(stamp: Stamp, path: str) -> bool:
    try:
        now = Path(path).stat()
    except OSError:
        return False
    return now.st_size == stamp.size and stamp.modified in (None, now.st_mtime_ns)


def _has_others(sources: Iterable[str], stamps: Stamps) -> bool:
    """Whether the sources have files that the index does not know. In a folder that was modified, anything may have
    come and gone that is not read."""
    from qa.corpus.reading import sources_in

    return any(source.path not in stamps.files for root in sources for source in sources_in(Path(root), lambda _: None))
