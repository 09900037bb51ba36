"""Dates as articles, feeds and sites write them, in the notations of the standards that are named."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.corpus.dates import to_iso

COMPLETE = [
    *("2023-03-14", "2023-3-14", "2023/03/14", "2023.03.14"),  # ISO 8601 and its relatives
    *("2023-03-14T09:00:00Z", "2023-03-14T09:00:00.000+01:00", "2023-03-14 09:00:00 +0000 UTC"),  # RFC 3339; Go
    *(
        "Tue, 14 Mar 2023 09:00:00 GMT",
        "14 Mar 2023 09:00:00 +0100",
        "Tue, 14 Mar 2023 09:00:00 +0100 (CET)",
    ),  # RFC 2822
    *("March 14, 2023", "March 14th, 2023", "Mar. 14, 2023", "Tuesday, March 14, 2023", "March 14, 2023 at 9:30 a.m."),
    *("14 March 2023", "14th of March 2023", "14-Mar-2023", "03/14/2023"),
    *("14 de marzo de 2023", "martes 14 de marzo de 2023", "14 mar 2023", "14/03/2023"),
    *("14. März 2023", "Dienstag, 14. März 2023, 09:30 Uhr", "14.03.2023", "14.3.2023 9:30"),
    *("14 mars 2023", "mardi 14 mars 2023 à 9h30"),
    *("14 de março de 2023", "terça-feira, 14 de março de 2023"),
    *("14 marzo 2023", "martedì 14 marzo 2023"),
]

#: What is no complete date, or may be two.
OTHERS = [
    *(
        "2023",
        "March 2023",
        "2023-03",
        "03/04/2023",
        "3.4.2023",
        "14 2023",
        "14 Marsh 2023",
        "31 Feb 2023",
        "2023-13-14",
    ),
    *("14 March", "about 14 March 2023", "14 March 2023 or so", "1-2 March 2023", "20230314", "14 March 23", ""),
]


@pytest.mark.parametrize("text", COMPLETE)
def test_complete_dates_are_read(text: str) -> None:
    assert to_iso(text) == "2023-03-14"


@pytest.mark.parametrize("text", OTHERS)
def test_nothing_else_is(text: str) -> None:
    assert to_iso(text) is None


@pytest.mark.parametrize("text", ["1er juillet 2023", "1º de julio de 2023", "1. Juli 2023", "July 1st, 2023"])
def test_the_first_of_a_month(text: str) -> None:
    assert to_iso(text) == "2023-07-01"


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%B %d, %Y", "%a, %d %b %Y 10:00:00 +0000"]))
def test_any_day_is_read_as_that_day(day: date, notation: str) -> None:
    text = day.strftime(notation.replace("%Y", f"{day.year:04}"))  # some systems do not pad years
    assert to_iso(text) == day.isoformat()


@given(st.text())
def test_any_text_is_a_day_of_the_calendar_or_none(text: str) -> None:
    result = to_iso(text)
    assert result is None or date.fromisoformat(result)
