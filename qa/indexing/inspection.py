"""An index compared with its sources, without changing anything."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.backends.base import Generation, Store
from qa.backends.manifest import Manifest
from qa.indexing.articles import Articles
from qa.indexing.changes import Changes, compare
from qa.indexing.stamps import load
from qa.indexing.stored import stored_after


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a published index says of itself, what an update would change, which of its sources are gone, and which
    files it would read again because what reads them has another version now."""

    manifest: Manifest[Any]
    changes: Changes
    missing: tuple[str, ...]
    upgraded: tuple[str, ...]

    @property
    def current(self) -> bool:
        """Whether the index holds what its sources hold now."""
        changes = self.changes
        return not (self.missing or self.upgraded or changes.added or changes.changed or changes.removed)


def inspect(store: Store[Any], only: Sequence[str] | None = None) -> Inspection:
    """Compares the index with its sources, or ``only`` with the files of these absolute paths. Raises
    IndexNotFoundError, IndexDamagedError, IndexFormatError or ServerError."""

    def status(generation: Generation) -> Inspection:
        with closing(generation):
            generation.searcher()  # opening it finds damage
            manifest, contents = generation.manifest, generation.contents()
            here = [source for source in manifest.sources if Path(source).exists()]
            missing = tuple(source for source in manifest.sources if source not in here)
            stamps = load(store, manifest.generation).files
            documents = stored_after(generation)
            comparison = compare(
                Articles(here, frozenset(manifest.excluded), only, stamps),
                contents,
                contents,
                stamps,
                documents,
                on_problem=lambda _: None,
                on_progress=lambda *_: None,
            )
            return Inspection(manifest, comparison.changes, missing, comparison.upgraded)

    return store.read(status)
