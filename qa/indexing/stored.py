"""Documents that are not read from files: whoever has them gives them to the index, which keeps them itself.

They are the documents of a generation whose ``path`` is None. An update leaves them as they are, unless it is given
others of the same id, or told to remove them; what is encoded anew is read from the generation before.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from qa.backends.base import Contents, Documents, Generation
from qa.counting import count
from qa.errors import CorpusError, IndexDamagedError
from qa.types import Document


@dataclass(frozen=True, slots=True)
class StoredChanges:
    """What an update does to the documents in no file.

    ``added``, whose ids are distinct, come in, or take the place of those with the same id. Of those that the index
    has, ``removed`` leave by id; all others do with ``alone``. With ``only_documents`` there are no other sources where
    the update names none, instead of those that the index has.
    """

    added: tuple[Document, ...] = ()
    removed: frozenset[str] = frozenset()
    alone: bool = False
    only_documents: bool = False


class StoredDocuments:
    """The documents in no file that the next generation has: those that ``changes`` add, and those ``before`` that
    stay. ``open_`` opens the generation before."""

    def __init__(
        self,
        changes: StoredChanges = StoredChanges(),
        before: Collection[str] = (),
        open_: Callable[[], Documents] | None = None,
    ) -> None:
        self._added = {document.id: document for document in changes.added}
        self._open = open_
        removals = before if changes.alone else changes.removed
        self.before = frozenset(before)
        self.unchanged_ids = sorted(self.before - {*removals} - self._added.keys())

    @property
    def ids(self) -> Collection[str]:
        """The ids of all that are in no file."""
        return [*self._added, *self.unchanged_ids]

    def added(self) -> Iterable[Document]:
        """Those that were added."""
        return self._added.values()

    def unchanged(self) -> Iterator[Document]:
        """Those that the generation before has, too, each read when it comes. Raises IndexDamagedError."""
        return self.as_before(self.unchanged_ids)

    def among(self, names: Collection[str]) -> Iterator[Document]:
        """Those with one of the ids ``names``. Raises IndexDamagedError."""
        yield from (document for name, document in self._added.items() if name in names)
        yield from self.as_before([name for name in self.unchanged_ids if name in names])

    def as_before(self, names: Sequence[str]) -> Iterator[Document]:
        """Any documents as the generation before has them, each read when it comes. Raises IndexDamagedError."""
        if names and self._documents:
            yield from map(self._documents.document, names)

    @cached_property
    def _documents(self) -> Documents | None:
        return self._open() if self._open else None

    def check(self, old: Contents) -> None:
        """Raises CorpusError where an id that was added is that of an article in a file."""
        for name in self._added:
            if name not in self.before and old.sha256(name) is not None:
                raise CorpusError(f"the index has an article {name!r} that is read from a file", "give another id")


def stored_after(
    generation: Generation | None,
    changes: StoredChanges = StoredChanges(),
    *,
    may_lose: bool = False,
) -> StoredDocuments:
    """What ``changes`` makes of the documents in no file that a generation has.

    Raises IndexDamagedError where they cannot be read, unless they may be lost.
    """
    if generation is None:
        return StoredDocuments(changes)
    if not generation.manifest.stored:
        return StoredDocuments(changes, (), lambda: generation.searcher().documents)
    try:
        documents = generation.searcher().documents
        return StoredDocuments(changes, stored_ids(documents), lambda: documents)
    except IndexDamagedError as error:
        if may_lose:
            return StoredDocuments(changes)
        lost = count(generation.manifest.stored, "document")
        what = f"{lost} that only the index has cannot be read: {error.args[0]}"
        raise IndexDamagedError(what, "qa index --rebuild --allow-removal gives them up") from error


def stored_ids(documents: Documents) -> list[str]:
    """The ids of the documents that are in no file."""
    return [reference.id for reference in documents.references() if reference.path is None]
