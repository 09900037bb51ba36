"""A training run: its steps, its log, and the checkpoint from which it goes on."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

import torch

from training.base import model_folder
from training.batches import Batch
from training.loss import loss
from training.model import Reader, from_base
from training.together import Together

#: Share of the time in which the learning rate rises.
WARM_UP = 0.05

#: Steps between two lines of the log, and seconds between two checkpoints.
LOGGED, SAVED = 50, 300

#: The checkpoint in a run's folder.
CHECKPOINT = "last.pt"

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


def anew(saved: Mapping[str, Any]) -> dict[str, Any]:
    """A checkpoint from which another run begins: with its weights and its optimizer, and nothing done yet."""
    return {**saved, "progress": asdict(Progress(time.time(), 0.0))}


def rate(share: float) -> float:
    """The learning rate at a share of the time, relative to its peak."""
    return share / WARM_UP if share < WARM_UP else max(0.0, (1 - share) / (1 - WARM_UP))


class Run:
    """One worker's side of a run in the folder ``out``; all workers hold the same weights, the first one saves them."""

    #: How many numbers a worker tells the others at each step: loss, tokens, learning rate, and whether it goes on.
    TOLD = 4

    def __init__(self, out: Path, progress: Progress, learning_rate: float, worker: int, together: Together | None):
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.reader = from_base(model_folder()).to(self.device)
        self.parameters = list(self.reader.parameters())
        self.optimizer = torch.optim.AdamW(_groups(self.reader), lr=learning_rate, betas=(0.9, 0.98), fused=True)
        self.progress, self._file = progress, out / CHECKPOINT
        self._peak, self._worker, self._together = learning_rate, worker, together
        if self._file.exists():
            saved = torch.load(self._file, map_location=self.device)
            self.reader.load_state_dict(saved["reader"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.progress = Progress(**saved["progress"] | {"deadline": progress.deadline})

    def follow(self, batches: Iterator[Batch]) -> None:
        """Trains on the batches to the deadline, or to a SIGTERM; the first worker logs and saves."""
        stopped: list[int] = []
        signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
        losses: list[float] = []
        logged = saved = time.time()
        begun = self.progress.tokens
        for batch in batches:
            value, goes_on = self._step(batch, self.progress.share() < 1 and not stopped)
            losses.append(value)
            if self._worker == 0 and self.progress.steps % LOGGED == 0:
                speed = (self.progress.tokens - begun) / (time.time() - logged)
                self._log(f"loss {sum(losses) / len(losses):.4f}, {speed:,.0f} tokens a second")
                losses, logged, begun = [], time.time(), self.progress.tokens
            if self._worker == 0 and (not goes_on or time.time() - saved > SAVED):
                self._save()
                saved = time.time()
            if not goes_on:
                return

    def _step(self, batch: Batch, goes_on: bool) -> tuple[float, bool]:
        """A step on one's own batch and the others'; returns the mean loss and whether the first worker goes on."""
        moved = Batch(**{each.name: getattr(batch, each.name).to(self.device) for each in fields(batch)})
        with torch.autocast(self.device.type, dtype=torch.bfloat16, enabled=_bfloat16(self.device)):
            tokens, null, ends = (scores.float() for scores in self.reader(moved.ids, moved.mask, moved.types))
        value = loss(tokens, null, ends, moved.gold, moved.inside, moved.first, moved.last, moved.weight)
        value.backward()  # type: ignore[no-untyped-call]
        own = (value.item(), batch.mask.sum().item(), self._peak * rate(self.progress.share()), float(goes_on))
        told = torch.tensor([own])
        if self._together:
            told = self._together.mean(self._worker, self.parameters, own)
        for group in self.optimizer.param_groups:
            group["lr"] = told[0, 2].item()
        torch.nn.utils.clip_grad_norm_(self.parameters, CLIP)
        self.optimizer.step()
        self.optimizer.zero_grad()
        self.progress.steps += 1
        self.progress.tokens += int(told[:, 1].sum())
        return told[:, 0].mean().item(), bool(told[0, 3])

    def _log(self, text: str) -> None:
        progress = self.progress
        line = f"{datetime.now().astimezone():%H:%M:%S} step {progress.steps:,}, {progress.tokens:,} tokens, {text}"
        print(line, flush=True)
        with self._file.with_name("log.txt").open("a", encoding="utf-8") as log:
            log.write(line + "\n")

    def _save(self) -> None:
        state = {"reader": self.reader.state_dict(), "optimizer": self.optimizer.state_dict()}
        torch.save(state | {"progress": asdict(self.progress)}, self._file.with_name("saving.pt"))
        self._file.with_name("saving.pt").replace(self._file)


def _bfloat16(device: torch.device) -> bool:
    return device.type == "cuda" or bool(torch.cpu._is_avx512_bf16_supported())


def _groups(reader: Reader) -> list[dict[str, Any]]:
    """Weights decay; biases, norms and the tables of positions and types do not."""
    named = list(reader.named_parameters())
    plain = [weight for name, weight in named if weight.ndim < 2 or name in ("body.position", "body.kinds")]
    decayed = [weight for name, weight in named if weight.ndim >= 2 and name not in ("body.position", "body.kinds")]
    return [{"params": decayed, "weight_decay": 0.01}, {"params": plain, "weight_decay": 0.0}]
