"""Text to index terms: what a question and an article have in common whatever way it is written."""

from __future__ import annotations

import unicodedata
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.text.analysis import (
    FUNCTION_WORDS,
    MAX_TERM,
    fold,
    heading_terms,
    is_acronym,
    own_stem_of_terms,
    own_stemmers,
    own_stems,
    passage_stems,
    terms,
    words,
)

#: Any code points, surrogates included.
ANYTHING = st.text(st.characters())


@pytest.mark.parametrize(
    ("question", "passage"),
    [
        ("did Almagro request?", "Almagro requested"),
        ("what did Almagro request?", "Almagro's requests"),
        ("Who is requesting it?", "a request"),
        ("which workers will strike?", "the worker was striking"),
        ("Did the elections matter?", "The election mattered."),
    ],
)
def test_a_question_finds_the_inflected_form(question: str, passage: str) -> None:
    assert set(terms(question)) <= set(terms(passage))
    assert terms(question)


def test_inflections_of_different_words_stay_apart() -> None:
    assert set(terms("requested")).isdisjoint(terms("required"))


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("Guaidó", "guaido"),
        ("Guaidó", "GUAIDÓ"),
        ("São Paulo", "Sao Paulo"),
        ("Núñez", "nunez"),
        ("Straße", "STRASSE"),
        ("VENEZUELA", "Venezuela"),
        ("ﬁnance", "finance"),
        ("ＯＡＳ", "OAS"),
    ],
)
def test_letter_case_and_accents_do_not_matter(written: str, otherwise: str) -> None:
    assert terms(written) == terms(otherwise) != []


@settings(deadline=None)
@given(st.text("áéíóúñüçãõÁÉÍÓÚÑÜÇÃÕabcXYZ '"))
def test_composed_and_decomposed_accents_are_the_same(text: str) -> None:
    assert words(unicodedata.normalize("NFD", text)) == words(unicodedata.normalize("NFC", text))


def test_folding_keeps_what_is_neither_case_nor_accent() -> None:
    assert fold("¿Qué pidió Él, 51.20%?") == "¿que pidio el, 51.20%?"


@pytest.mark.parametrize(
    ("dotted", "plain"),
    [
        ("U.S.", "US"),
        ("the U.S. Secretary", "the US Secretary"),
        ("D.C.", "DC"),
        ("U.S.A.", "USA"),
        ("U.S.-led", "US-led"),
    ],
)
def test_an_acronym_is_the_same_with_and_without_dots(dotted: str, plain: str) -> None:
    assert terms(dotted) == terms(plain) != []


def test_the_end_of_a_sentence_is_no_acronym() -> None:
    assert terms("plan B. Then Maduro left.") == [*terms("plan B"), *terms("Maduro left")]


@pytest.mark.parametrize(
    ("text", "number"),
    [("51.20%", "51.20"), ("by 51.20 percent", "51.20"), ("$1,250,000.50 in total", "1250000.50"), ("(3,5)", "3.5")],
)
def test_a_number_with_decimals_stays_whole(text: str, number: str) -> None:
    assert number in terms(text)


@pytest.mark.parametrize(
    "text", ["51.20%", "51.20 %", "51.20 percent", "51.20 per cent", "51.20 Percentage", "51.20 por ciento"]
)
def test_a_percentage_is_the_same_however_it_is_written(text: str) -> None:
    assert terms(text) == terms("51.20 percent")
    assert len(terms(text)) == 2


def test_the_full_stop_after_a_number_is_not_part_of_it() -> None:
    assert terms("in 2024. In 2025, 7.") == ["2024", "2025", "7"]


@pytest.mark.parametrize("apostrophe", ["'", "\u2019"])
def test_a_possessive_is_the_name(apostrophe: str) -> None:
    assert terms(f"Lula{apostrophe}s") == terms("Lula") == ["lula"]
    assert terms(f"LULA{apostrophe}S") == ["lula"]


@pytest.mark.parametrize("apostrophe", ["'", "\u2019"])
def test_contractions_of_function_words_leave_nothing(apostrophe: str) -> None:
    assert terms("We've, they're; I'm. He'll? It's!".replace("'", apostrophe)) == []


@pytest.mark.parametrize(
    "text",
    [
        "What is it that they have been doing?",
        "Who was she, and why?",
        "¿Qué ha de ser, y para quién?",
        "¿Cuándo y dónde?",
        "También más",
    ],
)
def test_function_words_leave_no_terms(text: str) -> None:
    assert terms(text) == []


@pytest.mark.parametrize("word", ["son", "sin", "fin", "era", "not-dropped", "Maduro", "us"])
def test_content_words_are_kept(word: str) -> None:
    assert terms(word)


def test_function_words_are_written_as_they_are_looked_up() -> None:
    assert {word for word in FUNCTION_WORDS if words(word) != [word]} == set()


def test_order_and_repetitions_are_kept() -> None:
    assert terms("Maduro, Almagro; Maduro") == ["maduro", "almagro", "maduro"]


def test_words_hold_the_function_words_too() -> None:
    assert words("The U.S. may say who Guaidó is") == ["the", "us", "may", "say", "who", "guaido", "is"]


@pytest.mark.parametrize("text", ["", " \n\t", "...", "—“”«»¿?", "_", "\0", "\ud800", "\u0301"])
def test_text_without_words_has_no_terms(text: str) -> None:
    assert terms(text) == []


def test_an_endless_word_is_its_beginning() -> None:
    assert terms("x" * 10_000) == ["x" * MAX_TERM]


def test_underscores_and_hyphens_part_words() -> None:
    assert terms("arrest-warrant snake_case") == terms("arrest warrant snake case")


@settings(deadline=None)
@given(ANYTHING)
def test_any_text_gives_terms_without_white_space(text: str) -> None:
    for term in terms(text):
        assert term
        assert not any(character.isspace() for character in term)
        assert len(term) <= MAX_TERM
        assert term.encode()


@settings(deadline=None)
@given(ANYTHING, ANYTHING.map(str.upper))
def test_what_stands_on_another_line_does_not_change_the_terms(one: str, other: str) -> None:
    assert terms(f"{one}\n{other}") == [*terms(one), *terms(other)]


def test_threads_do_not_disturb_each_other() -> None:
    texts = [f"Almagro requested warrant number {n} and the presidents rejected elections" for n in range(200)]
    alone = [["almagro", "request", "warrant", "number", str(n), "presid", "reject", "elect"] for n in range(200)]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(terms, texts)) == alone


@pytest.mark.parametrize(
    ("written", "otherwise"),
    [
        ("Com\u00admis\u00adsion\u00ader", "Commissioner"),
        ("Kes\u200btrel\u2060mann\ufeff", "Kestrelmann"),
        ("Wałęsa", "Walesa"),
        ("Đà Nẵng", "Da Nang"),
        ("Søren Kjærgård", "Soren Kjaergard"),
        ("İstanbul ılık", "istanbul ilik"),
        ("cœur", "coeur"),
        ("l\u2019union", "union"),
    ],
)
def test_letters_are_the_same_however_they_are_set(written: str, otherwise: str) -> None:
    assert terms(written) == terms(otherwise) != []


@pytest.mark.parametrize("end", ["-\n", "-\r\n", "-\n  ", "\u2010\n"])
def test_a_word_that_a_line_s_end_parts_is_found_whole_and_in_parts(end: str) -> None:
    assert {*terms("Brannockfield"), *terms("Brannock field")} == set(terms(f"Brannock{end}field"))


@pytest.mark.parametrize("end", ["\u00ad\n", "\ufffe\r\n"])
def test_an_invisible_hyphen_at_a_line_s_end_is_none(end: str) -> None:
    assert terms(f"Brannock{end}field yard") == terms("Brannockfield yard")


def test_a_compound_that_a_line_s_end_parts_stays_two_words() -> None:
    assert terms("the EU-\nMercosur deal") == terms("the EU-Mercosur deal")


@pytest.mark.parametrize(
    ("text", "acronym"),
    [
        ("What did the UN request?", "un"),
        ("What did the U.N. request?", "un"),
        ("What did the WHO urge?", "who"),
        ("WHO urged it.", "who"),
        ("Has IT spread to LA?", "la"),
        ("Ganó el MAS.", "mas"),
        ("the WHO's plan", "who"),
        ("WHO", "who"),
    ],
)
def test_an_acronym_that_is_spelt_like_a_function_word_is_a_term(text: str, acronym: str) -> None:
    assert acronym in terms(text)
    assert acronym not in terms(text.replace(".", "").lower())


@pytest.mark.parametrize("text", ["WHO WON IT", "WHAT DID THE COUNCIL ASK LA PAZ FOR?", "He is NOT so.", "at 5 AM"])
def test_capitals_throughout_and_stress_make_no_acronym(text: str) -> None:
    assert {"who", "it", "la", "not", "am"}.isdisjoint(terms(text))


def test_a_headline_in_capitals_does_not_change_its_article() -> None:
    assert terms("WHO WON IT ALL\nThe WHO urged it.") == [*terms("WHO WON IT ALL"), *terms("The WHO urged it.")]


@pytest.mark.parametrize(("word", "expected"), [("WHO", True), ("U.N.", True), ("NOT", False), ("Who", False)])
def test_acronyms_are_told_by_their_capitals(word: str, expected: bool) -> None:
    assert is_acronym(word) == expected


# What an article's title and date lend its passages


def test_a_heading_is_the_title_and_the_date() -> None:
    assert heading_terms("Guaidó calls", "2020-12-08") == terms("Guaidó calls 8 December 2020")


def test_a_heading_without_a_date_is_the_title_alone() -> None:
    assert heading_terms("Guaidó calls", None) == terms("Guaidó calls")
    assert heading_terms("", None) == []


def test_a_heading_without_a_title_is_the_date_alone() -> None:
    assert heading_terms("", "2024-01-31") == terms("31 January 2024")


def test_the_title_s_last_word_and_the_month_stay_two_words() -> None:
    assert heading_terms("Plan B.", "2024-05-01") == [*terms("Plan B."), *terms("1 May 2024")]
    assert heading_terms("Up 5 per", "2024-05-01") == [*terms("Up 5 per"), *terms("1 May 2024")]


# The stems of a language's own


@pytest.mark.parametrize(
    ("code", "one", "other"),
    [
        ("es", "manifestación", "manifestaciones"),
        ("es", "pidió", "pidieron"),
        ("de", "Häfen", "Hafen"),
        ("fr", "suspendue", "suspendues"),
        ("it", "richiesta", "richieste"),
        ("pt", "negociação", "negociações"),
    ],
)
def test_a_language_s_own_stemmer_knows_its_inflections(code: str, one: str, other: str) -> None:
    assert own_stems(one, code) == own_stems(other, code) != []
    assert own_stems(one, code)[0].startswith(f"{code}:")


def test_english_is_the_stemmer_that_all_text_shares() -> None:
    assert own_stemmers() == {"de", "es", "fr", "it", "pt"}


def test_the_stems_of_a_passage_are_those_of_its_heading_and_its_text() -> None:
    text = "Los jueces ordenaron la huelga en diciembre."
    own = [*own_stems("Órdenes 1 May 2024", "es"), *own_stems(text, "es")]
    assert passage_stems("Órdenes", "2024-05-01", text, "es") == own
    assert passage_stems("Órdenes", None, text, "es") == [*own_stems("Órdenes", "es"), *own_stems(text, "es")]


def test_months_have_one_name_in_stems_too() -> None:
    assert own_stems("diciembre", "es") == ["es:december"]


@settings(deadline=None)
@given(ANYTHING, st.sampled_from(sorted(own_stemmers())))
def test_the_words_of_any_text_have_stems_that_the_text_has(text: str, code: str) -> None:
    of_terms = own_stem_of_terms(text, code)
    assert set(of_terms.values()) <= set(own_stems(text, code))
    for stem in own_stems(text, code):
        assert stem.startswith(f"{code}:")
        assert not any(character.isspace() for character in stem)
