"""Checkpoints of several runs -> one whose weights are their mean, which reads better than each of them.

    python -m training.average --checkpoints ../reader/run5/last.pt ../reader/run7/last.pt --out ../reader/mean.pt

Runs that began with the same weights end in one wide valley of the loss, and the mean of their ends lies nearer its
middle than the ends do (Wortsman et al., "Model soups", ICML 2022). It costs nothing more when the reader is asked.
"""

from __future__ import annotations

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import torch


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--checkpoints", type=Path, nargs="+", required=True, help="last.pt of each run")
    parser.add_argument("--out", type=Path, required=True, help="checkpoint to write, as training.train writes them")
    arguments = parser.parse_args()
    torch.save(averaged([torch.load(file, map_location="cpu") for file in arguments.checkpoints]), arguments.out)


def averaged(checkpoints: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The last checkpoint with the mean of all readers' weights: another run may begin with it.

    Raises ValueError where the readers have not the same weights' names and shapes.
    """
    readers = [checkpoint["reader"] for checkpoint in checkpoints]
    shapes = [{name: weight.shape for name, weight in reader.items()} for reader in readers]
    if any(other != shapes[0] for other in shapes):
        raise ValueError("the checkpoints are of readers of different shapes: give runs of one base model")
    means = {name: torch.stack([reader[name] for reader in readers]).mean(dim=0) for name in readers[0]}
    return {**checkpoints[-1], "reader": means}


if __name__ == "__main__":
    main()
