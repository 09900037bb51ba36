"""Spanish words, one by one in English, and the table that they are looked up in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import ModelError
from qa.text import word_table
from qa.text.word_table import in_english


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("la huelga", "the strike"),
        ("HUELGA", "strike"),
        ("Halvorsen, 1990", "Halvorsen, 1990"),
        ("en Suiza", "in Switzerland"),
        ("Nuria Sala", "Nuria Sala"),
        ("las sanciones", "the sanctions"),
        ("¿Pueden los barcos", "¿can the ships"),
        ("", ""),
    ],
)
def test_words_become_english_and_names_and_numbers_stay(text: str, expected: str) -> None:
    assert in_english(text) == expected


@given(st.text())
def test_any_text_keeps_what_is_between_its_words(text: str) -> None:
    assert len(in_english(text).split()) == len(text.split())


def test_a_damaged_table_is_an_error(tmp_path, monkeypatch) -> None:
    damaged = tmp_path / "spanish.words"
    damaged.write_text("huelga bridge\n", encoding="utf-8")
    monkeypatch.setattr(word_table, "FILE", damaged)
    word_table._table.cache_clear()
    try:
        with pytest.raises(ModelError, match=r"spanish\.words is not the file"):
            in_english("huelga")
    finally:
        word_table._table.cache_clear()
