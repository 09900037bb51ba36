"""The multilingual encoder beside the default one, in English: paired differences on every test set of quality.py.

    python benchmarks/encoders.py --data ../shared/data --work FOLDER [--limit N] [--documents N] [--output FILE.md]

Each set's documents are indexed with both models, and the same questions are asked of both, with the default settings.
A difference is the mean over the questions that have the measure, with its 95 % interval: the bootstrap resamples
questions, so that what a question owes to its difficulty cancels out.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from failures import in_one_line
from public_sets import documents, every
from quality_sets import TEST_SETS, PublicSet
from quality_table import provenance

import qa
from qa.config import DEFAULT_MODEL, MULTILINGUAL_MODEL
from qa.evaluation.bootstrap import interval
from qa.evaluation.evaluate import evaluate
from qa.evaluation.gold import Gold
from qa.evaluation.report import VERDICT, Report

MODELS = (DEFAULT_MODEL, MULTILINGUAL_MODEL)

#: What is compared, as the table calls it.
MEASURES = {
    "nDCG@10": "nDCG@10",
    "R@1": "right document first",
    "quote@1": "right quote first",
    VERDICT: "rightly answered or refused",
}


class Difference(NamedTuple):
    """A measure of both models over ``n`` questions, and its mean difference with the 95 % interval."""

    n: int
    default: float
    other: float
    low: float
    high: float


@in_one_line
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder with the public sets")
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--only", nargs="+", choices=[one.name for one in TEST_SETS], help="some of the sets")
    parser.add_argument("--limit", type=int, metavar="N", help="of a larger set, ask every so-manieth question only")
    parser.add_argument(
        "--documents", type=int, metavar="N", help="of a larger set, the articles asked about and N more"
    )
    parser.add_argument("--output", type=Path, help="file for the table")
    arguments = parser.parse_args()
    lines = ["| set | measure | questions | default | multilingual | difference [95 %] |", "|---|---|---|---|---|---|"]
    print("\n".join(lines), flush=True)
    for asked in TEST_SETS:
        if not arguments.only or asked.name in arguments.only:
            rows = list(table(asked, arguments))
            print("\n".join(rows), flush=True)
            lines += rows
    lines += ["", *(f"- {name}: {value}" for name, value in provenance().items())]
    if arguments.output:
        arguments.output.write_text("\n".join(lines) + "\n", encoding="utf-8")


def table(asked: PublicSet, arguments: argparse.Namespace) -> Iterator[str]:
    """The set's rows."""
    everything = asked.gold(arguments.data)
    gold = Gold(every(everything.questions, arguments.limit), everything.left_out)
    articles = chosen(documents(arguments.data / asked.corpus), gold, arguments.documents)
    reports = [report(articles, gold, arguments.work / asked.corpus, model) for model in MODELS]
    for measure, name in MEASURES.items():
        if one := difference(*reports, measure):
            shown = f"{one.default:.3f} | {one.other:.3f} | {one.other - one.default:+.3f}"
            yield f"| {asked.name} | {name} | {one.n:,} | {shown} [{one.low:+.3f}, {one.high:+.3f}] |"
    before, now = (f"{report.latency.p50:.3f}" for report in reports)
    yield f"| {asked.name} | median seconds a question | {len(gold.questions):,} | {before} | {now} | |"


def chosen(articles: Sequence[qa.Document], gold: Gold, most: int | None) -> list[qa.Document]:
    """The articles that answer, and at most ``most`` others; all for None."""
    asked = {entry.doc_id for question in gold.questions for entry in question.gold}
    others = {one.id for one in every([one for one in articles if one.id not in asked], most)}
    return [qa.Document(one.id, one.text, one.title) for one in articles if one.id in asked or one.id in others]


def report(articles: Sequence[qa.Document], gold: Gold, folder: Path, model: str) -> Report:
    """The questions, asked of an index of the articles with this model."""
    with qa.build(articles, f"{folder}-{model}", model=model, replace=True) as index:
        return evaluate(index, gold)


def difference(default: Report, other: Report, measure: str) -> Difference | None:
    """The measure over the questions that have it in both reports, which are on the same gold; None for none."""
    pairs = [
        (before.measures[measure], now.measures[measure])
        for before, now in zip(default.rows, other.rows, strict=True)
        if measure in before.measures and measure in now.measures
    ]
    if not pairs:
        return None
    values = np.array(pairs)
    gains = values[:, 1] - values[:, 0]
    low, high = interval(lambda numbers: float(gains[numbers].mean()), len(gains)) or (np.nan, np.nan)
    return Difference(len(pairs), *map(float, values.mean(axis=0)), low, high)


if __name__ == "__main__":
    sys.exit(main())
