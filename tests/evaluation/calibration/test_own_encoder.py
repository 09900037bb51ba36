"""An index with an encoder of the caller's own is calibrated, too."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa
from tests.evaluation.calibration_support import PAIRS, ROUTER, right, sentence
from tests.test_costs import Words


class Own(Words):
    """An encoder of which nothing is in the index."""

    def export(self, folder: Path) -> str | None:  # noqa: ARG002
        return None


def test_it_is_opened_with_the_encoder_that_it_was_built_with(tmp_path: Path) -> None:
    documents = [qa.Document(f"{thing}-{town}", sentence(thing, town)) for thing, town in PAIRS[:12]]
    qa.build(documents, tmp_path / "index", encoder=Own()).close()
    questions = [
        qa.GoldQuestion(
            str(n), right(*pair)["question"], True, "fact", (qa.GoldEntry("-".join(pair), sentence(*pair)),)
        )
        for n, pair in enumerate(PAIRS[:12])
    ]
    questions.append(qa.GoldQuestion("none", ROUTER, False, "unanswerable"))
    with pytest.raises(qa.QAError):
        qa.calibrate(tmp_path / "index", questions)
    report = qa.calibrate(tmp_path / "index", questions, encoder=Own())
    assert report.fitting + report.certifying == 13
