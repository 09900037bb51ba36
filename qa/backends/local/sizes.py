"""How much a segment, or an index, holds."""

from __future__ import annotations

from typing import NamedTuple


class Sizes(NamedTuple):
    """Numbers of documents and of their passages and sentences; of a segment, what was removed from it included."""

    documents: int
    passages: int
    sentences: int
