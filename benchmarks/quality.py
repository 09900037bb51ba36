"""How well questions are answered on public sets: each search alone, their fusion, and the default.

    python benchmarks/quality.py --data ../shared/data --output benchmarks/quality.md
    python benchmarks/quality.py --data ../shared/data --tuning

``--data`` is the folder that holds the sets (see public_sets.py). One index a corpus is built with the defaults and
kept in ``--work``; the systems differ by SearchConfig alone. ``--output FILE.md`` writes the tables there, and every
figure with its 95 % interval to FILE.json beside it.

The reproduction gate: on SciFact, BM25 alone and the model with one vector an abstract (published.py) must come near
their published figures. Where they do not, a line says so, the exit code is 1, and no other figure is to be believed.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import published
from failures import in_one_line
from public_sets import every, step_of
from quality_sets import OVERLAP, SCIFACT, TEST_SETS, TUNING_SETS, PublicSet
from quality_table import Measured, Result, as_dict, markdown, provenance

import qa
from qa.config import SearchConfig
from qa.evaluation.bootstrap import interval
from qa.evaluation.evaluate import evaluate
from qa.evaluation.gold import Gold
from qa.evaluation.report import Figure, Report

#: Passages that a search alone ranks: enough to hold 100 documents, so that R@100 needs none of the other search's.
ALONE = 300

OKAPI, BM25, DENSE = "rank_bm25 alone", "BM25 alone", "dense alone (passage cosine)"
PUBLISHED = "dense alone, one vector an abstract"
DEFAULT = SearchConfig()

#: The rules alone.
UNREAD = SearchConfig(reader="none")

SYSTEMS: dict[str, SearchConfig] = {
    OKAPI: replace(UNREAD, depth=ALONE, lexical="rank-bm25", lexical_weight=1, dense_weight=0, sentence_weight=0),
    BM25: replace(UNREAD, depth=ALONE, lexical="bm25", lexical_weight=1, dense_weight=0, sentence_weight=0),
    DENSE: replace(UNREAD, depth=ALONE, lexical_weight=0, dense_weight=1, sentence_weight=0),
    "RRF (BM25 + dense)": replace(UNREAD, fusion="rrf", lexical_weight=1, dense_weight=1, sentence_weight=0),
    "without the reader": UNREAD,
    "default": DEFAULT,
}

GATE_MEASURE = "nDCG@10"
#: Published nDCG@10 on SciFact, lowest and highest. BM25: BEIR, Pyserini and bm25s. Dense: all-MiniLM-L6-v2.
GATE = {OKAPI: (0.68, 0.69), BM25: (0.68, 0.69), PUBLISHED: (0.645, 0.645)}
TOLERANCE = 0.01


@in_one_line
def main(argv: Sequence[str] | None = None) -> int:
    """Prints the tables; the exit code is 1 where the gate fails."""
    return run(_arguments(argv))


def run(arguments: argparse.Namespace) -> int:
    """Measures the chosen sets, prints each table when it is ready, writes them, and judges the gate."""
    tuning, limit = arguments.tuning, arguments.limit
    parts = ["## Tuning sets: weights were chosen on these\n" if tuning else "## Test sets\n"]
    print("\n".join(parts))
    results = []
    for asked in TUNING_SETS if tuning else TEST_SETS:
        if not arguments.only or asked.name in arguments.only:
            results.append(measure(asked, arguments.data, arguments.work, limit))
            parts.append(markdown(results[-1]))
            print(parts[-1], flush=True)
    verdict, passed = gate(results, arguments.data)
    origin = provenance() | {"gate": verdict}
    parts += [f"- {name}: {value}" for name, value in origin.items()]
    print("\n".join(parts[-len(origin) :]))
    if arguments.output:
        arguments.output.write_text("\n".join([*parts, ""]), encoding="utf-8")
        values = {**origin, "tuning": tuning, "limit": limit, "sets": {r.asked.name: as_dict(r) for r in results}}
        arguments.output.with_suffix(".json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")
    if not passed:
        print(verdict, file=sys.stderr)
    return 0 if passed else 1


def measure(asked: PublicSet, data: Path, work: Path, limit: int | None) -> Result:
    """Every system on a set; one that is configured like another is not asked again."""
    everything = asked.gold(data)
    gold = Gold(every(everything.questions, limit), everything.left_out)
    step = step_of(everything.questions, limit)
    folder = work / asked.corpus
    with qa.build(data / asked.corpus / "corpus.jsonl", folder) as index:
        info = index.info
    measured: dict[str, Measured] = {}
    for name, config in SYSTEMS.items():
        print(f"{asked.name}: {name}, {len(gold.questions):,} questions", file=sys.stderr, flush=True)
        with qa.open(folder, config) as index:
            report = evaluate(index, gold)
        measured[name] = Measured(config, {**report.figures, **overlap(report)}, report.kinds, report.latency)
    kinds = Counter(question.kind for question in gold.questions)
    return Result(asked, info, kinds, measured, step)


def overlap(report: Report) -> dict[str, Figure]:
    """The share of questions whose first quote has a word in common with a gold quote, where there are gold quotes."""
    ious = np.array([row.measures["token-IoU"] for row in report.rows if "token-IoU" in row.measures])
    within = interval(lambda chosen: float((ious[chosen] > 0).mean()), len(ious)) if len(ious) else None
    return {OVERLAP: Figure(float((ious > 0).mean()), *within, len(ious))} if within else {}


def gate(results: Sequence[Result], data: Path) -> tuple[str, bool]:
    """What the reproduction gate says, and whether the figures may be believed as far as it can tell."""
    rows = [result for result in results if result.asked.name == SCIFACT and result.step == 1]
    if not rows:
        return f"the reproduction gate was not checked: it needs all questions of {SCIFACT}", True
    values = {name: row.figures[GATE_MEASURE].value for name, row in rows[0].rows.items()}
    values[PUBLISHED] = published.dense(data / SCIFACT, rows[0].asked.gold(data), GATE_MEASURE)
    wrong = misses(values)
    if wrong:
        return f"the reproduction gate FAILED on {SCIFACT}, believe no figure: {'; '.join(wrong)}", False
    measured = ", ".join(f"{name} {values[name]:.3f}" for name in GATE)
    return f"the reproduction gate passed on {SCIFACT} ({GATE_MEASURE}: {measured})", True


def misses(values: Mapping[str, float]) -> list[str]:
    """The systems, of those that the gate is about, whose figure is not near the published one."""
    return [
        f"{name} has {GATE_MEASURE} {values[name]:.3f}, published {low}–{high} ± {TOLERANCE}"
        for name, (low, high) in GATE.items()
        if not low - TOLERANCE <= values[name] <= high + TOLERANCE
    ]


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    names = [one.name for one in (*TEST_SETS, *TUNING_SETS)]
    work = Path(tempfile.gettempdir()) / "qa-benchmarks"
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds a folder for each set")
    parser.add_argument("--work", type=Path, default=work, help="folder for the indexes (default: %(default)s)")
    parser.add_argument("--only", nargs="+", choices=names, metavar="SET", help=f"some of {', '.join(names)}")
    parser.add_argument("--tuning", action="store_true", help="the tuning sets instead of the test sets")
    parser.add_argument("--limit", type=int, metavar="N", help="of a larger set, ask every so-manieth question only")
    parser.add_argument("--output", type=Path, help="Markdown file to write; the JSON goes beside it")
    arguments = parser.parse_args(argv)
    sets = [one.name for one in (TUNING_SETS if arguments.tuning else TEST_SETS)]
    if arguments.only and not set(arguments.only) <= set(sets):
        parser.error(f"--only: these sets are {', '.join(sets)}; --tuning chooses between tuning and test sets")
    if arguments.limit is not None and arguments.limit < 1:
        parser.error(f"--limit is {arguments.limit}; use 1 or more")
    if arguments.output and arguments.output.suffix != ".md":
        parser.error(f"--output {arguments.output} is no Markdown file; name one that ends in .md")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
