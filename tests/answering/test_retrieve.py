"""From a question to ranked passages: the searches together."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from qa.answering.quote import InformationNeed, best_quote
from qa.answering.request import Query
from qa.answering.retrieve import frequencies, make_query, retrieve, term_weights
from qa.backends.filters import Filter
from qa.backends.memory import MemoryIndex
from qa.config import SearchConfig
from qa.types import Document
from tests.support import WordEncoder, article, indexed

ENCODER = WordEncoder(max_tokens=16)

ARTICLES = [
    article(
        "oas",
        "Luis Almagro leads the Organization of American States. He requested an arrest warrant for Nicolás Maduro. "
        "The request went to the International Criminal Court. The court in The Hague did not comment.",
        title="OAS chief",
        date="2024-07-31",
        source="Miami Herald",
    ),
    article(
        "lula",
        "Luiz Inácio Lula da Silva won the election in Brazil. Lula da Silva had 50.9 percent of the vote. "
        "Jair Bolsonaro did not concede at once.",
        title="Brazil votes",
        date="2022-10-31",
        source="BBC",
    ),
    article(
        "guaido",
        "Juan Guaidó called the election a fraud. Only a third of the voters took part. "
        "Maduro controls the courts and the army.",
        date="2020-12-08",
        source="BBC News",
    ),
    article("undated", "Nobody knows when this was written. It mentions Maduro once."),
]


def build(documents: Sequence[Document]) -> MemoryIndex:
    return indexed(documents, ENCODER)


@pytest.fixture(scope="module")
def index() -> MemoryIndex:
    return build(ARTICLES)


ANY = Filter()

#: An index whose passages have no stems that a question might ask for.
EMPTY = MemoryIndex(ENCODER.dimension)


def ask(question: str, within: Filter = ANY, index: MemoryIndex = EMPTY) -> Query:
    with ThreadPoolExecutor(1) as pool:
        return make_query(question, ENCODER, index, within, pool)


# The question


def test_a_question_has_the_terms_of_a_passage_each_once() -> None:
    query = ask("Who requested a warrant, and which warrants did Almagro request?")
    assert query.terms == ("request", "warrant", "almagro")


def test_a_question_keeps_its_words_its_vector_and_its_filter() -> None:
    within = Filter(source="bbc")
    query = ask("  what did Almagro request? ", within)
    assert query.question == "  what did Almagro request? "
    assert query.filter == within
    np.testing.assert_array_equal(query.vector, ENCODER.encode_query("what did Almagro request?"))


def test_a_question_of_function_words_has_no_terms_but_a_vector(index: MemoryIndex) -> None:
    query = ask("what was it?")
    assert query.terms == ()
    results = retrieve(index, index.info, query, SearchConfig())
    assert len(results) == index.info.passages
    assert all("lexical" not in r.scores for r in results)


# Both searches


def minmax(scores: dict[int, float], depth: int) -> dict[int, float]:
    """The formula, with the zero that a short ranking has below its last passage."""
    low = min([*scores.values(), 0.0] if len(scores) < depth else scores.values(), default=0.0)
    high = max(scores.values(), default=0.0)
    return {n: (score - low) / (high - low) if high > low else 1.0 for n, score in scores.items()}


@pytest.mark.parametrize("question", ["what did Almagro request?", "who won in Brazil?", "Maduro", "zebra"])
def test_the_score_is_the_weighted_sum_over_the_three_channels(index: MemoryIndex, question: str) -> None:
    config = SearchConfig(depth=100, lexical_weight=0.5, dense_weight=0.3, sentence_weight=0.2)
    query = ask(question)
    lexical = index.lexical(query.terms, 100, Filter())
    dense: dict[int, float] = {}
    sentence: dict[int, float] = {}
    number = 0
    for document in ARTICLES:
        encoded = index.encoded(document.id)
        assert encoded is not None
        for chunk, vector in zip(encoded.passages, encoded.passage_vectors, strict=True):
            dense[number] = float(np.dot(vector, query.vector))
            inside = encoded.sentence_vectors[chunk.first_sentence : chunk.last_sentence]
            sentence[number] = max(float(np.dot(v, query.vector)) for v in inside)
            number += 1
    channels = {
        0.5: minmax(dict(zip(lexical.numbers.tolist(), lexical.scores.tolist(), strict=True)), 100),
        0.3: minmax(dense, 100),
        0.2: minmax(sentence, 100),
    }
    expected = {n: sum(w * shares.get(n, 0.0) for w, shares in channels.items()) for n in dense}
    results = retrieve(index, index.info, query, config)
    assert {r.candidate.number: r.score for r in results} == pytest.approx(expected, abs=1e-5)
    assert [r.score for r in results] == sorted((r.score for r in results), reverse=True)


def test_a_passage_that_both_searches_find_is_listed_once_with_its_place_in_each(index: MemoryIndex) -> None:
    results = retrieve(index, index.info, ask("Almagro requested an arrest warrant"), SearchConfig())
    numbers = [r.candidate.number for r in results]
    assert len(numbers) == len(set(numbers))
    assert set(results[0].scores) == {"lexical", "dense", "sentence"}
    assert results[0].candidate.document.id == "oas"


def test_a_question_finds_the_inflected_form(index: MemoryIndex) -> None:
    by_terms = SearchConfig(lexical_weight=1, dense_weight=0, sentence_weight=0)
    best = retrieve(index, index.info, ask("who would request arrests?"), by_terms)[0].candidate
    assert "He requested an arrest" in best.document.text[best.chunk.start : best.chunk.end]


def test_depth_is_what_each_search_gives(index: MemoryIndex) -> None:
    query = ask("Maduro")
    for depth in (1, 2, 3):
        results = retrieve(index, index.info, query, SearchConfig(depth=depth))
        assert sum("dense" in r.scores for r in results) == depth
        assert sum("lexical" in r.scores for r in results) <= depth
        assert all("sentence" in r.scores for r in results)


@pytest.mark.parametrize(
    ("within", "documents"),
    [
        (Filter(), {"oas", "lula", "guaido", "undated"}),
        (Filter(source="bbc"), {"lula", "guaido"}),
        (Filter(since="2022-10-31"), {"oas", "lula"}),
        (Filter(until="2022-10-31"), {"lula", "guaido"}),
        (Filter(since="2021-01-01", source="BBC"), {"lula"}),
        (Filter(source="nobody"), set()),
    ],
)
def test_a_filter_holds_for_both_searches(index: MemoryIndex, within: Filter, documents: set[str]) -> None:
    results = retrieve(index, index.info, ask("Maduro election", within), SearchConfig())
    assert {r.candidate.document.id for r in results} == documents


def test_reciprocal_ranks_may_be_chosen(index: MemoryIndex) -> None:
    config = SearchConfig(fusion="rrf", lexical_weight=0.5, dense_weight=0.3, sentence_weight=0.2)
    for r in retrieve(index, index.info, ask("Maduro"), config):
        assert r.score == pytest.approx(sum(config.weights[n] / (60 + place.rank) for n, place in r.scores.items()))


def test_the_same_question_gives_the_same_ranking(index: MemoryIndex) -> None:
    one, other = (retrieve(index, index.info, ask("Maduro election"), SearchConfig()) for _ in range(2))
    assert [(r.candidate.number, r.score, r.scores) for r in one] == [
        (r.candidate.number, r.score, r.scores) for r in other
    ]


# Weights


def weights(index: MemoryIndex, query: Query) -> dict[str, float]:
    return term_weights(frequencies(index, query), index.info.passages)


def test_frequencies_count_the_passages_that_hold_each_term(index: MemoryIndex) -> None:
    holding = dict.fromkeys(("zebra", "brazil", "maduro", "2020"), 0)
    for document in ARTICLES:
        encoded = index.encoded(document.id)
        assert encoded is not None
        for passage in encoded.terms:
            holding = {term: n + (term in passage) for term, n in holding.items()}
    assert holding["zebra"] == 0 < holding["brazil"]
    assert frequencies(index, ask("Did a zebra see Brazil, Maduro and Maduro in 2020?")) == (
        {"zebra": 0, "see": 0, "brazil": holding["brazil"], "maduro": holding["maduro"], "2020": holding["2020"]}
    )


def test_a_question_without_terms_has_no_frequencies(index: MemoryIndex) -> None:
    assert frequencies(index, ask("what was it?")) == {}
    assert term_weights({}, 9) == {}


def test_a_rare_term_weighs_more_than_a_common_one() -> None:
    results = term_weights({"zebra": 0, "almagro": 1, "maduro": 7}, 7)
    # By hand, with 7 passages: ln(1 + 7.5 / 0.5), ln(1 + 6.5 / 1.5) and ln(1 + 0.5 / 7.5).
    assert results == pytest.approx({"zebra": math.log(16), "almagro": math.log(16 / 3), "maduro": math.log(16 / 15)})


@pytest.mark.parametrize("n", range(6))
def test_a_term_of_every_passage_still_weighs_something(n: int) -> None:
    assert term_weights({"maduro": n}, 5)["maduro"] > 0


# The quote


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("which percent went to Lula da Silva?", "Lula da Silva had 50.9 percent of the vote."),
        ("Did Bolsonaro concede?", "Jair Bolsonaro did not concede at once."),
        ("who won the election in Brazil?", "Luiz Inácio Lula da Silva won the election in Brazil."),
    ],
)
def test_the_sentence_that_answers_is_quoted(question: str, answer: str) -> None:
    document = ARTICLES[1]
    index = indexed([document], WordEncoder(max_tokens=100))
    query = ask(question)
    (candidate,) = index.candidates([0])
    _, (start, end) = best_quote(InformationNeed.of(query, weights(index, query)))(candidate)
    assert document.text[start:end] == answer


def test_the_passage_that_answers_has_the_better_quote(index: MemoryIndex) -> None:
    query = ask("who would request an arrest warrant?")
    quote = best_quote(InformationNeed.of(query, weights(index, query)))
    candidates = index.candidates(range(index.info.passages))
    best = max(candidates, key=lambda candidate: quote(candidate)[0])
    start, end = quote(best)[1]
    assert "requested an arrest warrant" in best.document.text[start:end]
