"""What may be asked, and what is refused in one line before anything is opened."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from qa.answering.request import Request
from qa.errors import ConfigError, QuestionError
from qa.types import Filter


def test_a_request_gives_its_filter():
    request = Request("Why?", since="2024", until="2024-02", source="BBC", where={"author": "Lund"})
    assert request.filter == Filter("2024-01-01", "2024-02-29", "BBC", (("author", "Lund"),))
    assert not Request("Why?").filter


def test_days_may_be_dates():
    request = Request("Why?", since=date(2024, 7, 31), until=datetime(2024, 8, 1, 12, 30))  # noqa: DTZ001
    assert request.filter == Filter("2024-07-31", "2024-08-01")


@pytest.mark.parametrize(
    "where", [{"author": "Lund", "tag": "a=b"}, ["author=Lund", "tag=a=b"], [("author", "Lund"), ("tag", "a=b")]]
)
def test_conditions_in_any_form_are_the_same(where):
    assert Request("Why?", where=where).filter.where == (("author", "Lund"), ("tag", "a=b"))


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
        {"since": "soon"},
        {"since": 2024},
        {"until": "2024-02-30"},
        {"since": "2024-08", "until": "2024-01"},
        {"source": 3},
        {"where": "author"},
        {"where": ["=x"]},
        {"where": [("author",)]},
        {"where": [3]},
        {"where": 5},
        {"where": None},
        {"where": "author=\u0301"},
        {"source": "\u0301"},
        {"where": {"author": 3}},
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
