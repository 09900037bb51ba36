"""Figures of several systems on several sets -> Markdown and JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from machine import command, commit, machine
from quality_sets import PublicSet

from qa.config import SearchConfig
from qa.evaluation.report import Figure, Latency
from qa.types import IndexInfo

NONE = "–"


@dataclass(frozen=True, slots=True)
class Measured:
    """A system on a set: its figures over all questions and by kind of question."""

    config: SearchConfig
    figures: Mapping[str, Figure]
    kinds: Mapping[str, Mapping[str, Figure]]
    latency: Latency


@dataclass(frozen=True, slots=True)
class Result:
    """A set, the index it was asked of, the number of questions by kind, and its rows by the system's name; ``step`` is
    2 where every second question of the set was asked."""

    asked: PublicSet
    index: IndexInfo
    questions: Mapping[str, int]
    rows: Mapping[str, Measured]
    step: int = 1


def markdown(result: Result) -> str:
    """The set's table under its name."""
    index, columns = result.index, result.asked.columns
    counts = ", ".join(f"{count:,} {kind}" for kind, count in result.questions.items())
    counts += f" (one in {result.step} of the set's)" if result.step > 1 else ""
    rows = [_row(name, [_shown(row.figures.get(c)) for c in columns]) for name, row in result.rows.items()]
    others = result.asked.published.items()
    rows += [_row(f"*published: {name}*", [figures.get(c, NONE) for c in columns]) for name, figures in others]
    lines = [
        f"### {result.asked.name}",
        "",
        f"{result.asked.about} {index.documents:,} documents, {index.passages:,} passages; questions: {counts}.",
        "",
        f"| | {' | '.join(columns)} |",
        f"|---{'|---:' * len(columns)}|",
        *rows,
        "",
    ]
    return "\n".join(lines)


def as_dict(result: Result) -> dict[str, Any]:
    """A set's result as JSON values, every figure with its interval."""
    return {
        "about": result.asked.about,
        "index": asdict(result.index),
        "questions": dict(result.questions),
        "step": result.step,
        "published": result.asked.published,
        "rows": {name: asdict(row) for name, row in result.rows.items()},
    }


def provenance() -> dict[str, str]:
    """What the figures came from: the command, the commit, and the machine."""
    return {"command": command(), "commit": commit(), "machine": machine()}


def _row(name: str, cells: Iterable[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _shown(figure: Figure | None) -> str:
    return NONE if figure is None else f"{figure.value:.3f}"
