"""Figures of the speed benchmark -> one SVG (https://www.w3.org/TR/SVG11/): four costs against size. Pure.

Both axes are logarithmic. A system has a colour and a mark of its own, and its name at the end of its line.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from speed_measures import Figure
from speed_table import SYSTEMS, count, seconds, size

from qa.evaluation.charts import Frame, Point, line

PANELS = (
    ("cold", "Cold question", seconds),
    ("warm_p50", "Warm question, p50", seconds),
    ("cold_memory", "Memory of a cold question", size),
    ("disk", "Index on disk", size),
)

#: A panel's size, the plot within it, and the legend's height, in user units.
WIDTH, HEIGHT, PLOT, LEGEND = 380, 270, Frame(72, 40, 270, 186), 36

#: Path data of each system's mark about (0, 0).
MARKS = {
    "qa": "M-4.5,0a4.5,4.5 0 1 0 9,0a4.5,4.5 0 1 0 -9,0Z",
    "afternoon": "M-4,-4H4V4H-4Z",
    "txtai": "M0,-5.5L5.5,4.5H-5.5Z",
    "haystack": "M0,-5.5L5.5,0L0,5.5L-5.5,0Z",
}

#: The colours of the HTML report, and three that differ in lightness as well as in hue.
STYLE = """
  svg { color-scheme: light dark; font: 12px system-ui, sans-serif; }
  .page { fill: #ffffff; } text { fill: #5c5953; } .title { fill: #1d1c1a; font-weight: 600; font-size: 13px; }
  .grid { stroke: #dcd9d2; } .axis { stroke: #8a867e; } .curve { fill: none; stroke-width: 2; }
  .qa { color: #1d5a9e; } .afternoon { color: #b3541e; } .txtai { color: #17803f; } .haystack { color: #8b3fa0; }
  .curve { stroke: currentColor; } .mark { fill: currentColor; }
  @media (prefers-color-scheme: dark) {
    .page { fill: #1e1e21; } text { fill: #aaa7a1; } .title { fill: #ebeae7; }
    .grid { stroke: #38383c; } .axis { stroke: #7d7a75; }
    .qa { color: #82b7f2; } .afternoon { color: #f2a56b; } .txtai { color: #83d3a0; } .haystack { color: #d79be8; }
  }
"""


def plot(figures: Sequence[Figure]) -> str:
    """The SVG document, with a panel for each cost, and none of a size below 1."""
    measured = [figure for figure in figures if figure.size > 0 and figure.system in MARKS]
    width, height = 2 * WIDTH, LEGEND + 2 * HEIGHT
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" aria-labelledby="title">',
        '<title id="title">Cost against the number of passages, by system; both axes are logarithmic</title>',
        f"<style>{STYLE}</style>",
        f'<rect class="page" width="{width}" height="{height}" rx="8"/>',
        *_legend([system for system in MARKS if any(figure.system == system for figure in measured)]),
    ]
    sizes = sorted({figure.size for figure in measured})
    for number, (measure, title, shown) in enumerate(PANELS):
        at = f"{number % 2 * WIDTH},{LEGEND + number // 2 * HEIGHT}"
        points = {s: _points(measured, measure, s) for s in MARKS}
        lines += [f'<g transform="translate({at})">', *_panel(title, shown, points, sizes), "</g>"]
    return "\n".join([*lines, "</svg>", ""])


def decades(values: Sequence[float]) -> range:
    """The powers of ten from the one at or below the least value to the one at or above the greatest, at least two."""
    low, high = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return range(low, max(high, low + 1) + 1)


def position(value: float, scale: range) -> float:
    """Where a value stands on a logarithmic axis over these powers of ten, from 0 to 1."""
    return (math.log10(value) - scale[0]) / (scale[-1] - scale[0])


def _points(figures: Sequence[Figure], measure: str, system: str) -> list[tuple[int, float]]:
    return sorted((f.size, f.value) for f in figures if (f.measure, f.system) == (measure, system))


def _panel(title: str, shown, points: dict[str, list[tuple[int, float]]], sizes: Sequence[int]) -> Iterator[str]:
    yield _text(PLOT.left, PLOT.top - 14, title, "start", "title")
    values = [value for row in points.values() for _, value in row]
    if not values:
        yield _text(PLOT.x(0.5), PLOT.y(0.5), "not measured", "middle")
        return
    across, up = decades(sizes), decades(values)
    for power in up:
        y = PLOT.y(position(10.0**power, up))
        kind = "grid" if power > up[0] else "axis"
        yield f'<path class="{kind}" d="M{PLOT.left:g},{y:g}H{PLOT.right:g}"/>'
        yield _text(PLOT.left - 8, y + 4, _tick(shown(10.0**power)), "end")
    for power in across:
        yield _text(PLOT.x(position(10.0**power, across)), PLOT.bottom + 18, count(10.0**power), "middle")
    yield _text(PLOT.right, PLOT.bottom + 34, "passages", "end")
    for system, row in points.items():
        yield from _curve(system, [(position(n, across), position(value, up)) for n, value in row])


def _curve(system: str, points: Sequence[Point]) -> Iterator[str]:
    if len(points) > 1:
        yield f'<path class="curve {system}" d="{line(PLOT, points)}"/>'
    for x, y in points:
        yield _mark(system, PLOT.x(x), PLOT.y(y))


def _legend(systems: Sequence[str]) -> Iterator[str]:
    for number, system in enumerate(systems):
        x = PLOT.left + number * 150
        yield _mark(system, x, LEGEND - 12)
        yield _text(x + 12, LEGEND - 8, SYSTEMS[system], "start")


def _mark(system: str, x: float, y: float) -> str:
    return f'<path class="mark {system}" transform="translate({x:g},{y:g})" d="{MARKS[system]}"/>'


def _tick(text: str) -> str:
    """A power of ten without its zeros after the point."""
    number, unit = text.split(" ")
    return f"{float(number.replace(',', '')):,g} {unit}"


def _text(x: float, y: float, words: str, anchor: str, kind: str = "") -> str:
    named = f' class="{kind}"' if kind else ""
    return f'<text{named} x="{x:g}" y="{y:g}" text-anchor="{anchor}">{words}</text>'
