"""How the list of common words is made."""

from __future__ import annotations

from benchmarks.common_words import common_terms


def test_words_in_small_letters_give_their_terms_once_and_names_give_none() -> None:
    assert common_terms(["Brussels", "levy", "levies", "the", "b", "2nd", "café", "ferry's"]) == [
        "cafe",
        "ferri",
        "levi",
    ]
