"""What is told of an index at once: whether it is there, whole and up to date; ``status`` tells all of it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from qa.backends.addresses import current_manifest, is_address, is_there, store_at
from qa.forking import unforked


@unforked()
def is_stale(index: Path | str = "index") -> bool | None:
    """Whether the articles have changed since they were indexed, told in a few milliseconds by names, sizes and times,
    and by what the files hold whose time alone is another; None where they may have, since these are too large for it.

    False where that is not known, as of an index in a cluster, whose articles may be on another machine, or of one with
    more than 2,000 documents. ``status`` is exact, and takes longer. Raises as ``status`` does.
    """
    if is_address(index):
        return False
    from qa.indexing.staleness import is_stale

    store = store_at(index)
    return is_stale(store, current_manifest(store))


@unforked()
def exists(index: Path | str = "index") -> bool:
    """Whether there is an index in the folder, or at the address: one that can be read, or a damaged one. Raises
    ServerError."""
    return is_there(store_at(index))


@unforked()
def is_unfinished(index: Path | str = "index") -> bool:
    """Whether an update of the index was interrupted and has left something that the next one goes on from."""
    unfinished = store_at(index).unfinished()
    if unfinished is None:
        return False
    with closing(unfinished):
        return True
