"""What may be asked: a request is checked before anything is opened for it."""

from __future__ import annotations

from qa.errors import ConfigError, QuestionError
from qa.text.dates import first_day, last_day
from qa.types import Filter


def check_question(question: str) -> None:
    """Raises QuestionError for a question that cannot be asked of any index."""
    if not question.strip():
        raise QuestionError("the question is empty", 'ask one, as in: qa ask "what did Almagro request?"')
    try:
        question.encode()
    except UnicodeEncodeError:
        raise QuestionError("the question is not valid Unicode", "check the terminal's encoding") from None


def check_request(k: int, since: str | None, until: str | None, source: str | None) -> Filter:
    """The filter that a request asks for. Raises ConfigError."""
    if k < 1:
        raise ConfigError(f"k is {k}", "ask for 1 or more citations")
    return Filter(first_day(since), last_day(until), source or None)
