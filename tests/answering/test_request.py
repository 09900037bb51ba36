"""What may be asked, and what is refused in one line before anything is opened."""

from __future__ import annotations

import pytest

from qa.answering.request import Request
from qa.backends.filters import Filter
from qa.errors import ConfigError, QuestionError


def test_a_request_asks_for_five_citations_among_all_articles():
    request = Request("Why?")
    assert (request.k, request.threshold, request.filter) == (5, None, Filter())


@pytest.mark.parametrize("question", ["", " ", "\n\t", "\u00a0"])
def test_an_empty_question_is_refused_with_advice(question):
    with pytest.raises(QuestionError, match="the question is empty; ask one"):
        Request(question)


@pytest.mark.parametrize("question", ["\ud800", None, 3])
def test_what_is_no_text_is_refused(question):
    with pytest.raises(QuestionError):
        Request(question)


@pytest.mark.parametrize(
    "wrong",
    [
        {"k": 0},
        {"k": "5"},
        {"k": True},
        {"threshold": -0.01},
        {"threshold": 1.01},
        {"threshold": float("nan")},
        {"threshold": True},
        {"threshold": "0.5"},
    ],
)
def test_what_cannot_be_asked_is_refused(wrong):
    with pytest.raises(ConfigError):
        Request("Why?", **wrong)
