"""Articles that whoever keeps an index has taken out of it although their files stay where they are."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypeAlias

from qa.indexing.stamps import Stamp

#: Absolute paths, each with the id of the article that is left out, or with "" for all that the file holds.
Excluded: TypeAlias = frozenset[tuple[str, str]]

NONE: Excluded = frozenset()


def still_there(excluded: Excluded, files: Iterable[str]) -> Excluded:
    """Those whose file is among ``files``: one that was deleted, and comes again, is a new one."""
    here = frozenset(files)
    return frozenset(one for one in excluded if one[0] in here)


def excluded_after_adding(excluded: Excluded, paths: Iterable[Path | str]) -> Excluded:
    """What stays excluded when ``paths`` are added."""
    added = [os.path.abspath(path) for path in paths]
    return frozenset(one for one in excluded if not any(Path(one[0]).is_relative_to(path) for path in added))


def to_read_again(files: Mapping[str, Stamp], before: Excluded, now: Excluded) -> dict[str, Stamp]:
    """The stamps of files, of which those that had an article excluded, and have it no more, do not fit."""
    again = {path for path, _ in before - now}
    return {path: stamp._replace(modified=None) if path in again else stamp for path, stamp in files.items()}


def is_out(excluded: Excluded, path: str, name: str) -> bool:
    """Whether the article ``name`` in the file ``path`` is left out."""
    return bool(excluded) and not excluded.isdisjoint([(path, name), (path, "")])
