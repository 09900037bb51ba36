"""An index compared with its sources, without changing anything."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from qa.backends.base import Documents, Generation, Store
from qa.backends.manifest import Manifest
from qa.corpus.reader import FileReader
from qa.indexing.articles import Articles
from qa.indexing.changes import Changes, compare
from qa.indexing.stamps import load
from qa.indexing.stored import stored_after
from qa.text.languages import SAMPLE, language_of
from qa.types import DocumentRef

#: Documents whose language is looked at: enough for shares within a tenth.
SAMPLED = 60


@dataclass(frozen=True, slots=True)
class Inspection:
    """What a published index says of itself, what an update would change, which of its sources are gone, which files
    it would read again because what reads them has another version now, and the share of its documents in each
    language, most first, by up to ``SAMPLED`` of them; None for those whose language is unknown."""

    manifest: Manifest[Any]
    changes: Changes
    missing: tuple[str, ...]
    upgraded: tuple[str, ...]
    languages: Mapping[str | None, float]

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
            stored = generation.searcher().documents  # opening it finds damage
            manifest, contents = generation.manifest, generation.contents()
            here = [source for source in manifest.sources if Path(source).exists()]
            missing = tuple(source for source in manifest.sources if source not in here)
            stamps = load(store, manifest.generation).files
            documents = stored_after(generation)
            comparison = compare(
                Articles(here, frozenset(manifest.excluded), only, stamps, FileReader(manifest.config.field_names)),
                contents,
                contents,
                stamps,
                documents,
                on_problem=lambda _: None,
                on_progress=lambda *_: None,
            )
            languages = _languages(stored, manifest.live.documents)
            return Inspection(manifest, comparison.changes, missing, comparison.upgraded, languages)

    return store.read(status)


def _languages(stored: Documents, documents: int) -> dict[str | None, float]:
    chosen = islice(stored.references(), 0, None, max(1, -(-documents // SAMPLED)))
    counts = Counter(_language(stored, reference) for reference in chosen)
    return {language: count / counts.total() for language, count in counts.most_common()}


def _language(stored: Documents, reference: DocumentRef) -> str | None:
    """The language (ISO 639-1) that a document tells, or else that of its words."""
    if reference.language:
        return reference.language[:2].lower()
    document = stored.document(reference.id)
    return language_of(document.text[document.body_start : document.body_start + SAMPLE])
