"""Reads one generation of an index."""

from __future__ import annotations

import os
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from functools import cached_property, partial
from itertools import accumulate
from pathlib import Path
from threading import Lock
from typing import Any

from qa.backends.base import Candidate, LazyText
from qa.backends.filters import Filter
from qa.backends.local.dense import DenseSearch
from qa.backends.local.documents import LocalDocuments
from qa.backends.local.lexical import LexicalSearch, OkapiSearch
from qa.backends.local.manifest import SEGMENTS_FOLDER, LocalManifest
from qa.backends.local.segment import Segment
from qa.backends.local.store import PassageRow
from qa.backends.shared.quantising import unpack_sentences
from qa.backends.shared.ranking import ranking
from qa.backends.shared.threads import Threads
from qa.config import Lexical
from qa.types import BoolArray, FloatArray, IntArray, Ranking

#: Passages from which on a question's scan is shared among threads; for fewer, handing them over takes longer.
SHARED = 50_000


class LocalSearcher:
    """A generation in ``folder``, open for reading. See ``base.Searcher`` for what each member promises.

    Every file is checked before it is opened, those that are read piece by piece whenever a piece is read. ``threads``
    at most scan the vectors, for all questions together: as many as there are cores unless told. Raises
    IndexDamagedError where a file is not what was written, here and whenever one is read.
    """

    def __init__(
        self, folder: Path, manifest: LocalManifest, lexical: Lexical = "bm25", threads: int | None = None
    ) -> None:
        manifest.extra.verify(folder, SEGMENTS_FOLDER)
        self.manifest = manifest
        self.segments: list[Segment] = []
        with ExitStack() as stack:
            for entry in manifest.extra.segments:
                segment = Segment(folder / SEGMENTS_FOLDER / entry.name, entry.sizes, manifest.dimension, entry.removed)
                self.segments.append(stack.enter_context(closing(segment)))
            self._map: Callable[..., Iterator[Any]] = map
            if manifest.live.passages >= SHARED and threads != 1:
                self._map = stack.enter_context(Threads(threads or os.cpu_count())).map
            self._opened = stack.pop_all()
        self.documents = LocalDocuments(self.segments)
        self._firsts = [0, *accumulate(segment.sizes.passages for segment in self.segments)]
        self._uses_okapi = lexical == "rank-bm25"
        self._lock = Lock()

    def prepare(self) -> None:
        """Loads what the first question would have to wait for. Raises IndexDamagedError."""
        _ = self._bm25, self._dense

    def lexical(self, terms: Sequence[str], depth: int, within: Filter) -> Ranking:
        search: LexicalSearch | OkapiSearch = self._okapi if self._uses_okapi else self._bm25
        numbers, scores = search.search(terms, depth, self._allowed(within))
        return ranking(numbers, scores, depth, self._identify)

    def dense(self, vector: FloatArray, depth: int, within: Filter) -> Ranking:
        with self._lock:  # so that two first questions do not both load the codes
            search = self._dense
        return ranking(*search.search(vector, depth, self._allowed(within)), depth, self._identify)

    def candidates(self, numbers: Sequence[int]) -> list[Candidate]:
        if not len(numbers):
            return []
        candidates: dict[int, Candidate] = {}
        for i, places in self._places(numbers).items():
            segment, first = self.segments[i], self._firsts[i]
            texts = {
                place.document: LazyText(partial(segment.store.stored_at, place.document)) for place in places.values()
            }
            vectors = self._sentence_vectors(segment, places.values())
            for (number, place), own in zip(places.items(), vectors, strict=True):
                identity = (place.document_id, place.chunk.start)
                text = texts[place.document]
                candidates[first + number] = Candidate(first + number, identity, place.chunk, own, text)
        return [candidates[int(number)] for number in numbers]

    def document_frequencies(self, terms: Sequence[str]) -> list[int]:
        return self._bm25.document_frequencies(terms)

    def close(self) -> None:
        """Closes the files."""
        self._opened.close()

    @cached_property
    def _bm25(self) -> LexicalSearch:
        return LexicalSearch(self.segments)

    @cached_property
    def _okapi(self) -> OkapiSearch:
        return OkapiSearch(self.segments)

    @cached_property
    def _dense(self) -> DenseSearch:
        return DenseSearch(self.segments, self._map)

    def _allowed(self, within: Filter) -> list[BoolArray | None]:
        return [segment.allowed(within) for segment in self.segments]

    def _sentence_vectors(self, segment: Segment, places: Iterable[PassageRow]) -> list[FloatArray]:
        """The vectors of the sentences of each passage, which are in the order of their numbers."""
        ranges = [
            (first + chunk.first_sentence, chunk.last_sentence - chunk.first_sentence) for _, _, first, chunk in places
        ]
        every = unpack_sentences(segment.sentence_data_of(ranges), self.manifest.dimension)
        ends = accumulate(count for _, count in ranges)
        return [every[end - count : end] for end, (_, count) in zip(ends, ranges, strict=True)]

    def _identify(self, numbers: IntArray) -> list[tuple[str, int]]:
        identities = {
            self._firsts[segment] + number: (place.document_id, place.chunk.start)
            for segment, places in self._places(numbers.tolist()).items()
            for number, place in places.items()
        }
        return [identities[number] for number in numbers.tolist()]

    def _places(self, numbers: Sequence[int]) -> dict[int, dict[int, PassageRow]]:
        """For each segment that holds some of the passages: which of its own they are, ascending, and where."""
        by_segment: dict[int, list[int]] = {}
        for number in sorted(numbers):
            segment = bisect_right(self._firsts, number) - 1
            by_segment.setdefault(segment, []).append(int(number) - self._firsts[segment])
        return {segment: self.segments[segment].store.at(own) for segment, own in by_segment.items()}
