"""Months, numbers and days: one name or notation each, whatever the language and the length."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.analysis import FUNCTION_WORDS, fold, terms
from qa.text.numbers import MONTHS, month_names, readings, word_numbers

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
    for other, month in month_names().items():
        assert fold(other) == other
        assert month in MONTHS
        assert other not in MONTHS
        assert other not in FUNCTION_WORDS


@pytest.mark.parametrize("word", ["mar", "ago", "set", "marc", "Marco", "Mars", "decent"])
def test_a_word_that_only_looks_like_a_month_stays(word: str) -> None:
    assert set(terms(word)).isdisjoint(term for month in MONTHS for term in terms(month))


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("10,000 people", "10000 people"),
        ("10.000 Kronen", "10,000 Kronen"),
        ("10\u00a0000 euros", "10000 euros"),
        ("1,250,000.50", "1250000.50"),
        ("3,5 por ciento", "3.5 %"),
        ("Dec. 6th", "Dec. 6"),
        ("Dec. 06", "Dec. 6"),
        ("the 2nd round", "the second round"),
        ("el 3.º artículo", "el 3 artículo"),
        ("le 1er mars", "le 1 mars"),
        ("20 %", "20 percent"),
        ("20 Prozent", "20 pour cent"),
        ("nineteen days", "19 days"),
        ("veinte personas", "20 personas"),
        ("FY2022", "2022"),
        ("COVID19", "COVID-19"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(written: str, otherwise: str) -> None:
    assert terms(written) == terms(otherwise) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [("10.5", "105"), ("1.5 million", "15 million"), ("2021", "2,021.5"), ("0,500", "500"), ("3.14.15", "31415")],
)
def test_numbers_of_other_values_stay_apart(one: str, other: str) -> None:
    assert terms(one) != terms(other)


@pytest.mark.parametrize("word", ["once", "one", "sei", "elf", "otto", "hundreds", "Marco", "due"])
def test_a_word_that_is_a_number_in_one_language_only_stays(word: str) -> None:
    assert not any(term.isdigit() for term in terms(word))
    assert fold(word) not in word_numbers()


@pytest.mark.parametrize(
    "day",
    [
        *("2 May 2023", "May 2nd, 2023", "the 2nd of May 2023", "2023-05-02", "2 de mayo de 2023", "2. Mai 2023"),
        *("2023/5/2", "2 maggio 2023", "le 2 mai 2023", "2 de maio de 2023"),
    ],
)
def test_a_day_has_the_same_terms_in_every_notation(day: str) -> None:
    assert set(terms(day)) == set(terms("May 2, 2023"))


@pytest.mark.parametrize("day", ["02/05/2023", "02.05.2023", "2-5-2023"])
def test_a_day_that_can_be_read_in_two_ways_has_the_terms_of_both(day: str) -> None:
    assert set(terms(day)) == {*terms("2 May 2023"), *terms("5 February 2023")}


def test_a_day_with_one_reading_has_its_terms_alone() -> None:
    assert set(terms("31/07/2024")) == set(terms("07/31/2024")) == set(terms("31 July 2024"))


@pytest.mark.parametrize("text", ["2023-13-45", "99/99/2023", "1.2.3", "192.168.0.1", "12/2023", "2023-02-30"])
def test_what_is_no_day_has_no_reading(text: str) -> None:
    assert readings(text) == []
    assert terms(text)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_has_the_terms_of_its_words(day: date) -> None:
    assert terms(day.isoformat()) == terms(str(day.day)) + terms(MONTHS[day.month - 1]) + terms(str(day.year))


@given(st.integers(0, 10**12))
def test_thousands_may_be_separated(number: int) -> None:
    assert terms(f"{number:,}") == terms(str(number))
