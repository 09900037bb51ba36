"""The mean of several runs' weights, from which a reader is exported or another run begins."""

import pytest
import torch

from training.average import averaged


def checkpoint(weight: list[float], steps: int) -> dict[str, object]:
    return {"reader": {"w": torch.tensor(weight)}, "optimizer": {"of": steps}, "progress": {"steps": steps}}


def test_each_weight_is_the_mean_of_the_runs_weights():
    mean = averaged([checkpoint([1.0, 4.0], 1), checkpoint([3.0, 0.0], 2), checkpoint([5.0, 2.0], 3)])
    assert mean["reader"]["w"].tolist() == [3.0, 2.0]


def test_all_else_is_the_last_runs_so_that_another_can_begin_there():
    mean = averaged([checkpoint([1.0], 1), checkpoint([3.0], 2)])
    assert (mean["optimizer"], mean["progress"]) == ({"of": 2}, {"steps": 2})


def test_readers_of_different_shapes_have_no_mean():
    with pytest.raises(ValueError, match="different shapes"):
        averaged([checkpoint([1.0], 1), checkpoint([1.0, 2.0], 2)])
