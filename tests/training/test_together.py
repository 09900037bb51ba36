"""Workers that follow the mean of their gradients, and a run that goes on where it stopped."""

import time
from argparse import Namespace
from multiprocessing import get_context
from pathlib import Path
from random import Random

import pytest
import torch
from torch import nn

from training.base import model_folder
from training.features import features, tokenizer
from training.news import rows
from training.run import Progress, Run, rate
from training.together import Together
from training.train import train


def _take_part(together: Together, worker: int, results: torch.Tensor) -> None:
    torch.set_num_threads(1)
    weight = nn.Parameter(torch.zeros(2))
    for turn in range(3):
        weight.grad = torch.tensor([float(worker), 10.0 * turn])
        told = together.mean(worker, [weight], [worker + turn])
        results[worker, turn] = torch.cat([weight.grad, told.flatten()])


def test_all_workers_get_the_mean_gradient_and_hear_each_other():
    together = Together(2, size=2, extra=1)
    results = torch.zeros(2, 3, 4).share_memory_()
    other = get_context("fork").Process(target=_take_part, args=(together, 1, results))
    other.start()
    _take_part(together, 0, results)
    other.join()
    expected = [[0.5, 10.0 * turn, turn, turn + 1] for turn in range(3)]
    assert results.tolist() == [expected, expected]


def test_the_learning_rate_rises_then_falls_to_nothing():
    assert rate(0) == 0
    assert rate(0.05) == pytest.approx(1)
    assert rate(0.525) == pytest.approx(0.5)
    assert rate(1) == 0


def test_a_run_stops_at_its_deadline_and_goes_on_from_its_checkpoint(tmp_path: Path):
    items = list(features(list(rows(30, Random(1))), tokenizer(model_folder()), Random(1)))
    arguments = Namespace(out=tmp_path, learning_rate=1e-4, batch_tokens=300, workers=1, seed=1)
    train(items, Progress(time.time(), time.time() + 1), arguments)
    first = Run(tmp_path, Progress(0, 0), 1e-4, 0, None)
    assert first.progress.steps >= 1
    train(items, Progress(time.time(), time.time() + 1), arguments)
    second = Run(tmp_path, Progress(0, 0), 1e-4, 0, None)
    assert second.progress.steps > first.progress.steps
    assert second.progress.started == first.progress.started
