"""Evidence for an answer -> a confidence, and the decision to answer or to say that the corpus does not tell.

The rule is simple and does not depend on the size of the corpus: the best passage must hold enough of the question's
informative terms, or have a sentence close enough in meaning. Its constants are chosen by hand, not fitted, so that the
confidence orders answers but is not yet a probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

#: From this confidence on, a question is answered.
THRESHOLD = 0.5

_COVERAGE, _SIMILARITY, _BIAS = 4.0, 8.0, -5.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """``coverage``: share of the question's terms, by informativeness, that the best passage holds, 0 to 1.
    ``similarity``: the largest cosine of the question with one of its sentences, -1 to 1."""

    coverage: float
    similarity: float


def confidence(evidence: Evidence) -> float:
    """In (0, 1); 0.5 where the evidence for and against is even."""
    return 1 / (1 + math.exp(-(_COVERAGE * evidence.coverage + _SIMILARITY * evidence.similarity + _BIAS)))
