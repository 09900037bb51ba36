"""Evidence and what was right -> the weights of the confidence: a logistic regression that starts from what is known.

Maximum a posteriori: of the weights that respect the evidence's signs, those with the least logistic loss plus
``strength / 2`` times the squared distance from the centre, which is a Gaussian prior (Bishop, "Pattern Recognition and
Machine Learning", 2006, sections 4.3.2 and 4.5.1).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from qa.answering.confidence import Calibration
from qa.errors import QAError
from qa.evaluation.bootstrap import Floats
from qa.evaluation.confidence_measures import Flags

#: What each piece of evidence can only speak for (1) or against (-1). A fit to few questions may find the contrary by
#: chance, and would then answer with less confidence where there is more evidence. The order is that of the columns.
SIGNS = {
    "coverage": 1,
    "similarity": 1,
    "agreement": 1,
    "missing_names": -1,
    "missing_number": -1,
    "denial": -1,
    "absent": -1,
    "reading": 1,
    "bare": 1,
}

#: The prior's precision when the confidence is fitted to one corpus. 1 is a standard deviation of one logit: a weight
#: is expected to differ from the shipped one by about 1, a factor of e in the odds between no evidence and all of it.
#: A question adds at most p (1 - p) = 1/4 to the precision of the bias, and less to that of a weight: four undecided
#: questions weigh as much as what was known of the bias, and it takes dozens for a weight.
PRIOR_STRENGTH = 1.0

#: Confidences are kept this far from 0 and 1 where their logarithm is taken.
_EPSILON = 1e-15


def fit(
    evidence: Floats,
    correct: Flags,
    centre: Calibration | None,
    strength: float,
    sample_weight: Floats | None = None,
) -> tuple[float, dict[str, float]]:
    """The bias, and the weights by name.

    ``evidence`` is float64 ``(n, 9)``, its columns those of ``SIGNS``; ``correct`` is bool ``(n,)``; ``centre`` is what
    the prior expects, None for all zeros; ``strength`` its precision, above 0 for the fit to be unique and finite
    whatever the questions, none at all included; the bias has the same prior and no sign. ``sample_weight`` float64
    ``(n,)`` says how often each question counts, once unless given. Raises QAError for evidence that is not finite.
    """
    if not np.isfinite(evidence).all():
        raise QAError("the confidence cannot be fitted: the evidence is not finite", "measure the questions again")
    from scipy.optimize import minimize

    inputs = np.column_stack([np.ones(len(evidence)), evidence])
    target = np.where(correct, 1.0, -1.0)
    counts = np.ones(len(evidence)) if sample_weight is None else sample_weight
    expected = _parameters(centre)
    bounds = [(None, None), *((0, None) if sign > 0 else (None, 0) for sign in SIGNS.values())]

    def loss(parameters: Floats) -> tuple[float, Floats]:
        margins = target * (inputs @ parameters)
        away = parameters - expected
        value = counts @ np.logaddexp(0, -margins) + strength / 2 * away @ away
        gradient = strength * away - inputs.T @ (counts * target * np.exp(-np.logaddexp(0, margins)))
        return float(value), gradient

    minimum = minimize(
        loss, expected, jac=True, method="L-BFGS-B", bounds=bounds, options={"ftol": 1e-13, "gtol": 1e-8}
    )
    bias, *weights = map(float, minimum.x)
    return bias, dict(zip(SIGNS, weights, strict=True))


def columns(evidence: Sequence[Sequence[float]]) -> NDArray[np.float64]:
    """Rows of evidence as ``fit`` takes them, ``(n, 9)``, none included."""
    return np.array(evidence, dtype=np.float64).reshape(-1, len(SIGNS))


def log_loss(confidences: Floats, correct: Flags) -> float:
    """The mean of -ln of the probability that was given to what was the case, 0 best; ``(n,)`` each, ``n`` at least 1
    (Good, "Rational Decisions", JRSS B 14, 1952)."""
    probabilities = np.where(correct, confidences, 1 - confidences)
    return float(-np.log(np.clip(probabilities, _EPSILON, None)).mean())


def _parameters(centre: Calibration | None) -> Floats:
    if centre is None:
        return np.zeros(1 + len(SIGNS))
    return np.array([centre.bias, *(centre.weights.get(name, 0.0) for name in SIGNS)])
