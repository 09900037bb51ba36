"""What the filters take, and that a new one is one field."""

from __future__ import annotations

import pickle
from datetime import date, datetime
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

import qa
from qa.backends.filters import Filter, Filters, Rule, contains
from qa.cli.options import with_filters
from qa.errors import ConfigError
from tests.support import WordEncoder

NEWS = [
    qa.Document("ferry", "The ferry to Vestmark departs at nine.", author="Zoe Lund"),
    qa.Document("crane", "The ferry waits below a crane.", author="B. Holm"),
]


def opened() -> qa.Index:
    return qa.from_documents(NEWS, encoder=WordEncoder(), config=qa.SearchConfig(reader="none"))


def show(question: str, **filters: Any) -> int:
    """Print what was asked for."""
    print(question, *(f"{name} {value}" for name, value in filters.items() if value is not None))
    return 0


def values(**given: Any) -> dict[str, Any]:
    """The values that are not empty."""
    return {name: value for name, value in Filter(**given).values.items() if value}


def test_values_are_checked_when_the_filter_is_made():
    assert values(since="2024", until="2024-02", source="BBC", where={"author": "Lund"}) == {
        "since": "2024-01-01",
        "until": "2024-02-29",
        "source": "BBC",
        "where": (("author", "Lund"),),
    }


def test_a_filter_that_asks_for_nothing_is_false():
    assert not Filter()
    assert not Filter(since=None, until=None, source="", where=())
    assert all([Filter(since="2024"), Filter(until="2024"), Filter(source="a"), Filter(where=["a=b"])])


def test_filters_are_values():
    one = Filter(since="2024", where=["a=b"])
    assert one == Filter(since="2024-01-01", where={"a": "b"}) == pickle.loads(pickle.dumps(one))
    assert hash(one) == hash(Filter(since="2024-01-01", where={"a": "b"}))
    assert one != Filter()


def test_days_may_be_dates():
    given = values(since=date(2024, 7, 31), until=datetime(2024, 8, 1, 12, 30))  # noqa: DTZ001
    assert given == {"since": "2024-07-31", "until": "2024-08-01"}


@pytest.mark.parametrize(
    "where", [{"author": "Lund", "tag": "a=b"}, ["author=Lund", "tag=a=b"], [("author", "Lund"), ("tag", "a=b")]]
)
def test_conditions_in_any_form_are_the_same(where):
    assert values(where=where) == {"where": (("author", "Lund"), ("tag", "a=b"))}


@pytest.mark.parametrize(
    "wrong",
    [
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
        {"colour": "red"},
    ],
)
def test_what_cannot_be_asked_is_refused(wrong):
    with pytest.raises(ConfigError):
        Filter(**wrong)


def test_a_filter_that_there_is_not_is_refused_with_those_that_there_are():
    message = "there is no filter 'colour'; there are since, until, source, where"
    with opened() as index, pytest.raises(ConfigError, match=message):
        index.ask("ferry", colour="red")  # type: ignore[call-arg]


def test_a_new_filter_is_one_field(monkeypatch):
    """As if ``class Filters`` had one more line: it is asked for in Python and by the command, checked and applied."""

    def checked(name: object) -> str:
        if not isinstance(name, str):
            raise ConfigError(f"by is {name!r}", "give a name as text")
        return name

    rule = Rule(checked, lambda name: [contains("author", name)], "Only articles by somebody of this name.", "NAME")
    monkeypatch.setitem(Filters.__annotations__, "by", Annotated[str, rule])
    Filter.rules.cache_clear()
    try:
        with opened() as index:
            assert {hit.document.id for hit in index.search("ferry")} == {"ferry", "crane"}
            assert [hit.document.id for hit in index.search("ferry", by="lund")] == ["ferry"]  # type: ignore[call-arg]
            answer = index.ask("ferry", by="nobody")  # type: ignore[call-arg]
            assert answer.filtered is not None
            assert (answer.citations, answer.filtered.documents) == ((), 0)
            with pytest.raises(ConfigError, match="by is 7"):
                index.ask("ferry", by=7)  # type: ignore[call-arg]
        app = typer.Typer(rich_markup_mode=None)
        app.command()(with_filters(show))
        assert CliRunner().invoke(app, ["ferry", "--by", "lund"]).output == "ferry by lund\n"
        help_ = " ".join(CliRunner().invoke(app, ["--help"]).output.split())
        assert "--by NAME Only articles by somebody of this name." in help_
    finally:
        monkeypatch.undo()
        Filter.rules.cache_clear()
