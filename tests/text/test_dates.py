"""Dates as people type them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import ConfigError
from qa.text.dates import first_day, last_day


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", "2024-01-01", "2024-12-31"),
        ("2024-07", "2024-07-01", "2024-07-31"),
        ("2024-04", "2024-04-01", "2024-04-30"),
        ("2024-12", "2024-12-01", "2024-12-31"),
        ("2024-07-31", "2024-07-31", "2024-07-31"),
        (" 2024-07\n", "2024-07-01", "2024-07-31"),
        ("0001", "0001-01-01", "0001-12-31"),
        ("9999-12", "9999-12-01", "9999-12-31"),
    ],
)
def test_a_date_means_its_first_and_its_last_day(text: str, first: str, last: str) -> None:
    assert (first_day(text), last_day(text)) == (first, last)


@pytest.mark.parametrize(
    ("february", "last"),
    [("2023-02", "2023-02-28"), ("2024-02", "2024-02-29"), ("1900-02", "1900-02-28"), ("2000-02", "2000-02-29")],
)
def test_february_ends_with_the_leap_day_where_there_is_one(february: str, last: str) -> None:
    assert last_day(february) == last


def test_no_date_stays_none() -> None:
    assert (first_day(None), last_day(None)) == (None, None)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "24",
        "20240731",
        "2024-7",
        "2024-7-1",
        "2024/07/31",
        "31-07-2024",
        "2024-13",
        "2024-02-30",
        "2023-02-29",
        "2024-07-32",
        "2024-07-31T12:00",
        "0000",
        "0000-02",
        "-2024",
        "2024-",
    ],
)
def test_what_is_no_date_is_refused_with_advice(text: str) -> None:
    for read in (first_day, last_day):
        with pytest.raises(ConfigError, match="is not a date; write it as 2024, 2024-07 or 2024-07-31") as raised:
            read(text)
        assert repr(text) in str(raised.value)


@given(st.dates())
def test_a_whole_date_is_itself(day: date) -> None:
    assert first_day(day.isoformat()) == last_day(day.isoformat()) == day.isoformat()


@given(st.dates(max_value=date(9999, 11, 30)))
def test_the_day_after_a_month_is_the_first_of_another(day: date) -> None:
    month = day.isoformat()[:7]
    end = date.fromisoformat(last_day(month) or "")
    assert end.isoformat()[:7] == month
    assert (end + timedelta(days=1)).day == 1
    assert first_day(month) == f"{month}-01"


@given(st.text())
def test_any_text_is_a_date_or_refused(text: str) -> None:
    try:
        first, last = first_day(text), last_day(text)
    except ConfigError:
        return
    assert first is not None
    assert last is not None
    assert date.fromisoformat(first) <= date.fromisoformat(last)
