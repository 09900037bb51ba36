"""Compares the sources with what an index has of them: what is new, changed or gone."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from qa.backends.base import Contents
from qa.corpus import Problem, ReadFile, Source
from qa.indexing.articles import Articles
from qa.indexing.stamps import Stamp
from qa.indexing.stored import StoredDocuments
from qa.types import Document, OnProgress


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


class _Nothing:
    """The contents of no generation."""

    ids: Collection[str] = ()

    def sha256(self, document_id: str) -> str | None:  # noqa: ARG002
        return None

    def holds(self, document: Document) -> bool:  # noqa: ARG002
        return False


NOTHING: Contents = _Nothing()


@dataclass(slots=True)
class SourceComparison:
    """``additions`` are the ids of documents to encode or to store anew, ``removals`` those of the next generation's
    base that the sources no longer have, ``removals_from_current`` those of the current generation, ``characters`` the
    length of the texts to add, ``files`` the stamps of all files by path, ``stored`` the documents that are not read
    from files, and ``articles`` those that are; ``unread`` are the ids of those that are taken from the current
    generation instead. ``upgrades`` counts the files that were read again only because their
    format has another version now, by the one before and the one now."""

    articles: Articles
    changes: Changes = Changes()
    additions: set[str] = field(default_factory=set)
    removals: set[str] = field(default_factory=set)
    removals_from_current: set[str] = field(default_factory=set)
    characters: int = 0
    files: dict[str, Stamp] = field(default_factory=dict)
    stored: StoredDocuments = field(default_factory=StoredDocuments)
    unread: set[str] = field(default_factory=set)
    upgrades: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def upgraded(self) -> tuple[str, ...]:
        """The upgrades, in words."""
        return tuple(f"{n:,} file{'s' * (n > 1)} ({a} -> {b})" for (a, b), n in sorted(self.upgrades.items()))

    @property
    def differs(self) -> bool:
        """Whether the next generation is to have other documents than its base."""
        return bool(self.additions or self.removals)

    def ids_in(self, source: Source) -> Sequence[str] | None:
        """The ids of a file's documents, unless one of them is to be added: then the file has to be read again."""
        stamp = self.files.get(source.path)
        return None if stamp is None or not self.additions.isdisjoint(stamp.ids) else stamp.ids

    def read_additions(self) -> Iterator[Document]:
        """Reads the documents to add again, whose texts ``compare`` did not keep. Raises CorpusError."""
        yield from self.stored.among(self.additions)
        yield from self.stored.as_before(sorted(self.unread & self.additions))
        for item in self.articles.read(lambda _: None, self.ids_in, self.stored.ids):
            if isinstance(item, Document) and item.id in self.additions:
                yield item


def compare(
    articles: Articles,
    old: Contents,
    base: Contents,
    stamps: Mapping[str, Stamp],
    stored: StoredDocuments,
    *,
    on_problem: Callable[[Problem], None],
    on_progress: OnProgress,
) -> SourceComparison:
    """Reads the articles once, but for files whose ``stamps`` fit, and looks at the documents that the index has.

    Changes are counted against ``old``; additions and removals are those of ``base``, which is to become the
    next generation. ``stamps`` must be those of all files of ``base``, or none. Raises CorpusError.
    """
    comparison, ids, added, changed = SourceComparison(articles, stored=stored), set[str](), 0, 0
    # What is based on the current generation has them; what is based on none, or on an unfinished one, may not.
    has_stored = base is old and base is not NOTHING
    ids.update(stored.unchanged_ids if has_stored else ())
    unchanged = () if has_stored else stored.unchanged()

    def ids_in(source: Source) -> Sequence[str] | None:
        stamp = stamps.get(source.path)
        if stamp is None or stamp.fits(source):
            return stamp and stamp.ids
        if now := stamp.other_version(source):
            comparison.upgrades[stamp.version, now] += 1
        return None

    began = time.time_ns()
    on_progress("reading", 0, None)
    items = articles.read(on_problem, ids_in, stored.ids)
    for item in chain(stored.added(), unchanged, items if has_stored else _with_unread(items, comparison)):
        if isinstance(item, ReadFile):
            path = item.source.path
            as_before = articles.files if articles.keeps(path) else stamps
            comparison.files[path] = Stamp.of(item, began) if item.opened else as_before[path]._replace(ids=item.ids)
            if not ids.issuperset(item.ids):
                ids.update(item.ids)
                on_progress("reading", len(ids), None)
            continue
        ids.add(item.id)
        on_progress("reading", len(ids), None)
        before = old.sha256(item.id)
        added += before is None
        changed += before is not None and before != item.sha256
        if not base.holds(item):
            comparison.additions.add(item.id)
            comparison.characters += len(item.text)
    in_files = {name for stamp in stamps.values() for name in stamp.ids}
    comparison.removals = (in_files | stored.before if stamps else set(base.ids)) - ids
    comparison.removals_from_current = comparison.removals if base is old else set(old.ids) - ids
    comparison.changes = Changes(added, changed, len(comparison.removals_from_current), len(ids) - added - changed)
    return comparison


def _with_unread(items: Iterable[Document | ReadFile], comparison: SourceComparison) -> Iterator[Document | ReadFile]:
    """The items, and before each file that is not looked at its articles as the generation before has them."""
    for item in items:
        if isinstance(item, ReadFile) and not item.opened and comparison.articles.keeps(item.source.path):
            comparison.unread.update(item.ids)
            yield from comparison.stored.as_before(item.ids)
        yield item
