"""The articles that an index is to have: all of its sources, or those in some paths, and the others as they are."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from qa.backends.base import Generation
from qa.backends.manifest import Manifest
from qa.corpus import Problem, ReadFile, Source, files_in, read_files, read_listed
from qa.corpus.naming import distinct
from qa.corpus.reader import HERE, FileReader
from qa.indexing.excluded import NONE, Excluded, is_out
from qa.indexing.stamps import Stamp, Stamps
from qa.types import Document


@dataclass(frozen=True, slots=True)
class Articles:
    """The articles in ``paths`` but those ``excluded``.

    Where ``only`` is not None, nothing but what lies in these absolute paths is looked at, each of them in one of
    ``paths``: the other ``files``, stamps by path, are those of the index, and their articles are as it has them.
    ``reader`` reads them.
    """

    paths: Sequence[Path | str]
    excluded: Excluded = NONE
    only: Sequence[str] | None = None
    files: Mapping[str, Stamp] = field(default_factory=dict)
    reader: FileReader = HERE

    def read(
        self,
        on_problem: Callable[[Problem], None],
        ids_in: Callable[[Source], Sequence[str] | None],
        others: Iterable[str],
    ) -> Iterator[Document | ReadFile]:
        """As ``qa.corpus.read_files``; a file that is not looked at has the ids that the index has. Raises
        CorpusError."""
        if self.only is None:
            items = read_files(self.paths, on_problem, ids_in, others, self.reader)
        else:
            listed = self._listed(self.only, on_problem)
            items = read_listed(listed, on_problem, self._ids_or(ids_in), others, self.reader)
        for item in items:
            if isinstance(item, Document):
                if not is_out(self.excluded, item.path or "", item.id):
                    yield item
            else:
                path = item.source.path
                yield item._replace(ids=tuple(name for name in item.ids if not is_out(self.excluded, path, name)))

    def keeps(self, path: str) -> bool:
        """Whether what is at this absolute path is not looked at."""
        return self.only is not None and not any(Path(path).is_relative_to(one) for one in self.only)

    def _ids_or(self, looked_at: Callable[[Source], Sequence[str] | None]) -> Callable[[Source], Sequence[str] | None]:
        def ids_in(source: Source) -> Sequence[str] | None:
            if not self.keeps(source.path):
                return looked_at(source)
            stamp = self.files[source.path]
            # Another file may have come, from which the id has to tell it: then its articles are read for new ids.
            return stamp.ids if stamp.id in (source.id, "") else None

        return ids_in

    def _listed(self, only: Sequence[str], on_problem: Callable[[Problem], None]) -> Iterator[Source]:
        sources = {path: list(files_in(path, on_problem)) for path in only}
        listed = []
        for root in map(os.path.abspath, self.paths):
            unread = [
                Source(path, _below(root, path), stamp.size, stamp.modified or 0)
                for path, stamp in self.files.items()
                if self.keeps(path) and Path(path).is_relative_to(root)
            ]
            looked_at = [
                source._replace(id=_below(root, source.path))
                for path in only
                if Path(path).is_relative_to(root)
                for source in sources[path]
            ]
            listed.append((Path(root), sorted([*unread, *looked_at], key=lambda source: source.id)))
        return distinct(listed)


def files_of(stamps: Stamps, previous: Generation) -> Mapping[str, Stamp]:
    """The stamps of all files of a generation. Where the record of them is lost, they tell the ids alone, and that each
    file is to be read by the next update that looks at it. Raises IndexDamagedError."""
    manifest: Manifest[Any] = previous.manifest
    if stamps.files:
        return stamps.files
    ids: dict[str, list[str]] = {path: [] for path, _ in manifest.excluded}
    for reference in previous.searcher().documents.references():
        if reference.path is not None:
            ids.setdefault(reference.path, []).append(reference.id)
    return {path: Stamp("", _size(path), None, tuple(names), "") for path, names in ids.items()}


def _below(root: str, path: str) -> str:
    """The path below a root, as an id has it; the file's name for the root itself."""
    return Path(path).name if path == root else Path(path).relative_to(root).as_posix()


def _size(path: str) -> int:
    try:
        return Path(path).stat().st_size
    except OSError:
        return 0
