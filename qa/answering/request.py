"""What is asked of an index: a request, which is checked before anything is opened for it, and then a query."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from qa.backends.filters import ANYTHING, Filter
from qa.config import DEFAULT_K
from qa.errors import ConfigError, QuestionError
from qa.escaping import is_unicode
from qa.types import FloatArray


@dataclass(frozen=True, slots=True)
class Request:
    """A question, how many passages are wanted, and which articles may answer.

    ``threshold`` is the confidence, from 0 to 1, from which on this question is answered, instead of the calibration's.
    Raises QuestionError and ConfigError when it is made.
    """

    question: str
    k: int = DEFAULT_K
    threshold: float | None = None
    filter: Filter = ANYTHING

    def __post_init__(self) -> None:
        _check_question(self.question)
        if isinstance(self.k, bool) or not isinstance(self.k, int):
            raise ConfigError(f"k is {self.k!r}", "give a whole number")
        if self.k < 1:
            raise ConfigError(f"k is {self.k}", "ask for 1 or more citations")
        object.__setattr__(self, "threshold", _probability(self.threshold))


class Query(NamedTuple):
    """A question made ready for both searches: its index terms, what gives its unit vector, and the filter.

    ``stems`` has, by the language that it stems as, the stem that passages of that language have of a term.
    """

    question: str
    terms: tuple[str, ...]
    encoded: Callable[[], FloatArray]
    filter: Filter = ANYTHING
    stems: Mapping[str, Mapping[str, str]] = {}

    @property
    def vector(self) -> FloatArray:
        """The unit vector ``(dimension,)``, for which the first to ask may have to wait."""
        return self.encoded()


def _check_question(question: object) -> None:
    """Raises QuestionError for a question that cannot be asked of any index."""
    if not isinstance(question, str):
        raise QuestionError(f"the question is {question!r}", "ask it as text")
    if not question.strip():
        raise QuestionError("the question is empty", 'ask one, as in: qa ask "what did Almagro request?"')
    if not is_unicode(question):
        raise QuestionError("the question is not valid Unicode", "check the terminal's encoding")


def _probability(threshold: object) -> float | None:
    if threshold is None:
        return None
    if isinstance(threshold, bool) or not isinstance(threshold, int | float) or not 0 <= threshold <= 1:
        raise ConfigError(f"threshold is {threshold!r}", "give a confidence from 0 to 1")
    return float(threshold)
