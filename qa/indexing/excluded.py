"""Articles that whoever keeps an index has taken out of it although their files stay where they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

from qa.corpus import Problem, ReadFile, read_files
from qa.corpus.walk import Source
from qa.indexing.stamps import Stamp
from qa.types import Document

#: Absolute paths, each with the id of the article that is left out, or with "" for all that the file holds.
Excluded: TypeAlias = frozenset[tuple[str, str]]

NONE: Excluded = frozenset()


def read_but(
    excluded: Excluded,
    paths: Sequence[Path | str],
    on_problem: Callable[[Problem], None],
    known: Callable[[Source], Sequence[str] | None],
    others: Iterable[str],
) -> Iterator[Document | ReadFile]:
    """As ``read_files``, without the articles that are ``excluded``."""
    for item in read_files(paths, on_problem, known, others):
        if isinstance(item, Document):
            if not _is_out(item.path or "", item.id, excluded):
                yield item
        else:
            path = item.source.path
            yield item._replace(ids=tuple(name for name in item.ids if not _is_out(path, name, excluded)))


def still_there(excluded: Excluded, files: Iterable[str]) -> Excluded:
    """Those whose file is among ``files``: one that was deleted, and comes again, is a new one."""
    here = frozenset(files)
    return frozenset(one for one in excluded if one[0] in here)


def lifted(excluded: Excluded, paths: Iterable[Path | str]) -> Excluded:
    """What stays excluded when ``paths`` are added."""
    added = [os.path.abspath(path) for path in paths]
    return frozenset(one for one in excluded if not any(Path(one[0]).is_relative_to(path) for path in added))


def to_read_again(files: Mapping[str, Stamp], before: Excluded, now: Excluded) -> dict[str, Stamp]:
    """The stamps of files, of which those that had an article excluded, and have it no more, do not fit."""
    again = {path for path, _ in before - now}
    return {path: stamp._replace(modified=None) if path in again else stamp for path, stamp in files.items()}


def _is_out(path: str, name: str, excluded: Excluded) -> bool:
    return bool(excluded) and not excluded.isdisjoint([(path, name), (path, "")])
