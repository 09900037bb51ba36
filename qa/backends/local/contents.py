"""What an update asks of a generation: which documents it has, and what it is without some of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from qa.backends.local.manifest import SegmentEntry
from qa.backends.local.segment import Segment
from qa.types import DocumentRef


class Place(NamedTuple):
    """Where a document is: its segment's place in the manifest, and its number there."""

    segment: int
    number: int


class Contents:
    """The documents of a generation's open ``segments``, which its manifest calls ``entries``."""

    def __init__(self, segments: Sequence[Segment], entries: Sequence[SegmentEntry]) -> None:
        self._segments = segments
        self._entries = entries

    def places(self) -> dict[str, Place]:
        """Where each document is, by id."""
        return {
            name: Place(i, number)
            for i, segment in enumerate(self._segments)
            for number, name in segment.store.ids()
            if number not in segment.removed
        }

    def fields(self, place: Place) -> tuple[object, ...]:
        """What the index holds of the document at a place besides its id and text, as ``store.fields_of`` gives it."""
        return self._segments[place.segment].store.row_at(place.number).fields

    def reference(self, place: Place) -> DocumentRef:
        """The document at a place, without its text."""
        row = self._segments[place.segment].store.row_at(place.number)
        title, date, source, path, _, _, sha256, _ = row.fields
        return DocumentRef(row.id, title, date, source, path, sha256)

    def without(self, places: Iterable[Place]) -> tuple[SegmentEntry, ...]:
        """The manifest's segments, with the documents at ``places`` removed."""
        removed: dict[int, list[int]] = {}
        for place in places:
            removed.setdefault(place.segment, []).append(place.number)
        return tuple(self._without(i, removed.get(i, [])) for i in range(len(self._segments)))

    def _without(self, segment: int, numbers: Sequence[int]) -> SegmentEntry:
        entry = self._entries[segment]
        rows = [self._segments[segment].store.row_at(number) for number in numbers]
        return replace(
            entry,
            removed=tuple(sorted({*entry.removed, *numbers})),
            removed_passages=entry.removed_passages + sum(row.passages for row in rows),
            removed_sentences=entry.removed_sentences + sum(row.sentences for row in rows),
        )
