"""Figures of several systems on several sets -> Markdown and JSON."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from quality_sets import PublicSet

from qa.config import SearchConfig
from qa.evaluation.report import Figure, Latency
from qa.types import IndexInfo

ROOT = Path(__file__).parent.parent
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
    command = " ".join(["python", *sys.argv])
    return {"command": command, "commit": _commit(), "machine": _machine()}


def _row(name: str, cells: Iterable[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"


def _shown(figure: Figure | None) -> str:
    return NONE if figure is None else f"{figure.value:.3f}"


def _commit() -> str:
    """The commit, and whether files differ from it; "unknown" outside a repository."""
    try:
        commit, changes = (_git(*words) for words in (("rev-parse", "--short", "HEAD"), ("status", "--porcelain")))
    except (OSError, subprocess.CalledProcessError):
        return "unknown"
    return f"{commit} with changes" if changes else commit


def _git(*words: str) -> str:
    done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, check=True, text=True)
    return done.stdout.strip()


def _machine() -> str:
    return f"{os.cpu_count()} × {_processor()}, {platform.system()}, Python {platform.python_version()}"


def _processor() -> str:
    """The processor's name: Linux tells it in a file only."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
