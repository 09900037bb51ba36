"""Words in another form, in articles of six languages, and what a question's language changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.answering.quote import InformationNeed, coverage
from qa.answering.request import Query
from qa.answering.retrieve import frequencies, make_query, retrieve, term_weights
from qa.answering.stems import stem_terms
from qa.backends.filters import Filter
from qa.backends.memory import MemoryIndex
from qa.config import SearchConfig
from qa.text.languages import language_of
from tests.support import WordEncoder, article, indexed

ENCODER = WordEncoder(max_tokens=60)
BY_WORDS = SearchConfig(lexical_weight=1, dense_weight=0, sentence_weight=0)

ARTICLES = {
    "en": "The dockers of Kelmouth were striking on Monday, and the council has rejected what they had requested.",
    "es": "La manifestación de los estibadores fue el lunes en Kelmouth, y el juez no ordenó que se suspendiera.",
    "de": "Die Häfen der Küste wurden am Montag geschlossen, und der Rat hat die Verhandlungen nicht begonnen.",
    "fr": "Les négociations des dockers ont été suspendues lundi, et le conseil a refusé leur proposition.",
    "it": "Il porto e le navi sono stati chiusi lunedì, e il consiglio non ha approvato le richieste.",
    "pt": "As negociações dos estivadores foram suspensas na segunda-feira, e o conselho não aprovou as propostas.",
}


def build(texts: dict[str, str]) -> MemoryIndex:
    return indexed([article(name, text) for name, text in sorted(texts.items())], ENCODER)


@pytest.fixture(scope="module")
def index() -> MemoryIndex:
    return build(ARTICLES)


def ask(question: str, index: MemoryIndex) -> Query:
    with ThreadPoolExecutor(1) as pool:
        return make_query(question, ENCODER, index, Filter(), pool)


def found(question: str, index: MemoryIndex) -> list[str]:
    """The documents that have a word of the question, best first."""
    ranked = retrieve(index, index.info, ask(question, index), BY_WORDS)
    return [one.candidate.document.id for one in ranked if "lexical" in one.scores]


@pytest.mark.parametrize(
    ("code", "question"),
    [
        ("en", "When did the docker strike?"),
        ("es", "¿Cuándo fueron las manifestaciones?"),
        ("es", "¿Qué se ordenaron?"),
        ("de", "Warum wurde der Hafen nicht geschlossen?"),
        ("fr", "Pourquoi la négociation est-elle dans l'impasse ?"),
        ("it", "Perché il consiglio non approva la richiesta?"),
        ("pt", "Por que a negociação não foi adiante?"),
    ],
)
def test_an_inflected_question_finds_the_article_of_its_language(index: MemoryIndex, code: str, question: str) -> None:
    assert language_of(question) == code
    assert found(question, index)[0] == code


@pytest.mark.parametrize(("code", "keywords"), [("es", "manifestaciones"), ("pt", "negociação"), ("it", "richiesta")])
def test_keywords_that_no_passage_has_are_stemmed_as_every_language(
    index: MemoryIndex, code: str, keywords: str
) -> None:
    assert language_of(keywords) is None
    assert code in found(keywords, index)


def test_a_name_is_found_in_every_language(index: MemoryIndex) -> None:
    assert set(found("Kelmouth", index)) == {"en", "es"}
    assert ask("Kelmouth", index).stems == {}
    for question in ("¿Qué pasó en Kelmouth?", "Was ist in Kelmouth passiert?", "What happened in Kelmouth?"):
        assert {"en", "es"} <= set(found(question, index))


def test_a_word_of_the_same_stem_covers_the_question_s(index: MemoryIndex) -> None:
    query = ask("¿Cuándo fueron las manifestaciones?", index)
    need = InformationNeed.of(query, term_weights(frequencies(index, query), index.info.passages))
    assert coverage(need.terms_of("La manifestación fue el lunes."), need.weights) == 1
    assert coverage(need.terms_of("Fue el lunes."), need.weights) == 0
    assert frequencies(index, query) == dict.fromkeys(query.terms, 1)


@pytest.mark.parametrize("question", ["¿Cuándo fueron las manifestaciones?", "dockers manifestaciones", "Who struck?"])
def test_english_articles_have_no_stems_to_ask_for(question: str) -> None:
    query = ask(question, build({"en": ARTICLES["en"]}))
    assert query.stems == {}
    assert stem_terms(query) == []


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from(sorted(ARTICLES)),
    st.sampled_from(["", "¿Qué es de la {}?", "Was ist mit {}?", "What of {}?"]),
    st.data(),
)
def test_a_word_of_an_article_always_finds_it(code: str, asking: str, data: st.DataObject) -> None:
    index = build(ARTICLES)
    encoded = index.encoded(code)
    assert encoded is not None
    words = [word.strip(".,") for word in ARTICLES[code].split()]
    word = data.draw(st.sampled_from(words))
    query = ask(asking.format(word) if asking else word, index)
    if set(query.terms) & set(encoded.terms[0]):
        assert code in found(query.question, index)
