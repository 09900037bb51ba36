"""Which names of a question no article mentions, and what is suggested for them."""

from __future__ import annotations

import pytest

from qa.answering.mentions import SUGGESTED, Mentions, mentions
from qa.backends.memory import MemoryIndex
from qa.text.analysis import terms
from qa.text.names import names
from qa.types import Document
from tests.contracts.backends import encode
from tests.support import WordEncoder, article

CORPUS = "Almagro and Blinken spoke in Brazil. The Venezuelan court met in Maastricht, Carelia, in 2021."

#: What stands far from whatever is asked: fifty articles more, one of which has a name of its own.
OTHERS = [article(f"{i:02}.md", f"Sheep {i} slept.") for i in range(50)] + [article("z.md", "Ulvikson left Ulvik.")]


def index_of(*documents: Document) -> MemoryIndex:
    index = MemoryIndex(WordEncoder.dimension)
    for encoded in encode(documents):
        index.add(encoded)
    return index


def asked(question: str, *documents: Document) -> Mentions:
    """In these documents, or in one article; every term of the question is as informative as any other."""
    return mentions(question, dict.fromkeys(terms(question), 1.0), index_of(*(documents or [article("a.md", CORPUS)])))


@pytest.mark.parametrize(
    "question",
    [
        *("what did Almagro say?", "what was said?", "?", "who met in 2021?", "What of the Brazilian court?"),
        *("Who spoke in Venezuela?", "What did Carelian Almagro say?", "what did almagro say?", "WHO SPOKE IN BRAZIL?"),
    ],
)
def test_what_stands_in_an_article_in_any_form_is_mentioned(question: str) -> None:
    assert asked(question) == Mentions(names(question))


@pytest.mark.parametrize(
    "question",
    ["What did France do?", "What of the Netherlands?", "What did Brazilians say?", "Who met in the 1990s?"],
)
def test_irregular_peoples_and_decades_are_forms_too(question: str) -> None:
    text = "The French and the Dutch met in 1990. A Brazilian court sat."
    assert asked(question, article("a.md", text)) == Mentions(names(question))


def test_a_title_is_no_name_though_no_article_has_it() -> None:
    assert asked("What did Mr Almagro say to Mrs. Blinken?").unknown == ()


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "A herald"},
        {"source": "Port Herald"},
        {"author": "H. Herald"},
        {"meta": {"tags": ["port", {"paper": "Herald"}]}},
        {"url": "https://herald.example/levy"},
    ],
)
def test_whatever_an_article_tells_of_itself_counts_as_mentioned(fields: dict[str, object]) -> None:
    question = "What did the Herald say?"
    levy = article("z.md", "The levy rose.", **fields)
    assert asked(question, *OTHERS).unknown == ("Herald",)
    assert asked(question, *OTHERS, levy) == Mentions(names(question))


@pytest.mark.parametrize(
    ("question", "unknown", "absent"),
    [
        ("What did Almagro say of Nicaragua?", ("Nicaragua",), True),
        ("What was said in Nicaragua or Ghana in 2018?", ("Nicaragua", "Ghana", "2018"), True),
        ("what of L'Aquila?", ("L'Aquila",), True),
        ("Which harbour, ferry, bridge or tunnel did the court in Carelia close for Nicaragua?", ("Nicaragua",), False),
    ],
)
def test_a_question_is_about_a_name_that_is_much_of_it(question: str, unknown: tuple[str, ...], absent: bool) -> None:
    assert asked(question) == Mentions(names(question), unknown, {}, absent)


@pytest.mark.parametrize(
    ("question", "word", "meant"),
    [
        ("What did Blinkin say?", "Blinkin", "Blinken"),
        ("What of Maastrich?", "Maastrich", "Maastricht"),
        ("What of Maastrihct?", "Maastrihct", "Maastricht"),
        ("what did blinkin say?", "Blinkin", "Blinken"),
        ("WHAT OF MAASTRICH?", "Maastrich", "Maastricht"),
    ],
)
def test_a_name_that_is_like_one_in_the_articles_is_not_absent_and_that_one_is_suggested(
    question: str, word: str, meant: str
) -> None:
    result = asked(question)
    assert (result.unknown, result.suggestions, result.absent) == ((word,), {word: (meant,)}, False)


def test_what_is_suggested_may_stand_in_any_article() -> None:
    result = asked("Where did Ulvigson sleep?", article("a.md", CORPUS), *OTHERS)
    assert (result.suggestions, result.absent) == ({"Ulvigson": ("Ulvikson",)}, False)


def test_the_most_frequent_are_suggested() -> None:
    articles = [article(f"{i}.md", f"B{letter}rrigan spoke.") for i, letter in enumerate("aaaeeeiou")]
    result = asked("What did Byrrigan say?", *articles)
    assert result.suggestions["Byrrigan"][:2] == ("Barrigan", "Berrigan")
    assert len(result.suggestions["Byrrigan"]) == SUGGESTED


def test_a_title_has_names_to_suggest_too() -> None:
    assert asked("Who is Blinkin?", article("a.md", "He came.", title="Blinken")).suggestions == {
        "Blinkin": ("Blinken",)
    }


def test_a_name_is_not_meant_by_a_word_in_small_letters() -> None:
    result = asked("Who met Ferrv?", *OTHERS, article("a.md", "They met on a ferry."))
    assert (result.unknown, result.suggestions, result.absent) == (("Ferrv",), {}, True)


def test_but_a_word_that_only_may_be_a_name_is() -> None:
    result = asked("who met ferrv?", *OTHERS, article("a.md", "They met on a ferry."))
    assert (result.unknown, result.suggestions, result.absent) == (("Ferrv",), {}, False)


def test_a_name_that_is_like_an_outlet_s_is_not_absent() -> None:
    result = asked("What did the Heralt say?", article("a.md", CORPUS, source="Port Herald"))
    assert (result.unknown, result.suggestions, result.absent) == (("Heralt",), {}, False)


@pytest.mark.parametrize("question", ["Who spoke in 2022?", "Who is Blin?", "Who is Blunkin?"])
def test_numbers_short_words_and_words_two_letters_off_are_like_nothing(question: str) -> None:
    result = asked(question)
    assert (len(result.unknown), result.suggestions, result.absent) == (1, {}, True)


CASES = [
    "What did Almagro ask Brussels for?",
    "what did almagro ask brussels for?",
    "WHAT DID ALMAGRO ASK BRUSSELS FOR?",
    "What Did Almagro Ask Brussels For?",
]


@pytest.mark.parametrize("question", CASES)
def test_a_name_is_unknown_however_it_is_written(question: str) -> None:
    result = asked(question)
    assert (result.unknown, result.suggestions, result.absent) == (("Brussels",), {}, True)
    assert set(terms("Brussels")) <= result.names.keys()


@pytest.mark.parametrize(
    "question",
    [
        "why do penguins keep their eggs warm?",
        "WHICH COLOUR DID THE ORGANISATION'S FERRIES HAVE?",
        "What Was The Motive Of The Court?",
    ],
)
def test_a_common_word_is_no_name_though_no_article_has_it(question: str) -> None:
    assert asked(question) == Mentions()


@pytest.mark.parametrize(
    "question", ["¿por qué calentaron los huevos?", "wie wärmen die Pinguine ihre Eier?", "huevos"]
)
def test_where_there_is_no_list_of_common_words_no_word_is_taken_for_a_name(question: str) -> None:
    assert asked(question.lower()) == Mentions()


def test_numbers_are_unknown_in_small_letters_too() -> None:
    assert asked("who spoke in 2022?").unknown == ("2022",)
