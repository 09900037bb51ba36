"""Spanish words that rules of spelling make English ones of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.analysis import terms
from qa.text.cognates import cognate
from qa.text.common_words import is_common


@pytest.mark.parametrize(
    ("spanish", "english"),
    [
        ("mediación", "mediation"),
        ("MEDIACION", "mediation"),
        ("sanciones", "sanctions"),
        ("sancionaron", "sanctioned"),
        ("comisión", "commission"),
        ("oposición", "opposition"),
        ("estabilidad", "stability"),
        ("autoridades", "authorities"),
        ("terrorista", "terrorist"),
        ("senadora", "senator"),
        ("notarios", "notaries"),
        ("diplomático", "diplomatic"),
        ("violencia", "violence"),
        ("ratificó", "ratified"),
        ("fotografía", "photography"),
        ("activamente", "actively"),
    ],
)
def test_a_word_of_common_origin_is_spelt_as_in_english(spanish: str, english: str) -> None:
    assert cognate(spanish) == english


@pytest.mark.parametrize("word", ["aserradero", "nación1", "dad", "Krvonción", "huelga", "", "日本語の言葉"])
def test_no_rule_makes_a_word_that_english_lacks(word: str) -> None:
    assert cognate(word) is None


_LATIN = st.text("abcdefghijlmnopqrstuvzáéíóúñ", min_size=4, max_size=9)


@given(st.text() | st.builds("{}{}".format, _LATIN, st.sampled_from(["ción", "dades", "mente", "ista", "ico", "oso"])))
def test_whatever_is_made_is_a_common_word(word: str) -> None:
    made = cognate(word)
    assert made is None or all(map(is_common, terms(made)))
