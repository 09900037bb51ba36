"""Figures of the speed benchmark -> Markdown. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from speed_measures import Figure, Origin

NONE = "–"

#: How the systems are called, in the order of rows.
SYSTEMS = {
    "qa": "qa",
    "afternoon": "afternoon script",
    "txtai": "txtai",
    "haystack": "Haystack",
    "sentence-transformers": "sentence-transformers",
    "python": "python",
}


def seconds(value: float) -> str:
    """Milliseconds below a second."""
    return f"{value * 1000:,.1f} ms" if value < 0.0995 else f"{value:,.2f} s"


def size(value: float) -> str:
    """Megabytes below a gigabyte (of 10^9 bytes)."""
    return f"{rate(value / 1e6)} MB" if value < 0.9995e9 else f"{value / 1e9:,.2f} GB"


def times(value: float) -> str:
    """A ratio."""
    return f"{value:,.1f}×"


def count(value: float) -> str:
    """A whole number."""
    return f"{value:,.0f}"


def rate(value: float) -> str:
    """Three digits, or all of a larger number."""
    return f"{value:,.0f}" if value >= 99.5 else f"{value:.3g}"


def share(value: float) -> str:
    """A share of 1."""
    return f"{value:.4f}"


@dataclass(frozen=True, slots=True)
class Target:
    """A promise: a measure of a system at a size that is at most the limit, or at least it where ``least``."""

    name: str
    measure: str
    system: str
    size: int
    limit: float
    shown: Callable[[float], str]
    least: bool = False

    def met(self, value: float) -> bool:
        """Whether the value keeps the promise."""
        return value >= self.limit if self.least else value <= self.limit


TARGETS = (
    Target("cold question on `corpus/`", "cold", "qa", 0, 0.40, seconds),
    Target("`qa --help`", "help", "qa", 0, 0.20, seconds),
    Target(
        "the afternoon script's cold question on `corpus/`, against qa's", "cold_times", "afternoon", 0, 15, times, True
    ),
    Target("cold question, 1,000,000 passages", "cold", "qa", 1_000_000, 1.5, seconds),
    Target("warm question (p50), 100,000 passages", "warm_p50", "qa", 100_000, 0.010, seconds),
    Target("warm question (p50), 1,000,000 passages", "warm_p50", "qa", 1_000_000, 0.060, seconds),
    Target("resident memory, cold, 1,000,000 passages", "cold_memory", "qa", 1_000_000, 1.5e9, size),
    Target("resident memory, warm, 1,000,000 passages", "warm_memory", "qa", 1_000_000, 1.5e9, size),
    Target(
        "`SentenceTransformer.encode`'s time, against qa's",
        "encoding_times",
        "sentence-transformers",
        0,
        2.5,
        times,
        True,
    ),
    Target("one of 10,000 articles changed", "changed", "qa", 50_000, 2.0, seconds),
    Target("texts of other articles embedded for it", "changed_others", "qa", 50_000, 0, count),
    Target("nothing changed, 10,000 articles", "unchanged", "qa", 50_000, 0.5, seconds),
    Target("one article more, 1,000,000 passages", "added", "qa", 1_000_000, 5.0, seconds),
    Target("recall@10 against exact search, 100,000 passages", "recall", "qa", 100_000, 0.98, share, True),
    Target("recall@10 against exact search, 1,000,000 passages", "recall", "qa", 1_000_000, 0.98, share, True),
)

#: The measures that are shown by size, and how.
MEASURES: dict[str, tuple[str, Callable[[float], str]]] = {
    "cold": ("cold question, median", seconds),
    "cold_times": ("… times qa's, in the same run", times),
    "pace": ("`import numpy`, meanwhile", seconds),
    "warm_p50": ("warm question, p50", seconds),
    "warm_p95": ("warm question, p95", seconds),
    "cold_memory": ("peak memory of a cold question", size),
    "warm_memory": ("peak memory of a session", size),
    "disk": ("index on disk", size),
    "passages": ("passages", count),
    "index_rate": ("passages indexed a second", rate),
    "index_memory": ("peak memory of indexing", size),
    "first_index": ("new index, nothing cached", seconds),
    "documents": ("50 short documents in memory, processor's time", seconds),
    "unchanged": ("update, nothing changed", seconds),
    "changed": ("update, one article changed", seconds),
    "changed_texts": ("… texts embedded", count),
    "added": ("update, one article more", seconds),
    "recall": ("recall@10 against exact search", share),
}

NOTES = """\
- Cold: a fresh process with a saved index, files in the system's cache. Warm: a session, its first questions left out.
- Memory is a process's peak resident memory, mapped files included. Times are of whole processes, Python's start
  included, but for those of warm questions and of encoding.
- Every system has the same passages, model files and number of hits. qa also embeds every sentence, for its quotes and
  its ranking, and its index holds the query encoder; the others embed passages alone, and load the model's folder.
- Above 10,000 passages (`--real`) qa's vectors are made up (speed_synthetic.py) and all else is as with real ones; in
  updates the real model encodes as well. The others' are always real: "left out" says how long they would have taken.
- Ratios are of processes that ran in turn. Seconds of different runs can be compared only as far as the machine was
  equally busy: how long Python took to import numpy, between the cold questions, tells how busy.
"""


def markdown(figures: Sequence[Figure]) -> str:
    """The targets, the costs by size, the encoders, and what the figures came from."""
    origins = list(dict.fromkeys(figure.origin for figure in sorted(figures, key=lambda f: f.origin.date)))
    by_key = {figure.key: figure for figure in figures}
    lines = [
        "# Speed",
        "",
        "![Cost against size: cold and warm questions, memory, disk](speed.svg)",
        "",
        "| target | limit | measured | measured / limit | verdict | run |",
        "|---|---:|---:|---:|---|---|",
        *(_verdict(t, by_key.get((t.measure, t.system, t.size)), origins) for t in TARGETS),
        "",
        *_costs(by_key),
        "",
        *_encoders(by_key),
        NOTES,
        *(f"{n}. `{o.command}`, commit {o.commit}, {o.date}, {o.machine}" for n, o in enumerate(origins, start=1)),
    ]
    return "\n".join([*lines, ""])


def _verdict(target: Target, figure: Figure | None, origins: Sequence[Origin]) -> str:
    limit = f"{'≥' if target.least else '≤'} {target.shown(target.limit)}"
    if figure is None:
        return _row(target.name, limit, NONE, NONE, "not measured", NONE)
    ratio = f"{figure.value / target.limit:.2f}" if target.limit else NONE
    verdict = "met" if target.met(figure.value) else "**missed**"
    run = str(origins.index(figure.origin) + 1)
    return _row(target.name, limit, target.shown(figure.value), ratio, verdict, run)


def _costs(by_key: dict[tuple[str, str, int], Figure]) -> Iterator[str]:
    """A row a measure and system, a column a size."""
    sizes = sorted({size for measure, _, size in by_key if measure in MEASURES})
    if not sizes:
        return
    yield _row("measure", "system", *(f"{size:,}" if size else "`corpus/`" for size in sizes))
    yield f"|---|---|{'---:|' * len(sizes)}"
    for measure, (name, shown) in MEASURES.items():
        for system, called in SYSTEMS.items():
            cells = [_cell(by_key, measure, system, size, shown) for size in sizes]
            if any((measure, system, size) in by_key for size in sizes):
                yield _row(name, called, *cells)


def _cell(
    by_key: dict[tuple[str, str, int], Figure], measure: str, system: str, at: int, shown: Callable[[float], str]
) -> str:
    figure, estimate = by_key.get((measure, system, at)), by_key.get(("estimate", system, at))
    if figure is not None:
        return shown(figure.value)
    return f"left out ({estimate.value / 60:,.0f} min)" if estimate else NONE


def _encoders(by_key: dict[tuple[str, str, int], Figure]) -> Iterator[str]:
    rates = {system: by_key.get(("encoding_rate", system, 0)) for system in SYSTEMS}
    shown = ", ".join(f"{SYSTEMS[system]} {figure.value:,.0f}" for system, figure in rates.items() if figure)
    cosine = by_key.get(("encoding_cosine", "qa", 0))
    if shown and cosine:
        yield f"Tokens encoded a second: {shown}; mean cosine of the two systems' vectors {cosine.value:.5f}."
        yield ""


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"
