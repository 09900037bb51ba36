"""Holds the sources against what an index has of them: what is new, changed or gone."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Protocol, TypeAlias

from qa.backends.local.contents import Place
from qa.backends.local.searcher import LocalSearcher
from qa.backends.local.store import SHA256, fields_of
from qa.corpus import Problem, ReadFile, read_files
from qa.corpus.walk import Source
from qa.indexing.stamps import Stamp
from qa.types import Document

#: Called with what is being done, how much of it is done, and of how much (None: not known).
OnProgress: TypeAlias = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Changes:
    """Documents by what happened to them, and how many texts had to be encoded."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    encoded: int = 0

    @property
    def documents(self) -> int:
        """How many documents there are now."""
        return self.added + self.changed + self.unchanged


class Stock(Protocol):
    """What a generation has, as far as a comparison asks."""

    @property
    def ids(self) -> Collection[str]:
        """The ids of its documents."""

    def sha256(self, document_id: str) -> str | None:
        """The hash of a document's source; None where it has no such document."""

    def holds(self, document: Document) -> bool:
        """Whether it has the document as it is given."""


class Held:
    """A generation as ``Stock``, opened when it is first needed; nothing of it where there is no generation."""

    def __init__(self, open_: Callable[[], LocalSearcher] | None) -> None:
        self._open = open_

    @cached_property
    def searcher(self) -> LocalSearcher | None:
        """The generation, open."""
        return self._open() if self._open else None

    @property
    def opened(self) -> LocalSearcher:
        """The generation, where it is sure that there is one."""
        if self.searcher is None:
            raise ValueError("there is no generation")
        return self.searcher

    @cached_property
    def places(self) -> dict[str, Place]:
        """Where each document is, by id."""
        return self.searcher.contents.places() if self.searcher else {}

    @property
    def ids(self) -> Collection[str]:
        return self.places.keys()

    def sha256(self, document_id: str) -> str | None:
        found = self.fields(document_id)
        return None if found is None else str(found[SHA256])

    def holds(self, document: Document) -> bool:
        return self.fields(document.id) == fields_of(document)

    def close(self) -> None:
        """Closes the generation, if it was opened."""
        if "searcher" in self.__dict__ and self.searcher:
            self.searcher.close()

    def fields(self, document_id: str) -> tuple[object, ...] | None:
        """What the generation has of a document, as ``store.fields_of`` gives it; None where it has none."""
        place = self.places.get(document_id)
        return self.searcher.contents.fields(place) if self.searcher and place else None


@dataclass(slots=True)
class Comparison:
    """``wanted`` are the ids of documents to encode or to store anew, ``gone`` those that the sources no longer have,
    ``characters`` the length of the wanted texts, and ``files`` the stamps of all files by path."""

    changes: Changes = Changes()
    wanted: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    characters: int = 0
    files: dict[str, Stamp] = field(default_factory=dict)

    def known(self, source: Source) -> Sequence[str] | None:
        """The ids of a file's documents, unless one of them is wanted: then the file has to be read again."""
        stamp = self.files.get(source.path)
        return None if stamp is None or not self.wanted.isdisjoint(stamp.ids) else stamp.ids


def compare(
    paths: Sequence[Path | str],
    old: Stock,
    base: Stock,
    stamps: Mapping[str, Stamp],
    *,
    on_problem: Callable[[Problem], None],
    on_progress: OnProgress,
) -> Comparison:
    """Reads the sources once, but for files whose ``stamps`` fit.

    Changes are counted against ``old``; what is wanted, and what is gone, is so for ``base``, which is to become the
    next generation. ``stamps`` must be those of all files of ``base``, or none. Raises CorpusError.
    """
    found, seen, added, changed = Comparison(), set[str](), 0, 0

    def known(source: Source) -> Sequence[str] | None:
        stamp = stamps.get(source.path)
        return stamp.ids if stamp and stamp.fits(source) else None

    began = time.time_ns()
    for item in read_files(paths, on_problem, known):
        if isinstance(item, ReadFile):
            path = item.source.path
            found.files[path] = Stamp.of(item, began) if item.opened else stamps[path]
            if not seen.issuperset(item.ids):
                seen.update(item.ids)
                on_progress("reading", len(seen), None)
            continue
        seen.add(item.id)
        on_progress("reading", len(seen), None)
        before = old.sha256(item.id)
        added += before is None
        changed += before is not None and before != item.sha256
        if not base.holds(item):
            found.wanted.add(item.id)
            found.characters += len(item.text)
    held = {name for stamp in stamps.values() for name in stamp.ids} if stamps else set(base.ids)
    found.gone = held - seen
    removed = len(found.gone) if base is old else len(set(old.ids) - seen)
    found.changes = Changes(added, changed, removed, len(seen) - added - changed)
    return found


def wanted(found: Comparison, paths: Sequence[Path | str]) -> Iterator[Document]:
    """Reads the wanted documents again, whose texts ``compare`` did not keep. Raises CorpusError."""
    for item in read_files(paths, lambda _: None, found.known):
        if isinstance(item, Document) and item.id in found.wanted:
            yield item
