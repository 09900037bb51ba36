"""Evidence for an answer -> a confidence, and the decision to answer or to say that the corpus does not tell.

The confidence is a logistic regression: it estimates the probability that the first citation answers. Its weights are
those of ``calibration.json``, fitted on public question sets by ``benchmarks/calibrate.py``; ``qa calibrate`` fits them
to a corpus.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple


class Evidence(NamedTuple):
    """What speaks for and against the first citation. Nothing of it depends on how large the corpus is.

    ``coverage``: share of the question's terms, by informativeness, that the quote or its article's heading (title,
    date) holds, 0 to 1. ``similarity``: cosine of the question with the quote, -1 to 1. ``agreement``: mean
    over the searches of 1 / rank of the passage, 0 to 1. ``missing_names``: names and numbers of the question that
    neither the passage nor the heading holds. ``missing_number``: 1 where a number is asked for and the quote has none.
    ``denial``: 1 where the question denies something and the quote does not. ``absent``: 1 where the question is about
    names or numbers that no article mentions, nor anything like them, or has function words alone: then nothing is
    answered. ``reading``: the reader's log-odds that the quote answers, -8 to 8, and 0 where none reads. ``bare``: 1
    where the question is a bare name or a few keywords, and the quote or the heading holds them all.
    """

    coverage: float = 0.0
    similarity: float = 0.0
    agreement: float = 0.0
    missing_names: int = 0
    missing_number: int = 0
    denial: int = 0
    absent: int = 0
    reading: float = 0.0
    bare: int = 0

    @classmethod
    def of(cls, values: Mapping[str, float]) -> Evidence:
        """The evidence with these values by name: what ``to_dict`` gave, read again."""
        return cls(
            coverage=values["coverage"],
            similarity=values["similarity"],
            agreement=values["agreement"],
            missing_names=int(values["missing_names"]),
            missing_number=int(values["missing_number"]),
            denial=int(values["denial"]),
            # Reports of older versions do not have the others.
            absent=int(values.get("absent", 0)),
            reading=values.get("reading", 0.0),
            bare=int(values.get("bare", 0)),
        )

    def to_dict(self) -> dict[str, float]:
        """The evidence by name."""
        return self._asdict()


@dataclass(frozen=True, slots=True)
class Calibration:
    """How evidence becomes a confidence, and a verdict. ``threshold``: from this confidence on, a question is answered,
    unless it is about what no article mentions."""

    bias: float
    weights: Mapping[str, float]
    threshold: float

    def at(self, threshold: float | None) -> Calibration:
        """The same with another threshold, from 0 to 1; itself for None."""
        return self if threshold is None else replace(self, threshold=threshold)

    def confidence(self, evidence: Evidence) -> float:
        """``1 / (1 + exp(-(bias + weights . evidence)))``: in (0, 1)."""
        values = evidence.to_dict()
        total = self.bias + sum(weight * values[name] for name, weight in self.weights.items())
        return 1 / (1 + math.exp(-max(-700.0, min(700.0, total))))

    def answers(self, evidence: Evidence) -> bool:
        """Whether a question with this evidence is answered."""
        return not evidence.absent and self.confidence(evidence) >= self.threshold
