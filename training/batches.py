"""Inputs -> batches of about the same number of tokens, of inputs of about the same length."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random

import torch
from torch import Tensor

from training.features import OUTSIDE, Features

#: Inputs among which those of like length are put together.
POOL = 4096


@dataclass(frozen=True, slots=True)
class Batch:
    """Padded inputs. All are ``(batch, tokens)`` but ``first``, ``last`` and ``weight``, which are ``(batch,)``."""

    ids: Tensor
    mask: Tensor
    types: Tensor
    gold: Tensor
    inside: Tensor
    first: Tensor
    last: Tensor
    weight: Tensor


def plan(lengths: Sequence[int], tokens: int, random: Random) -> list[list[int]]:
    """The inputs' numbers, batch by batch: each input once, at most ``tokens`` tokens a batch, padding counted."""
    order = list(range(len(lengths)))
    random.shuffle(order)
    batches: list[list[int]] = []
    for start in range(0, len(order), POOL):
        pool = sorted(order[start : start + POOL], key=lambda number: lengths[number])
        own: list[list[int]] = [[]]
        for number in pool:
            if own[-1] and (len(own[-1]) + 1) * lengths[number] > tokens:
                own.append([])
            own[-1].append(number)
        random.shuffle(own)
        batches.extend(own)
    return batches


def collate(items: Sequence[Features]) -> Batch:
    """The items as tensors, padded to the longest."""
    size = (len(items), max(len(item.ids) for item in items))
    ids, types = torch.zeros(size, dtype=torch.long), torch.zeros(size, dtype=torch.long)
    mask, gold, inside = torch.zeros(size), torch.zeros(size, dtype=torch.bool), torch.zeros(size, dtype=torch.bool)
    for row, item in enumerate(items):
        length = len(item.ids)
        ids[row, :length] = torch.from_numpy(item.ids)
        mask[row, :length] = 1
        types[row, item.question : length] = 1
        sentence = torch.from_numpy(item.sentence)
        inside[row, :length] = sentence != OUTSIDE
        gold[row, :length] = torch.isin(sentence, torch.tensor(item.gold, dtype=torch.int32))
    first, last = torch.tensor([item.first for item in items]), torch.tensor([item.last for item in items])
    return Batch(ids, mask, types, gold, inside, first, last, torch.tensor([item.weight for item in items]))


def epochs(items: Sequence[Features], tokens: int, seed: int, done: int = 0) -> Iterator[Batch]:
    """Batches without end, epoch after epoch in another order, without the first ``done`` ones."""
    lengths = [len(item.ids) for item in items]
    epoch = 0
    while True:
        batches = plan(lengths, tokens, Random(seed + epoch))
        for numbers in batches[done:]:
            yield collate([items[number] for number in numbers])
        done = max(0, done - len(batches))
        epoch += 1
