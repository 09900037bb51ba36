"""Trains the reader, until a time or for a number of hours, from the base model or from where a run stopped.

    python -m training.train --rows ../reader/train.jsonl.gz --out ../reader/run --hours 3

The learning rate rises, then falls in a line to nothing at the end of the time, so that a slower machine ends with a
finished model too.

A run that was stopped (SIGTERM saves it first) goes on with the same command and the same deadline. Uses a
GPU where there is one, and bfloat16 where the processor multiplies it.
"""

from __future__ import annotations

import argparse
import signal
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import torch

from training.base import model_folder
from training.batches import Batch, epochs
from training.features import Features, features, tokenizer
from training.loss import loss
from training.model import Reader, from_base
from training.rows import read

#: Share of the time in which the learning rate rises.
WARM_UP = 0.05

#: Steps between two lines of the log, and seconds between two checkpoints.
LOGGED, SAVED = 50, 300

#: The longest gradient that is followed.
CLIP = 1.0


@dataclass
class Progress:
    """What a checkpoint tells of its run: times in seconds since 1970, and what was done."""

    started: float
    deadline: float
    steps: int = 0
    tokens: int = 0

    def share(self) -> float:
        """How much of the time is over, from 0 to 1."""
        return min(1.0, (time.time() - self.started) / max(1.0, self.deadline - self.started))


def rate(share: float) -> float:
    """The learning rate at a share of the time, relative to its peak."""
    return share / WARM_UP if share < WARM_UP else max(0.0, (1 - share) / (1 - WARM_UP))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rows", type=Path, required=True, help="train.jsonl.gz as training.prepare wrote it")
    parser.add_argument("--out", type=Path, required=True, help="folder of checkpoints and the log")
    end = parser.add_mutually_exclusive_group(required=True)
    end.add_argument("--hours", type=float)
    end.add_argument("--until", help="HH:MM, this machine's clock")
    parser.add_argument("--learning-rate", type=float, default=1.5e-4)
    parser.add_argument("--batch-tokens", type=int, default=1600)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=14)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    arguments.out.mkdir(parents=True, exist_ok=True)
    items = list(features(list(read(arguments.rows)), tokenizer(model_folder()), Random(arguments.seed)))
    deadline = time.time() + 3600 * arguments.hours if arguments.hours else _clock(arguments.until)
    train(items, arguments.out, Progress(time.time(), deadline), arguments)


def train(items: list[Features], out: Path, progress: Progress, arguments: argparse.Namespace) -> None:
    """Trains on ``items`` to the deadline; writes ``last.pt`` again and again, and ``log.txt``."""
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    reader = from_base(model_folder()).to(device)
    optimizer = torch.optim.AdamW(_groups(reader), lr=arguments.learning_rate, betas=(0.9, 0.98), fused=True)
    if (out / "last.pt").exists():
        saved = torch.load(out / "last.pt", map_location=device)
        reader.load_state_dict(saved["reader"])
        optimizer.load_state_dict(saved["optimizer"])
        progress = Progress(**saved["progress"] | {"deadline": progress.deadline})
    stopped: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
    losses: list[float] = []
    logged, begun = time.time(), progress.tokens
    saved_at = time.time()
    with (out / "log.txt").open("a", encoding="utf-8") as log:
        for batch in epochs(items, arguments.batch_tokens, arguments.seed, progress.steps):
            if progress.share() >= 1 or stopped:
                break
            losses.append(_step(reader, optimizer, batch, arguments.learning_rate * rate(progress.share()), device))
            progress.steps += 1
            progress.tokens += int(batch.mask.sum())
            if progress.steps % LOGGED == 0:
                speed = (progress.tokens - begun) / (time.time() - logged)
                line = f"{datetime.now().astimezone():%H:%M:%S} step {progress.steps:,} tokens {progress.tokens:,} "
                line += f"loss {sum(losses) / len(losses):.4f} {speed:,.0f} tokens a second"
                print(line, flush=True)
                print(line, file=log, flush=True)
                losses, logged, begun = [], time.time(), progress.tokens
            if time.time() - saved_at > SAVED:
                _save(reader, optimizer, progress, out)
                saved_at = time.time()
    _save(reader, optimizer, progress, out)


def _step(
    reader: Reader, optimizer: torch.optim.Optimizer, batch: Batch, learning_rate: float, device: torch.device
) -> float:
    for group in optimizer.param_groups:
        group["lr"] = learning_rate
    moved = Batch(**{name: tensor.to(device) for name, tensor in _fields(batch).items()})
    with torch.autocast(device.type, dtype=torch.bfloat16, enabled=_bfloat16(device)):
        tokens, null, ends = reader(moved.ids, moved.mask, moved.types)
    value = loss(
        tokens.float(), null.float(), ends.float(), moved.gold, moved.inside, moved.first, moved.last, moved.weight
    )
    value.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(reader.parameters(), CLIP)
    optimizer.step()
    optimizer.zero_grad()
    return value.item()


def _fields(batch: Batch) -> dict[str, torch.Tensor]:
    return {name: getattr(batch, name) for name in batch.__dataclass_fields__}


def _bfloat16(device: torch.device) -> bool:
    return device.type == "cuda" or bool(torch.cpu._is_avx512_bf16_supported())


def _groups(reader: Reader) -> list[dict[str, Any]]:
    """Weights decay; biases, norms and the tables of positions and types do not."""
    named = list(reader.named_parameters())
    plain = [weight for name, weight in named if weight.ndim < 2 or name in ("body.position", "body.kinds")]
    decayed = [weight for name, weight in named if weight.ndim >= 2 and name not in ("body.position", "body.kinds")]
    return [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]


def _save(reader: Reader, optimizer: torch.optim.Optimizer, progress: Progress, out: Path) -> None:
    state = {"reader": reader.state_dict(), "optimizer": optimizer.state_dict(), "progress": asdict(progress)}
    torch.save(state, out / "saving.pt")
    (out / "saving.pt").replace(out / "last.pt")


def _clock(text: str) -> float:
    """The next time the clock shows HH:MM, in seconds since 1970."""
    now = datetime.now().astimezone()
    hour, minute = (int(part) for part in text.split(":"))
    then = now.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return (then if then > now else then + timedelta(days=1)).timestamp()


if __name__ == "__main__":
    main()
