"""Phrases are told from a text's words as a regular expression for all of them would tell them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.text.languages import any_of
from qa.text.languages.language import Language
from qa.text.phrases import Phrases


def phrases(language: Language) -> tuple[str, ...]:
    return ("más", "sin embargo", "sin duda", "kein*", "*n't", "n'") if language.code == "de" else ()


PHRASES = Phrases(phrases)
ANYWHERE = re.compile(rf"\b(?:{any_of(phrases)})\b", re.IGNORECASE)
FIRST = re.compile(rf"\W*(?:{any_of(phrases)})\b", re.IGNORECASE)

PIECES = [
    "más",
    "MAS",
    "sin",
    "embargo",
    "duda",
    "kein",
    "Keiner",
    "isn",
    "n",
    "t",
    "x",
    "'",
    "’",
    " ",
    "\n",
    ", ",
    "_",
]


@pytest.mark.parametrize(
    ("text", "there", "first"),
    [
        ("Más, y mas", True, True),
        ("y mas", True, False),
        ("masa", False, False),
        ("Sin\n embargo no", True, True),
        ("sin, embargo", False, False),
        ("— keinerlei", True, True),
        ("It isn’t", True, False),
        ("n'est", True, True),
        ("", False, False),
    ],
)
def test_a_phrase_is_in_a_text_or_begins_it(text: str, there: bool, first: bool) -> None:
    assert (PHRASES.are_in(text), PHRASES.begin(text)) == (there, first)


@settings(deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=8).map("".join))
def test_it_is_as_a_regular_expression_has_it(text: str) -> None:
    assert PHRASES.are_in(text) == (ANYWHERE.search(text) is not None)
    assert PHRASES.begin(text) == (FIRST.match(text) is not None)


def test_the_phrases_of_one_language_are_apart():
    both = Phrases(lambda language: {"de": ("es",), "fr": ("il",)}.get(language.code, ()))
    assert (both.are_in("il pleut"), both.of("fr").are_in("il pleut"), both.of("de").are_in("il pleut")) == (
        True,
        True,
        False,
    )
