"""Trains the reader, until a time or for a number of hours, from the base model or from where a run stopped.

    python -m training.train --rows ../reader/train.jsonl.gz --out ../reader/run --hours 3 --workers 2

The learning rate rises, then falls in a line to nothing at the end of the time, so that a slower machine ends with a
finished model too. A run that was stopped (SIGTERM saves it first) goes on with the same command and the same deadline.
Uses a GPU where there is one, and bfloat16 where the processor multiplies it.
"""

from __future__ import annotations

import argparse
import time
from datetime import datetime, timedelta
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from random import Random

import torch

from training.base import model_folder
from training.batches import epochs
from training.features import Features, features, tokenizer
from training.model import Reader, Shape
from training.rows import read
from training.run import CHECKPOINT, Progress, Run, anew
from training.together import Together


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=Path, required=True, help="train.jsonl.gz as training.prepare wrote it")
    parser.add_argument("--out", type=Path, required=True, help="folder of the checkpoint and the log")
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--hours", type=float)
    end.add_argument("--until", help="HH:MM, this machine's clock")
    parser.add_argument("--begin-with", type=Path, help="last.pt of another run, whose weights a new run begins with")
    parser.add_argument("--learning-rate", type=float, default=1.5e-4)
    parser.add_argument("--batch-tokens", type=int, default=1600, help="of each worker")
    parser.add_argument(
        "--workers", type=int, default=1, help="processes of one thread each, on a machine without a GPU"
    )
    parser.add_argument("--seed", type=int, default=14)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.begin_with and not (arguments.out / CHECKPOINT).exists():
        torch.save(anew(torch.load(arguments.begin_with, map_location="cpu")), arguments.out / CHECKPOINT)
    items = list(features(list(read(arguments.rows)), tokenizer(model_folder()), Random(arguments.seed)))
    deadline = time.time() + 3600 * arguments.hours if arguments.hours else _clock(arguments.until)
    train(items, Progress(time.time(), deadline), arguments)


def train(items: list[Features], progress: Progress, arguments: argparse.Namespace) -> None:
    """Trains on ``items`` to the deadline with all workers, of which this process is the first."""
    workers = arguments.workers
    together = None
    if workers > 1:
        torch.set_num_threads(1)
        with torch.device("meta"):
            size = sum(parameter.numel() for parameter in Reader(Shape.of(model_folder())).parameters())
        together = Together(workers, size, Run.TOLD)
    context = get_context("fork")
    others = [
        context.Process(target=_work, args=(number, items, progress, arguments, together), daemon=True)
        for number in range(1, workers)
    ]
    for other in others:
        other.start()
    _work(0, items, progress, arguments, together)
    for other in others:
        other.join()


def _work(
    worker: int, items: list[Features], progress: Progress, arguments: argparse.Namespace, together: Together | None
) -> None:
    torch.manual_seed(arguments.seed)
    run = Run(arguments.out, progress, arguments.learning_rate, worker, together)
    done = run.progress.steps * arguments.workers + worker
    run.follow(islice(epochs(items, arguments.batch_tokens, arguments.seed, done), 0, None, arguments.workers))


def _clock(text: str) -> float:
    """The next time the clock shows HH:MM, in seconds since 1970."""
    now = datetime.now().astimezone()
    hour, minute = (int(part) for part in text.split(":"))
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (then if then > now else then + timedelta(days=1)).timestamp()


if __name__ == "__main__":
    main()
