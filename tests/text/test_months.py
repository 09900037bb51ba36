"""Months: one name each, whatever the language and the length."""

from __future__ import annotations

from datetime import date

import pytest

from qa.text.analysis import FUNCTION_WORDS, fold, heading_terms, terms
from qa.text.months import MONTH_OF, MONTHS

SPANISH = "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre".split()
SHORT = {
    "January": "Jan.",
    "February": "Feb.",
    "April": "Apr.",
    "June": "Jun.",
    "July": "Jul.",
    "August": "Aug.",
    "September": "Sept.",
    "October": "Oct.",
    "November": "Nov.",
    "December": "Dec.",
}


def test_the_months_stand_in_the_order_of_the_calendar() -> None:
    assert [date(2024, number, 1).strftime("%B").lower() for number in range(1, 13)] == list(MONTHS)


@pytest.mark.parametrize(("english", "spanish"), zip(MONTHS, SPANISH, strict=True))
def test_a_month_is_the_same_in_spanish(english: str, spanish: str) -> None:
    assert terms(f"31 de {spanish} de 2024") == terms(f"31 {english} 2024")
    assert terms(spanish.upper()) == terms(english) != []


@pytest.mark.parametrize(("long", "short"), SHORT.items())
def test_a_month_is_the_same_when_it_is_abbreviated(long: str, short: str) -> None:
    assert terms(f"on {short} 6") == terms(f"on {long} 6")


@pytest.mark.parametrize(
    ("one", "other"),
    [("Sep.", "September"), ("setiembre", "September"), ("dic.", "December"), ("ene.", "January"), ("abr.", "April")],
)
def test_other_ways_of_writing_a_month(one: str, other: str) -> None:
    assert terms(one) == terms(other)


def test_months_stay_apart() -> None:
    assert len({tuple(terms(month)) for month in MONTHS}) == 12


def test_every_other_name_is_looked_up_as_it_is_folded_and_is_no_month_already() -> None:
    for other, month in MONTH_OF.items():
        assert fold(other) == other
        assert month in MONTHS
        assert other not in MONTHS
        assert other not in FUNCTION_WORDS


@pytest.mark.parametrize("word", ["mar", "ago", "set", "marc", "decent"])
def test_a_word_that_only_looks_like_a_month_stays(word: str) -> None:
    assert set(terms(word)).isdisjoint(term for month in MONTHS for term in terms(month))


# What an article's title and date lend its passages


def test_a_heading_is_the_title_and_the_month_and_year_of_the_date() -> None:
    assert heading_terms("Guaidó calls", "2020-12-08") == terms("Guaidó calls December 2020")
    assert heading_terms("Guaidó calls", "2020-12-08") == heading_terms("Guaidó calls", "2020-12-31")


def test_a_heading_without_a_date_is_the_title_alone() -> None:
    assert heading_terms("Guaidó calls", None) == terms("Guaidó calls")
    assert heading_terms("", None) == []


def test_a_heading_without_a_title_is_the_date_alone() -> None:
    assert heading_terms("", "2024-01-31") == terms("January 2024")


def test_the_title_s_last_word_and_the_month_stay_two_words() -> None:
    assert heading_terms("Plan B.", "2024-05-01") == [*terms("Plan B."), *terms("May 2024")]
    assert heading_terms("Up 5 per", "2024-05-01") == [*terms("Up 5 per"), *terms("May 2024")]
