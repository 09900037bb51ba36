"""What an update asks of a generation: which documents it has, and what it is without some of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import cached_property

from qa.backends.local.manifest import SegmentEntry
from qa.backends.local.segment import Segment
from qa.backends.local.store import DocumentRow
from qa.backends.shared.record import record_of, reference_of
from qa.types import Document, DocumentRef


class LocalContents:
    """See ``base.Contents``. The segments, which the manifest calls ``entries``, are opened when they are first
    needed."""

    def __init__(self, open_segments: Callable[[], Sequence[Segment]], entries: Sequence[SegmentEntry]) -> None:
        self._open = open_segments
        self._entries = entries

    @property
    def ids(self) -> Collection[str]:
        return self._places.keys()

    def sha256(self, document_id: str) -> str | None:
        record = self._record(document_id)
        return None if record is None else reference_of(document_id, record).sha256

    def holds(self, document: Document) -> bool:
        return self._record(document.id) == record_of(document)

    def reference(self, document_id: str) -> DocumentRef:
        """A document that is there, without its text."""
        return reference_of(document_id, self._row(*self._places[document_id]).record)

    def without(self, document_ids: Collection[str]) -> tuple[SegmentEntry, ...]:
        """The manifest's segments, with these documents, all of which are there, removed."""
        removed: dict[int, list[int]] = {}
        for segment, number in (self._places[name] for name in document_ids):
            removed.setdefault(segment, []).append(number)
        return tuple(self._without(i, entry, removed.get(i, [])) for i, entry in enumerate(self._entries))

    @cached_property
    def _segments(self) -> Sequence[Segment]:
        return self._open()

    @cached_property
    def _places(self) -> dict[str, tuple[int, int]]:
        """Each document's segment, by its place in the manifest, and its number there."""
        return {
            name: (i, number)
            for i, segment in enumerate(self._segments)
            for number, name in segment.store.ids()
            if number not in segment.removed
        }

    def _row(self, segment: int, number: int) -> DocumentRow:
        return self._segments[segment].store.row_at(number)

    def _record(self, document_id: str) -> str | None:
        place = self._places.get(document_id)
        return None if place is None else self._row(*place).record

    def _without(self, segment: int, entry: SegmentEntry, numbers: Sequence[int]) -> SegmentEntry:
        rows = [self._row(segment, number) for number in numbers]
        return replace(
            entry,
            removed=tuple(sorted({*entry.removed, *numbers})),
            removed_passages=entry.removed_passages + sum(row.passages for row in rows),
            removed_sentences=entry.removed_sentences + sum(row.sentences for row in rows),
        )
