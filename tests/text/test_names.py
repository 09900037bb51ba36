"""What a question names: by capital letters and digits."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.text.analysis import as_read, terms
from qa.text.names import content_words, forms, names, shows_case


def named(question: str) -> list[str]:
    """The words that name something, as written, in order."""
    return list(dict.fromkeys(names(question).values()))


def test_a_name_is_given_by_its_term_and_as_it_is_written() -> None:
    (maduro,), (election,), (us,) = terms("Maduro"), terms("Elections"), terms("US")
    assert names("does Maduro want Elections in the U.S. now?") == {maduro: "Maduro", election: "Elections", us: "U.S."}


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Almagro request from Nicaragua?", ["Almagro", "Nicaragua"]),
        ("what did almagro request?", []),
        ("did Jair Bolsonaro concede?", ["Jair", "Bolsonaro"]),
        ("who is Luiz Inácio Lula da Silva?", ["Luiz", "Inácio", "Lula", "Silva"]),
        ("is Guaidó in São Paulo?", ["Guaidó", "São", "Paulo"]),
        ("what do I know of it?", []),
        ("is it The Hague or not?", ["Hague"]),
        ("did his iPhone ring?", []),
    ],
)
def test_a_capital_inside_a_sentence_is_a_name(question: str, expected: list[str]) -> None:
    assert named(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Maduro lost?", []),
        ("Elections in Brazil: Results are where?", ["Brazil"]),
        ("Who won? Tell me more. Explain it! Sure?", []),
        ("It was Lula. Explain how.", ["Lula"]),
        ('Did he say "Never again" (Or not)?', []),
        ("Did he say “Nunca” or «Jamás»?", []),
        ("Wait… Maybe Lula?", ["Lula"]),
        ("  Elections?", []),
    ],
)
def test_what_opens_a_sentence_is_none(question: str, expected: list[str]) -> None:
    assert named(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("OAS chief said what?", ["OAS"]),
        ("U.S. sanctions began when?", ["U.S."]),
        ("Why? OAS members disagree.", ["OAS"]),
        ("A vote for whom?", []),
    ],
)
def test_but_an_acronym_is_one_wherever_it_stands(question: str, expected: list[str]) -> None:
    assert named(question) == expected


@pytest.mark.parametrize(
    ("dotted", "plain"),
    [("the U.S. Senate", "the US Senate"), ("by O.A.S. votes", "by OAS votes"), ("of U.S.A", "of USA")],
)
def test_an_acronym_is_the_same_name_with_and_without_dots(dotted: str, plain: str) -> None:
    assert names(dotted).keys() == names(plain).keys() != set()


@pytest.mark.parametrize(
    "question",
    [
        "What did Mr. Maduro say to Sra. Rousseff?",
        "What did Gen. Maduro say to Prof. Rousseff?",
        "What did N. Maduro say to D. Rousseff?",
    ],
)
def test_an_abbreviated_title_or_first_name_is_none_and_the_name_after_it_opens_no_sentence(question: str) -> None:
    assert named(question) == ["Maduro", "Rousseff"]


@pytest.mark.parametrize("question", ["what of Rio.", "what of the OAS. tell", "what of Lula. tell"])
def test_a_name_before_a_full_stop_is_no_abbreviation(question: str) -> None:
    assert len(named(question)) == 1


@pytest.mark.parametrize("month", ["January", "Jan.", "enero", "Enero"])
def test_a_month_is_a_name_if_it_is_written_large(month: str) -> None:
    expected = {*terms("January"), "6"} if month[0].isupper() else {"6"}
    assert names(f"what happened on {month} 6?").keys() == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who Won The Election In Brazil?",
        "What Is The Plan Of The OAS For Venezuela?",
        "WHO WON THE ELECTION IN BRAZIL?",
        "IS IT TRUE THAT MADURO WON?",
        "¿QUIÉN GANÓ EN EL BRASIL?",
        "Almagro ICC Arrest Warrant Request",
        "Who Won?",
    ],
)
def test_capitals_throughout_show_no_names(question: str) -> None:
    assert named(question) == []


def test_one_large_function_word_among_several_is_no_headline() -> None:
    assert named("what is in The Hague of interest?") == ["Hague"]


def test_numbers_are_named_even_in_a_headline() -> None:
    assert named("Who Won The Election In 2018 With 51.20%?") == ["2018", "51.20"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("who won 51.20% in 2018?", {"51.20", "2018"}),
        ("which bill of $1,250,000.50?", {"1250000.50"}),
        ("who got 3,5 por ciento?", {"3.5"}),
        ("3 of 5 in the 1990s?", {"3", "5", "1990s"}),
        ("what of the G7, and of COVID-19?", {*terms("G7"), *terms("covid"), "19"}),
        ("what on 12-06-2020 or 12/07/2021?", {"2020", "2021"}),
        ("what on 2020-12-06 or 31.07.2021?", {"6", *terms("December"), "2020", "31", *terms("July"), "2021"}),
        ("12 or 13, and 2018?", {"12", "13", "2018"}),
    ],
)
def test_numbers_are_named(question: str, expected: set[str]) -> None:
    assert names(question).keys() == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("¿Qué pidió Almagro en La Haya?", ["Almagro", "Haya"]),
        ("¿Dónde está Guaidó? ¿Ganó Lula?", ["Guaidó", "Lula"]),
        ("Si perdió Maduro, ¿Ganó Lula? ¡Contesta!", ["Maduro", "Lula"]),
        ("¿Pidió algo la OEA?", ["OEA"]),
    ],
)
def test_spanish_questions(question: str, expected: list[str]) -> None:
    assert named(question) == expected


@pytest.mark.parametrize("apostrophe", ["'", "\u2019"])
@pytest.mark.parametrize("name", ["Maduro", "McDonald", "UK"])
def test_a_possessive_names_its_owner(name: str, apostrophe: str) -> None:
    assert names(f"what is {name}{apostrophe}s plan?").keys() == set(terms(name))


def test_contractions_name_nothing() -> None:
    assert named("so Who's there, and Why Can't he, or WON'T they, as we see it?") == []


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("the EU-Mercosur deal", ["EU", "Mercosur"]),
        ("the Maduro-backed candidate", ["Maduro"]),
        ("the anti-Maduro protests", ["Maduro"]),
        ("a U.S.-led coalition", ["U.S."]),
        ("the arrest-warrant request", []),
    ],
)
def test_of_a_hyphenated_word_the_parts_with_capitals_are_named(question: str, expected: list[str]) -> None:
    assert named(question) == expected


@pytest.mark.parametrize("question", ["what of Núñez in São Paulo?", "is Guaidó Ángel's Ñandú?"])
def test_composed_and_decomposed_accents_are_the_same(question: str) -> None:
    assert names(unicodedata.normalize("NFD", question)) == names(unicodedata.normalize("NFC", question)) != {}


@pytest.mark.parametrize("question", ["", " ", "?", "\ud800", "\u0301", "...", "\0"])
def test_nothing_names_nothing(question: str) -> None:
    assert names(question) == {}


#: What the parts of names are made of, so that they meet in every order; and any code points.
PIECES = st.lists(
    st.sampled_from(
        [
            *"Maduro U.S. U.S.A OAS Mr May Per Cent the The WON'T 51.20 3,5 é Ａ ½".split(),
            *". , ' \u2019s - % \u0301 _ ¿ ?".split(),
            " ",
        ]
    )
).map("".join)


@settings(deadline=None)
@given(st.one_of(PIECES, st.text(st.characters())))
def test_any_question_names_terms_of_its_own_only(question: str) -> None:
    result = names(question)
    assert result.keys() <= set(terms(question))
    composed = unicodedata.normalize("NFC", as_read(question))
    assert all(word in composed for word in result.values())


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did the UN request?", ["UN"]),
        ("What did the U.N. request of LA?", ["U.N.", "LA"]),
        ("What did the WHO urge?", ["WHO"]),
        ("What did he NOT request?", []),
    ],
)
def test_an_acronym_like_a_function_word_is_a_name(question: str, expected: list[str]) -> None:
    assert named(question) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Port Selden ask Brussels for?", True),
        ("Who won?", True),
        ("what did port selden ask brussels for?", False),
        ("WHAT DID PORT SELDEN ASK BRUSSELS FOR?", False),
        ("What Did Port Selden Ask Brussels For?", False),
        ("¿qué pidió la oea?", False),
        ("OAS?", True),
        ("Luis Almagro", True),
        ("OAS Warrant", False),
        ("Wait… Maybe Lula?", True),
        ("2018?", False),
        ("", False),
    ],
)
def test_case_tells_names_where_letters_differ_and_function_words_are_small(question: str, expected: bool) -> None:
    assert shows_case(question) == expected


@pytest.mark.parametrize(
    "question",
    [
        "what did port selden ask brussels for?",
        "WHAT DID PORT SELDEN ASK BRUSSELS FOR?",
        "What Did Port Selden Ask Brussels For?",
    ],
)
def test_the_content_words_are_the_terms_that_may_be_names(question: str) -> None:
    assert list(content_words(question)) == terms("port selden ask brussels")
    assert {word.lower() for word in content_words(question).values()} == {"port", "selden", "ask", "brussels"}


@settings(deadline=None)
@given(st.one_of(PIECES, st.text(st.characters())))
def test_content_words_are_terms_and_hold_the_names(question: str) -> None:
    assert names(question).keys() <= content_words(question).keys() <= set(terms(question))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *(("Brazil", "Brazilian"), ("Venezuela", "Venezuelan"), ("Mexico", "Mexican"), ("Iraq", "Iraqi")),
        *(("Japan", "Japanese"), ("Chile", "Chilean"), ("Israel", "Israeli"), ("Brazil", "Brazilians")),
        *(("France", "French"), ("Netherlands", "Dutch"), ("Spain", "Spaniards"), ("España", "español"), ("USA", "US")),
        *(("1990", "1990s"), ("1990's", "1990s")),
    ],
)
def test_a_people_is_a_form_of_its_country_and_the_other_way_round(one: str, other: str) -> None:
    assert set(terms(one)) <= forms(other)
    assert set(terms(other)) <= forms(one)


@pytest.mark.parametrize(("short", "longer"), [("Cuba", "cubano"), ("Mali", "Malian"), ("Iraq", "Iraqis")])
def test_of_a_short_name_no_letter_is_taken_away(short: str, longer: str) -> None:
    assert set(terms(longer)) <= forms(short)
    assert forms("Lima").isdisjoint(terms("lime limes"))


@pytest.mark.parametrize(("amount", "number"), [("5m", "5"), ("800s", "800")])
def test_a_number_with_letters_behind_it_may_stand_without_them(amount: str, number: str) -> None:
    assert number in forms(amount)


@pytest.mark.parametrize("word", ["G20", "A380", "COVID19", "UN", "El"])
def test_a_name_with_digits_and_a_very_short_one_have_no_other_form(word: str) -> None:
    assert forms(word) == frozenset()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Mr Maduro say in St Denis?", ["Maduro", "Denis"]),
        ("What did Dr Rousseff say to the PP?", ["Rousseff", "PP"]),
    ],
)
def test_a_title_without_a_full_stop_is_no_name_either(question: str, expected: list[str]) -> None:
    assert named(question) == expected


@pytest.mark.parametrize("word", ["Iran", "UN", "", "2018", "Maastricht", "France", "5m"])
def test_no_word_is_a_form_of_itself_or_of_nothing(word: str) -> None:
    assert forms(word).isdisjoint(terms(word))
    assert "" not in forms(word)
