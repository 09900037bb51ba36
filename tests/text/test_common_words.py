"""Which words are common, and so no names."""

from __future__ import annotations

import pytest

from qa.text.analysis import terms
from qa.text.common_words import FILE, is_common, is_read


@pytest.mark.parametrize(
    "word", ["penguins", "eggs", "motive", "Colour", "color", "organisations", "resigned", "premium", "turkey"]
)
def test_common_words_are_told_in_every_form(word: str) -> None:
    assert all(map(is_common, terms(word)))


@pytest.mark.parametrize("word", ["Brussels", "Nicaragua", "Obama", "Selden", "Brazilian", "Zelensky", "qwrtz", "2018"])
def test_names_and_numbers_are_not(word: str) -> None:
    assert not any(map(is_common, terms(word)))


def test_a_term_is_common_exactly_where_the_list_has_it() -> None:
    listed = set(FILE.read_text(encoding="ascii").split())
    others = {"", "\n", "zzzz", *(word[:-1] for word in listed), *(f"{word}x" for word in listed)} - listed
    assert all(map(is_common, listed))
    assert not any(map(is_common, others))


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what did port selden ask brussels for?", True),
        ("WHO WON?", True),
        ("¿qué pidió la oea?", False),
        ("was forderte der Rat von Brüssel?", False),
        ("brussels levy", True),
        ("brussels", False),
        ("elecciones venezuela", False),
        ("", False),
    ],
)
def test_the_list_is_for_questions_in_english(question: str, expected: bool) -> None:
    assert is_read(question) == expected
