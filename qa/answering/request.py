"""What is asked of an index: a request is checked before anything is opened for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from qa.config import DEFAULT_K
from qa.errors import ConfigError, QuestionError
from qa.escaping import is_unicode
from qa.text.analysis import fold
from qa.text.dates import first_day, last_day
from qa.types import Filter

#: A day, or a month or a year as people type them: ``2024``, ``2024-07``, ``2024-07-31``.
Day: TypeAlias = "str | date | None"

#: Values of fields by name, or pairs of them, or ``FIELD=VALUE`` texts.
Conditions: TypeAlias = "Mapping[str, str] | Iterable[str | tuple[str, str]]"


@dataclass(frozen=True, slots=True)
class Request:
    """A question, how many passages are wanted, and which articles may answer.

    ``since`` and ``until`` are inclusive. ``source`` is a part of the source's name, and ``where`` has parts of what
    articles tell of themselves under the names of its fields (author, title, language, id, or any other), all of which
    have to be there; letter case and accents do not count. ``threshold`` is the confidence, from 0 to 1, from which on
    this question is answered, instead of the calibration's. Raises QuestionError and ConfigError when it is made.
    """

    question: str
    k: int = DEFAULT_K
    since: Day = None
    until: Day = None
    source: str | None = None
    where: Conditions = ()
    threshold: float | None = None

    def __post_init__(self) -> None:
        _check_question(self.question)
        if isinstance(self.k, bool) or not isinstance(self.k, int):
            raise ConfigError(f"k is {self.k!r}", "give a whole number")
        if self.k < 1:
            raise ConfigError(f"k is {self.k}", "ask for 1 or more citations")
        if not isinstance(self.source, str | None) or (self.source and not fold(self.source)):
            raise ConfigError(f"source is {self.source!r}", "give a part of the source's name as text")
        object.__setattr__(self, "where", _pairs(self.where))
        object.__setattr__(self, "threshold", _probability(self.threshold))
        _ = self.filter

    @property
    def filter(self) -> Filter:
        """Which articles may answer. Raises ConfigError."""
        since, until = first_day(_text("since", self.since)), last_day(_text("until", self.until))
        if since and until and since > until:
            raise ConfigError(f"since {self.since} is after until {self.until}", "give the earlier day to since")
        return Filter(since, until, self.source or None, tuple(_pairs(self.where)))


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


def _text(name: str, day: Day) -> str | None:
    if isinstance(day, date):
        return day.isoformat()[:10]  # a datetime is a date, too
    if not isinstance(day, str | None):
        raise ConfigError(f"{name} is {day!r}", "give a date as text, such as 2024-07-31, or a datetime.date")
    return day


def _pairs(where: Conditions) -> tuple[tuple[str, str], ...]:
    conditions = where.items() if isinstance(where, Mapping) else [where] if isinstance(where, str) else where
    if not isinstance(conditions, Iterable):
        raise ConfigError(f"where is {where!r}", "give fields and values, as in {'author': 'Lopez'}")
    return tuple(_pair(condition) for condition in conditions)


def _pair(condition: object) -> tuple[str, str]:
    parts = condition.split("=", 1) if isinstance(condition, str) else condition
    texts = [part.strip() for part in parts if isinstance(part, str)] if isinstance(parts, list | tuple) else []
    if len(texts) != 2 or not all(map(fold, texts)):
        raise ConfigError(f"the condition {condition!r} is not understood", "write FIELD=VALUE, as in author=Lopez")
    return texts[0], texts[1]
