"""Writes one generation of an index: keeps the segments of another, and adds what is new."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

from qa.backends.base import EncodedDocument
from qa.backends.local import merging
from qa.backends.local.files import FileEntry, describe, link_tree
from qa.backends.local.manifest import SEGMENTS_FOLDER, SegmentEntry
from qa.backends.local.segment import BLOCK_FILES, Segment, SegmentWriter


class LocalWriter:
    """Writes segments into the new generation's ``folder``."""

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
        self._dimension = dimension
        self._open: SegmentWriter | None = None
        self._made = 0
        self._obsolete: list[str] = []
        #: The finished segments, and the description of their files by path relative to ``folder``.
        self.segments: list[SegmentEntry] = []
        self.files: dict[str, FileEntry] = {}
        (folder / SEGMENTS_FOLDER).mkdir()

    def take_over(self, folder: Path, segments: Sequence[SegmentEntry], files: Mapping[str, FileEntry]) -> None:
        """Starts with segments of the generation in ``folder``, whose files are linked where links work."""
        for entry in segments:
            link_tree(folder / SEGMENTS_FOLDER / entry.name, self._folder / SEGMENTS_FOLDER / entry.name)
            prefix = f"{SEGMENTS_FOLDER}/{entry.name}/"
            self.files |= {name: file for name, file in files.items() if name.startswith(prefix)}
        self.segments = list(segments)
        self._made = max((int(entry.name) for entry in segments), default=0)

    def add(self, encoded: EncodedDocument) -> None:
        """Adds a document to the segment that is open."""
        if self._open is None:
            self._open = self._new_segment()
        self._open.add(encoded)

    @property
    def waiting(self) -> int:
        """Passages that are in no finished segment yet."""
        return self._open.sizes.passages if self._open else 0

    def finish_segment(self) -> None:
        """Finishes what was added as a segment, and merges those that are due; nothing is removed yet."""
        if self._open is not None:
            writer, self._open = self._open, None
            self._close(writer)
        while positions := merging.due([(entry.live.passages, entry.sizes.passages) for entry in self.segments]):
            self._merge([self.segments[position] for position in positions])

    def remove_obsolete(self) -> None:
        """Removes the segments that were merged into others; for when no manifest names them any more."""
        for name in self._obsolete:
            shutil.rmtree(self._folder / SEGMENTS_FOLDER / name)
        self._obsolete = []

    def abort(self) -> None:
        """Closes every file of a segment that will not be finished."""
        if self._open is not None:
            self._open.abort()
            self._open = None

    def _new_segment(self) -> SegmentWriter:
        self._made += 1
        folder = self._folder / SEGMENTS_FOLDER / f"{self._made:06d}"
        folder.mkdir()
        return SegmentWriter(folder, self._dimension)

    def _close(self, writer: SegmentWriter) -> None:
        try:
            writer.close()
        except BaseException:
            writer.abort()  # it must not be tried again: what was lost is lost
            raise
        name = f"{self._made:06d}"
        entries = describe(self._folder / SEGMENTS_FOLDER / name, BLOCK_FILES)
        self.files |= {f"{SEGMENTS_FOLDER}/{name}/{file}": entry for file, entry in entries.items()}
        self.segments.append(SegmentEntry(name, writer.sizes))

    def _merge(self, entries: Sequence[SegmentEntry]) -> None:
        """Puts one segment in the place of others, with what the index has of them."""
        if any(entry.live.documents for entry in entries):
            writer = self._new_segment()
            try:
                for entry in entries:
                    with closing(self._segment(entry)) as segment:
                        writer.take(segment)
            except BaseException:
                writer.abort()
                raise
            self._close(writer)
        for entry in entries:
            self.segments.remove(entry)
            self._obsolete.append(entry.name)
            prefix = f"{SEGMENTS_FOLDER}/{entry.name}/"
            self.files = {name: file for name, file in self.files.items() if not name.startswith(prefix)}

    def _segment(self, entry: SegmentEntry) -> Segment:
        folder = self._folder / SEGMENTS_FOLDER / entry.name
        return Segment(folder, entry.sizes, self._dimension, entry.removed)
