"""Several processes train one model: each reads its own batches, and all follow the mean of their gradients.

On a busy machine this is faster than as many threads: threads wait for each other at every multiplication, processes
once a step.
"""

from __future__ import annotations

from collections.abc import Sequence
from multiprocessing import get_context

import torch
from torch import Tensor, nn

#: Seconds after which a process that waits for another gives up.
PATIENCE = 600


class Together:
    """What ``workers`` processes share, made before they fork: two boards, each with a row for every worker.

    A row holds a worker's gradients and ``extra`` numbers more. Boards take turns, so that nobody writes where another
    may still be reading.
    """

    def __init__(self, workers: int, size: int, extra: int) -> None:
        self.workers = workers
        self._size = size
        self._boards = [torch.zeros(workers, size + extra) for _ in range(2)]
        for board in self._boards:
            board.share_memory_()  # type: ignore[no-untyped-call]
        self._barrier = get_context("fork").Barrier(workers)
        self._turn = 0

    def mean(self, worker: int, parameters: Sequence[nn.Parameter], numbers: Sequence[float]) -> Tensor:
        """Replaces the gradients by all workers' mean; returns all workers' numbers, ``(workers, extra)``."""
        board = self._boards[self._turn]
        self._turn = 1 - self._turn
        place = 0
        for parameter in parameters:
            own = board[worker, place : place + parameter.numel()]
            own.zero_() if parameter.grad is None else own.copy_(parameter.grad.view(-1))
            place += parameter.numel()
        board[worker, self._size :] = torch.tensor(numbers)
        self._barrier.wait(PATIENCE)
        mean = board[:, : self._size].mean(dim=0)
        for parameter, piece in zip(parameters, torch.split(mean, [p.numel() for p in parameters]), strict=True):
            parameter.grad = piece.view_as(parameter)
        told: Tensor = board[:, self._size :].clone()
        return told
