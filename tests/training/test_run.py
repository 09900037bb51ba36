"""Where a run begins."""

from training.run import Progress, anew


def test_a_run_that_begins_with_anothers_weights_has_all_its_time():
    saved = {
        "reader": {"w": 1},
        "optimizer": {},
        "progress": {"started": 1.0, "deadline": 2.0, "steps": 9, "tokens": 900},
    }
    begun = Progress(**anew(saved)["progress"] | {"deadline": 4e9})
    assert (begun.steps, begun.tokens) == (0, 0)
    assert begun.share() < 0.01
    assert anew(saved)["reader"] == {"w": 1}
