"""A question keeps its own words but for the first that asks, and in Spanish but for those that a table has."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.asked_in_english import asked_in_english
from qa.text.languages import languages


@pytest.mark.parametrize(
    ("question", "code", "expected"),
    [
        ("¿Por qué ganó Halvorsen?", "es", "¿why won Halvorsen?"),
        ("¿A quienes felicitó Huber?", "es", "¿to who congratulated Huber?"),
        ("Wie viele Briefe schrieb er?", "de", "how many Briefe schrieb er?"),
        ("Qu\u2019a dit la maire ?", "fr", "what a dit la maire ?"),
        ("Qu'est-ce que la maire a dit ?", "fr", "what la maire a dit ?"),
        ("Où est  Huber, et qui le dit ?", "fr", "where est  Huber, et qui le dit ?"),
        ("O  que Huber disse?", "pt", "what Huber disse?"),
        ("Che cosa ha detto Huber?", "it", "what ha detto Huber?"),
        ("Hat Huber das gesagt?", "de", "Hat Huber das gesagt?"),
        ("Who said so?", "en", "Who said so?"),
    ],
)
def test_the_longest_phrase_of_asking_becomes_english(question, code, expected):
    assert asked_in_english(question, code) == expected


@given(st.text(), st.sampled_from([language.code for language in languages()]))
def test_any_text_has_at_most_one_such_phrase_replaced(text, code):
    assert abs(len(asked_in_english(text, code).split()) - len(text.split())) <= 3
