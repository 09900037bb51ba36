"""Tables that fit the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.cli.wrapping import columns, width

#: Blanks between columns.
GAP = 2


def table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows of equally many cells, the heads first, as lines: names stand to the left, other cells to the right.

    Columns for which the terminal has no room follow below, behind the names once more.
    """
    sizes = [max(columns(row[i]) for row in rows) for i in range(len(rows[0]))]
    lines: list[str] = []
    for group in _groups(sizes):
        lines += [""] * bool(lines)
        lines += [_line([row[i] for i in group], [sizes[i] for i in group]) for row in rows]
    return lines


def _groups(sizes: Sequence[int]) -> Iterator[list[int]]:
    """The columns that stand beside each other, the first in every group."""
    group, used = [0], sizes[0]
    for i, size in enumerate(sizes[1:], start=1):
        if len(group) > 1 and used + GAP + size > width():
            yield group
            group, used = [0], sizes[0]
        group.append(i)
        used += GAP + size
    yield group


def _line(cells: Sequence[str], sizes: Sequence[int]) -> str:
    name, *others = (" " * (size - columns(cell)) for cell, size in zip(cells, sizes, strict=True))
    right = (" " * GAP + blanks + cell for blanks, cell in zip(others, cells[1:], strict=True))
    return (cells[0] + name + "".join(right)).rstrip()
