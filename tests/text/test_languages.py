"""The tables of the languages, and what follows from them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.text.analysis import fold, words
from qa.text.languages import any_of, language_of, languages
from qa.text.languages.language import Language

CODES = [language.code for language in languages()]


def test_the_languages_are_told_by_their_codes() -> None:
    assert sorted(CODES) == CODES
    assert {"de", "en", "es", "fr", "it", "pt"} <= set(CODES)


@pytest.mark.parametrize("table", languages(), ids=CODES)
def test_words_are_written_as_they_are_looked_up(table: Language) -> None:
    several = [*table.function_words, *table.homographs, *table.titles, *table.abbreviations, *table.stressed]
    for word in [*several, *table.ordinals, *" ".join(table.months).split()]:
        assert words(word) == [word]
    for word, value in table.numerals.items():
        assert table.numerals[fold(word)] == value


@pytest.mark.parametrize("table", languages(), ids=CODES)
def test_what_is_dropped_is_not_kept_as_well(table: Language) -> None:
    assert table.function_words.isdisjoint(table.homographs)
    assert table.function_words.isdisjoint(" ".join(table.months).split())
    assert set(table.months_in_dates) <= set(range(1, 13))


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "The council of the port said on Monday that it would not be sold."),
        ("es", "El consejo del puerto dijo el lunes que no se vende, según la ley."),
        ("de", "Der Rat hat am Montag beschlossen, dass der Hafen nicht verkauft wird."),
        ("fr", "Le conseil du port a dit lundi que le quai ne sera pas vendu."),
        ("pt", "O conselho do porto disse na segunda-feira que o cais não será vendido."),
        ("it", "Il consiglio del porto ha detto lunedì che il molo non sarà venduto."),
    ],
)
def test_the_language_of_a_text_is_that_of_its_function_words(code: str, text: str) -> None:
    assert language_of(text) == code


@pytest.mark.parametrize("text", ["", "Kestrelmann 2023", "漢字", "..."])
def test_a_text_without_function_words_has_no_language(text: str) -> None:
    assert language_of(text) is None


@given(st.text(st.characters()))
def test_any_text_has_a_language_of_ours_or_none(text: str) -> None:
    assert language_of(text) in {None, *CODES}


def test_a_pattern_of_phrases_minds_spaces_stars_and_apostrophes() -> None:
    import re

    pattern = re.compile(
        any_of(lambda language: ("sin embargo", "kein*", "n'", "más") if language.code == "de" else ())
    )
    assert pattern.fullmatch("sin \n embargo")
    assert pattern.fullmatch("keinerlei")
    assert pattern.fullmatch("n\u2019")
    assert pattern.fullmatch("mas")
    assert pattern.fullmatch("más")
    assert not pattern.fullmatch("sin")


TOY = """
from qa.text.languages.language import Language, numbered, phrases, words

TABLE = Language(
    code="xx",
    function_words=words("zab zeb zib"),
    months=("unember", *[""] * 11),
    numerals=numbered("zun zdu"),
    ordinal_suffixes=words("zt"),
    percent=phrases("zro zentum"),
    titles=words("zr"),
    negation=phrases("znot"),
    asks_reason="zhy",
    gives_reason="zecause",
    interrogatives=words("zat zhy"),
    asks_who="zho zis",
)
"""

PROGRAM = """
import sys
import qa.text.languages as registry

registry.__path__.append(sys.argv[1])
from qa.answering.cues import REASON, cues, is_bare
from qa.text.analysis import terms
from qa.text.languages import language_of
from qa.text.sentences import sentences

assert terms("zab unember zdu 5zt") == terms("January 2 5"), terms("zab unember zdu 5zt")
assert terms("7 zro zentum") == terms("7 %")
text = "Zab zeb zib Zr. Orr. Zib."
assert language_of(text) == "xx"
assert cues("Zhy zab?") == (REASON,) and REASON.gives.search("zecause zeb")
assert is_bare("zho zis Orr?") and not is_bare("zat orr")
assert [text[s.start : s.end] for s in sentences(text)] == ["Zab zeb zib Zr. Orr.", "Zib."]
"""


def test_a_new_language_is_one_file(tmp_path: Path) -> None:
    (tmp_path / "xx.py").write_text(TOY, encoding="utf-8")
    ran = subprocess.run([sys.executable, "-c", PROGRAM, str(tmp_path)], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
