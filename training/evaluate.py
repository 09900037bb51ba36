"""How good a reader is alone: the right sentence, and telling what is answered from what is not.

    python -m training.evaluate --data ../shared/data --checkpoint ../reader/run/last.pt

Each question is asked on its own passage. "right sentence" is the share of the answerable questions whose best sentence
answers; MAP, WikiQA's measure, their mean average precision: of the passage's sentences, best first. AUROC compares the
best sentence's score of answerable and unanswerable questions; "surer than null" is the share of each kind whose best
sentence scores above "not here".
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray

from training.heldout import SETS
from training.reading import inputs, load, sentence_scores
from training.rows import Row


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a set, each a share of ``answerable`` or ``unanswerable`` questions; auroc is from 0 to 1."""

    answerable: int
    unanswerable: int
    right: float
    mean_average_precision: float
    auroc: float
    answered_right: float
    answered_wrong: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--data", type=Path, required=True, help="folder of the test sets")
    parser.add_argument("--checkpoint", type=Path, required=True)
    parser.add_argument("--most", type=int, help="questions of a set, drawn by chance (default: all)")
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    reader = load(arguments.checkpoint)
    print("| set | answerable | not | right sentence | MAP | AUROC | surer than null: answerable | not |")
    print("|---|---|---|---|---|---|---|---|")
    for name, of in SETS.items():
        rows = of(arguments.data)
        if arguments.most:
            rows = Random(14).sample(rows, min(arguments.most, len(rows)))
        f = figures(rows, sentence_scores(reader, inputs(rows)))
        shares = " | ".join(f"{share:.3f}" for share in astuple(f)[2:])
        print(f"| {name} | {f.answerable:,} | {f.unanswerable:,} | {shares} |", flush=True)


def figures(rows: Sequence[Row], scores: Sequence[NDArray[np.float32]]) -> Figures:
    """The figures of rows whose sentences have these scores."""
    best = np.array([each.max(initial=-np.inf) for each in scores])
    answerable = np.array([bool(row.answers) for row in rows])
    precisions = [average_precision(each, row.gold) for row, each in zip(rows, scores, strict=True) if row.answers]
    right = [
        int(each.argmax()) in row.gold for row, each in zip(rows, scores, strict=True) if row.answers and len(each)
    ]
    yes, no = best[answerable], best[~answerable]
    return Figures(
        len(yes),
        len(no),
        sum(right) / max(1, len(yes)),
        sum(precisions) / max(1, len(yes)),
        auroc(yes, no),
        float((yes > 0).mean()),
        float((no > 0).mean()),
    )


def average_precision(scores: NDArray[np.float32], gold: Sequence[int]) -> float:
    """The mean, over the sentences in ``gold``, of the share of such among all that rank as high or higher."""
    ranks = 1 + np.flatnonzero(np.isin(np.argsort(-scores, kind="stable"), gold))
    return float((np.arange(1, len(ranks) + 1) / ranks).sum()) / max(1, len(gold))


def auroc(yes: NDArray[np.float32], no: NDArray[np.float32]) -> float:
    """How often one of ``yes`` is greater than one of ``no``; ties count half."""
    order = np.sort(no)
    below, upto = np.searchsorted(order, yes, "left"), np.searchsorted(order, yes, "right")
    return float((below + upto).sum() / (2 * len(yes) * len(no)))


if __name__ == "__main__":
    main()
