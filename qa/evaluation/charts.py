"""Numbers -> figures in SVG (https://www.w3.org/TR/SVG11/): path data, and places for dots and labels.

Every axis runs from 0 to 1. Coordinates are in user units with y pointing down, rounded to a tenth.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qa.evaluation.confidence_measures import Bin, RiskPoint
from qa.evaluation.report import Figure

#: Half the width of the cap at either end of an interval, the distance of a label, and half that between two bars.
CAP, APART, GAP = 4, 7, 1.5

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """The rectangle, in user units, on which the unit square is drawn: (0, 0) is its lower left corner."""

    left: float
    top: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of 1."""
        return self.left + self.width

    @property
    def bottom(self) -> float:
        """The y of 0."""
        return self.top + self.height

    def x(self, share: float) -> float:
        """Where ``share`` stands from left to right."""
        return round(self.left + share * self.width, 1)

    def y(self, share: float) -> float:
        """Where ``share`` stands from top to bottom."""
        return round(self.bottom - share * self.height, 1)


#: The plot of a chart in its view box of 360 by 270, and the strip on which a table shows an interval, in 100 by 12.
PLOT, STRIP = Frame(40, 40, 304, 186), Frame(4, 0, 92, 12)


class Label(NamedTuple):
    """A text centred at x, standing on y, in user units."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn on the plot: paths as (CSS class, path data), the first at the bottom; dots and labels, in user
    units; and the ticks of the horizontal axis as (share, text)."""

    paths: tuple[tuple[str, str], ...]
    dots: tuple[Point, ...]
    labels: tuple[Label, ...]
    ticks: tuple[tuple[float, str], ...]


_TICKS = tuple((n / 5, f"{n / 5:g}") for n in range(6))


def recall_chart(rows: Sequence[tuple[int, Figure]], frame: Frame = PLOT) -> Chart:
    """The recall at each of at least two cutoffs, smallest first, with its interval; the axis of cutoffs is
    logarithmic."""
    places = [cutoff_position(cutoff, rows[-1][0]) for cutoff, _ in rows]
    figures = [figure for _, figure in rows]
    points = [(x, figure.value) for x, figure in zip(places, figures, strict=True)]
    spans = [(x, figure.low, figure.high) for x, figure in zip(places, figures, strict=True)]
    return Chart(
        paths=(("whisker", intervals(frame, spans)), ("curve", line(frame, points))),
        dots=tuple((frame.x(x), frame.y(y)) for x, y in points),
        labels=tuple(
            Label(frame.x(x), frame.y(figure.high) - APART, f"{figure.value:.2f}")
            for x, figure in zip(places, figures, strict=True)
        ),
        ticks=tuple((x, f"{cutoff:,}") for x, (cutoff, _) in zip(places, rows, strict=True)),
    )


def risk_chart(curve: Sequence[RiskPoint], now: RiskPoint | None, frame: Frame = PLOT) -> Chart:
    """A risk-coverage curve over the area that is AURC, the risk of a confidence that tells nothing, and where the tool
    stands ``now``."""
    outline = steps(frame, [(point.coverage, point.risk) for point in curve])
    level = curve[-1].risk
    return Chart(
        paths=(("under", area(frame, outline)), ("guide", line(frame, [(0, level), (1, level)])), ("curve", outline)),
        dots=((frame.x(now.coverage), frame.y(now.risk)),) if now else (),
        labels=(Label(frame.x(now.coverage), frame.y(now.risk) - APART - 2, "now"),) if now else (),
        ticks=_TICKS,
    )


def reliability_chart(bins: Sequence[Bin], frame: Frame = PLOT) -> Chart:
    """A bar for the share right of each bin, a tick at its mean confidence, and its number of questions above both."""
    rows = [(b, b.confidence, b.correct) for b in bins if b.confidence is not None and b.correct is not None]
    return Chart(
        paths=(
            ("bar", "".join(bar(frame, b.low, b.high, share) for b, _, share in rows)),
            ("tick", "".join(line(frame, [(b.low, level), (b.high, level)]) for b, level, _ in rows)),
        ),
        dots=(),
        labels=tuple(
            Label(frame.x((b.low + b.high) / 2), frame.y(max(level, share)) - APART, f"{b.n:,}")
            for b, level, share in rows
        ),
        ticks=_TICKS,
    )


def cutoff_position(cutoff: int, largest: int, margin: float = 0.07) -> float:
    """Where a cutoff from 1 to ``largest`` (above 1) stands on a logarithmic axis with a ``margin`` at either end."""
    return margin + (1 - 2 * margin) * math.log(cutoff) / math.log(largest)


def line(frame: Frame, points: Iterable[Point]) -> str:
    """Straight from point to point."""
    return "M" + "L".join(f"{frame.x(x):g},{frame.y(y):g}" for x, y in points)


def steps(frame: Frame, points: Iterable[Point]) -> str:
    """Steps from x = 0: each point's y holds from the x of the point before it up to its own.

    The area below is the sum of y times the step in x: drawn from a risk-coverage curve, it is AURC.
    """
    return f"M{frame.left:g}," + "V".join(f"{frame.y(y):g}H{frame.x(x):g}" for x, y in points)


def area(frame: Frame, outline: str) -> str:
    """What lies between y = 0 and an ``outline`` that starts at x = 0."""
    return f"{outline}V{frame.bottom:g}H{frame.left:g}Z"


def intervals(frame: Frame, rows: Iterable[tuple[float, float, float]]) -> str:
    """Upright intervals with a cap at both ends. ``rows``: (x, low, high)."""
    return "".join(_interval(frame.x(x), frame.y(low), frame.y(high)) for x, low, high in rows)


def bar(frame: Frame, low: float, high: float, share: float) -> str:
    """A bar between x = ``low`` and ``high``, ``GAP`` from either, from y = 0 up to ``share``."""
    left, right = frame.x(low) + GAP, frame.x(high) - GAP
    return f"M{left:g},{frame.bottom:g}V{frame.y(share):g}H{right:g}V{frame.bottom:g}Z"


def _interval(x: float, low: float, high: float) -> str:
    cap = f"h{2 * CAP:g}"
    return f"M{x:g},{low:g}V{high:g}M{x - CAP:g},{low:g}{cap}M{x - CAP:g},{high:g}{cap}"
