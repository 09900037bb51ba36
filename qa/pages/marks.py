"""The boxes of an excerpt's characters -> the rectangles that mark it: one a line, none over what is not quoted."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from qa.types.pages import Mark

#: Share of the lower of two characters' heights in which they overlap where they stand on one line; and white space
#: between two words of a line, in heights, beyond which nothing is marked between them.
OVERLAP, GAP = 0.5, 1.5


def marks(boxes: Iterable[Mark]) -> tuple[Mark, ...]:
    """The rectangles around runs of characters. ``boxes`` come in the order of the text; empty ones count for nothing.

    Characters on a line that runs up or down the page make a run too; those of a slanting line are marked one by one.
    """
    runs: list[_LineRun] = []
    for box in boxes:
        if box.left < box.right and box.top < box.bottom and not (runs and runs[-1].takes(box)):
            runs.append(_LineRun(box))
    return tuple(run.box for run in runs)


@dataclass(slots=True)
class _LineRun:
    """Characters beside or above each other."""

    box: Mark
    along: bool | None = None  # whether it runs along the page rather than up or down; None while it is one character

    def takes(self, box: Mark) -> bool:
        """Takes a character in, if it stands on the run's line."""
        if self.along is not False and _follows(self.box, box, 0):
            self.along = True
        elif not self.along and _follows(self.box, box, 1):
            self.along = False
        else:
            return False
        one = self.box
        self.box = Mark(
            min(one.left, box.left), min(one.top, box.top), max(one.right, box.right), max(one.bottom, box.bottom)
        )
        return True


def _follows(one: Mark, box: Mark, axis: int) -> bool:
    """Whether a box stands beside another (``axis`` 0), or above or below it (1), with at most a gap between them."""
    across = 1 - axis
    size = min(_size(one, across), _size(box, across))
    overlap = min(one[across + 2], box[across + 2]) - max(one[across], box[across])
    gap = max(box[axis] - one[axis + 2], one[axis] - box[axis + 2])
    return overlap >= OVERLAP * size and gap <= GAP * max(_size(one, across), _size(box, across))


def _size(box: Mark, axis: int) -> int:
    return box[axis + 2] - box[axis]
