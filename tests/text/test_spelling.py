"""Which words are spelt like a word."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from qa.text.analysis import fold, terms
from qa.text.spelling import may_be_misspelt, near_terms


@pytest.mark.parametrize(
    ("word", "other"),
    [
        ("Blinkin", "Blinken"),
        ("Maastrich", "Maastricht"),
        ("Maastrihct", "Maastricht"),
        ("Brusels", "Brussels"),
        ("Guaydó", "Guaidó"),
        ("Зеленский", "Зеленський"),
        ("Мадура", "Мадуро"),
        ("Παπανδρέου", "Παπανδρέυ"),
    ],
)
def test_one_letter_more_less_or_other_or_two_that_changed_places(word: str, other: str) -> None:
    assert set(terms(other)) <= near_terms(word)
    assert set(terms(word)) <= near_terms(other)


@pytest.mark.parametrize(
    ("word", "other"), [("Blunkin", "Blinken"), ("Maastrit", "Maastricht"), ("Almagro", "Almagro")]
)
def test_two_letters_or_none_are_not_near(word: str, other: str) -> None:
    assert near_terms(word).isdisjoint(terms(other))


@pytest.mark.parametrize(("word", "expected"), [("Blink", True), ("Blin", False), ("FY2022", False), ("", False)])
def test_short_words_and_those_with_digits_are_not_misspelt(word: str, expected: bool) -> None:
    assert may_be_misspelt(word) == expected


WORDS = st.text("abdeiklnoruvé", min_size=1, max_size=8)


@given(WORDS, WORDS)
def test_what_differs_in_one_edit_is_near(word: str, other: str) -> None:
    if OSA.distance(fold(word), fold(other)) == 1:
        assert set(terms(other)) <= near_terms(word) | set(terms(word))


@given(st.text(max_size=12))
def test_any_text_has_near_terms_other_than_its_own(text: str) -> None:
    assert near_terms(text).isdisjoint(terms(text))
