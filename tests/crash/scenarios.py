"""What an update finds: the articles as they are now, and what was indexed of them before."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import qa.backends.local.draft
import qa.indexing.encode
from qa.backends.local import merging
from qa.types import FloatArray
from tests.support import update as update_index
from tests.test_costs import Words, write

#: Passages after which there is a checkpoint. An article has one passage, and four texts to encode.
CHECKPOINT = 8

_VECTORS: dict[str, FloatArray] = {}


class Remembered(Words):
    """``Words`` that computes a vector once, for this process and for those that are forked from it."""

    def _vector(self, text: str) -> FloatArray:
        if text not in _VECTORS:
            _VECTORS[text] = super()._vector(text)
        return _VECTORS[text]


def make_small() -> None:
    """Has a few articles make several checkpoints, and a few segments a merge."""
    qa.backends.local.draft.CHECKPOINT, qa.indexing.encode.GATHER, merging.FAN = CHECKPOINT, 8, 4


def bring_up_to_date(corpus: Path, index: Path) -> None:
    """An update of the index as this process, or one that is to be ended, makes it."""
    update_index([corpus], index, encoder=Remembered())


def build(corpus: Path, index: Path) -> None:  # noqa: ARG001
    """No index yet; five checkpoints, with a merge at the fourth."""
    _write(corpus, range(42))


def update(corpus: Path, index: Path) -> None:
    """Articles added, changed and removed, so many of one of two segments that it is written anew."""
    _write(corpus, range(24))
    bring_up_to_date(corpus, index)
    _write(corpus, range(24, 40))
    _write(corpus, [2, 9, 10], " Then it snowed.")
    for number in (11, 17):
        (corpus / f"{number:04}.md").unlink()


def merge(corpus: Path, index: Path) -> None:
    """As many small segments as may be: with one more they become one."""
    _write(corpus, range(3 * CHECKPOINT))
    bring_up_to_date(corpus, index)
    _write(corpus, range(30, 36))


def resume(corpus: Path, index: Path) -> None:
    """An index, and what an interrupted update had done."""
    _write(corpus, range(8))
    bring_up_to_date(corpus, index)
    _write(corpus, range(8, 40))
    (corpus / "0003.md").unlink()

    def interrupt(step: str, done: int, _: int | None) -> None:
        if step == "embedding" and done == 12:
            raise KeyboardInterrupt

    try:
        update_index([corpus], index, encoder=Remembered(), on_progress=interrupt)
    except KeyboardInterrupt:
        return
    raise RuntimeError("the update was not interrupted")


#: Each writes the articles into its first argument, and what there is of an index into its second.
SCENARIOS: Mapping[str, Callable[[Path, Path], None]] = {
    "build": build,
    "update": update,
    "merge": merge,
    "resume": resume,
}


def _write(corpus: Path, numbers: Iterable[int], more: str = "") -> None:
    corpus.mkdir(exist_ok=True)
    for number in numbers:
        write(corpus, number, more)
