"""What goes into a search and what comes out of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from qa.counting import count
from qa.types.documents import DocumentRef, Excerpt
from qa.types.frozen import freeze

if TYPE_CHECKING:  # the index of a question is looked up, and its model being checked, before numpy is loaded
    import numpy as np
    from numpy.typing import NDArray

FloatArray: TypeAlias = "NDArray[np.float32]"
IntArray: TypeAlias = "NDArray[np.int64]"
BoolArray: TypeAlias = "NDArray[np.bool_]"

#: Called with what is being done, how much of it is done, and of how much (None: not known).
OnProgress: TypeAlias = Callable[[str, int, int | None], None]


@dataclass(frozen=True, slots=True)
class Filtered:
    """What a filter left of an index: how many ``documents`` pass, how many were left out for want of a date
    (``undated``), where no document has the ``source`` that was asked for, the ``sources`` that there are, and where
    none has a field that was asked for, the names of the ``fields`` that there are."""

    documents: int
    undated: int = 0
    sources: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()

    @property
    def notes(self) -> tuple[str, ...]:
        """What of this whoever asked may not expect, in sentences."""
        notes = []
        if self.undated:
            notes.append(
                f"{count(self.undated, 'article')} without a date {'was' if self.undated == 1 else 'were'} left out."
            )
        if self.sources:
            notes.append(f"No source contains what was asked for; sources: {', '.join(self.sources)}.")
        if self.fields:
            notes.append(f"No article has the field that was asked for; fields: {', '.join(self.fields)}.")
        if not (self.documents or self.sources or self.fields):
            notes.append("No article passes the filters.")
        return tuple(notes)


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passage numbers ``int64 (n,)`` with their scores ``float32 (n,)``, best first; ties by document
    id and start."""

    numbers: IntArray
    scores: FloatArray

    def __len__(self) -> int:
        return len(self.numbers)


class ChannelScore(NamedTuple):
    """Where one search, or the reranker, placed a passage: its rank from 1, its raw score, and its share of the
    passage's score."""

    rank: int
    score: float
    weight: float


@dataclass(frozen=True, slots=True)
class Hit:
    """A ranked passage, before any quote is chosen."""

    rank: int
    document: DocumentRef
    passage: Excerpt
    score: float
    scores: Mapping[str, ChannelScore]

    def __post_init__(self) -> None:
        freeze(self, "scores")


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """What an answer says of the index it came from. ``generation`` names the index's content."""

    generation: str
    embedder: str
    documents: int
    passages: int

    @property
    def counts(self) -> str:
        """How much it holds, for people: ``2,000 documents, 1 passage``."""
        return f"{count(self.documents, 'document')}, {count(self.passages, 'passage')}"
