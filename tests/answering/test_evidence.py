"""What speaks for and against the first citation: each kind by hand, on documents of a few words."""

from __future__ import annotations

import numpy as np
import pytest

from qa.answering.confidence import Evidence
from qa.answering.evidence import denies, evidence
from qa.answering.mentions import Mentions
from qa.answering.quote import InformationNeed
from qa.answering.request import Query
from qa.answering.retrieve import RankedPassage
from qa.answering.select import QuotedPassage
from qa.text.analysis import terms
from qa.text.names import names
from qa.types import ChannelScore, Chunk, Document, Span
from tests.support import in_memory

#: Half a unit of the last digit to which the values are rounded.
DIGITS = 0.5e-4

#: Two sentences, of which ``cited`` quotes the first unless it is told otherwise.
REQUEST = "Almagro requested a warrant."
SILENCE = "The court in The Hague did not comment on 31 July."


def cited(
    *sentences: str,
    quoted: tuple[int, int] = (0, 1),
    vectors: list[list[float]] | None = None,
    title: str = "",
    date: str | None = None,
    before: str = "",
    ranks: dict[str, int] | None = None,
) -> QuotedPassage:
    """A passage of these sentences, and as its quote the sentences ``[first, last)``."""
    text = " ".join([before, *sentences]).strip()
    spans: list[Span] = []
    for sentence in sentences:
        start = text.index(sentence, spans[-1].end if spans else 0)
        spans.append(Span(start, start + len(sentence)))
    rows = vectors or [[1.0, 0.0]] * len(sentences)
    chunk = Chunk(spans[0].start, spans[-1].end, 0, len(spans))
    document = Document("a", text, title, date)
    candidate = in_memory(0, document, chunk, tuple(spans), np.array(rows, dtype=np.float32))
    scores = {name: ChannelScore(rank, 1.0, 0.0) for name, rank in (ranks or {}).items()}
    first, last = quoted
    return QuotedPassage(RankedPassage(candidate, 1.0, scores), Span(spans[first].start, spans[last - 1].end))


def query(question: str, vector: tuple[float, float] = (1.0, 0.0)) -> Query:
    return Query(question, tuple(dict.fromkeys(terms(question))), lambda: np.array(vector, dtype=np.float32))


def evidence_of(first: QuotedPassage, question: str, **weights: float) -> Evidence:
    """The evidence, every term of the question being as informative as any other unless ``weights`` are given."""
    asked = query(question)
    return of(first, InformationNeed.of(asked, weights or dict.fromkeys(asked.terms, 1.0)))


def of(first: QuotedPassage, wanted: InformationNeed, absent: bool = False) -> Evidence:
    """The evidence, where all that the question names is somewhere in the articles unless it is ``absent``."""
    return evidence(first, wanted, Mentions(names(wanted.question), absent=absent))


# Coverage


def test_a_question_of_function_words_alone_asks_for_nothing_that_an_article_could_have() -> None:
    assert evidence_of(cited(REQUEST), "what of it?").absent == 1
    assert evidence_of(cited(REQUEST), "what of the warrant?").absent == 0


def test_coverage_is_the_share_of_the_terms_that_the_quote_holds_by_weight() -> None:
    first = cited(REQUEST, SILENCE)
    assert evidence_of(first, "a warrant of the court?", warrant=1.0, court=3.0).coverage == pytest.approx(
        1 / 4, abs=DIGITS
    )
    assert evidence_of(first, "a warrant of Almagro?", warrant=1.0, almagro=3.0).coverage == pytest.approx(
        1, abs=DIGITS
    )
    assert evidence_of(first, "a penguin?", penguin=2.0).coverage == 0


def test_coverage_counts_the_quote_and_not_the_rest_of_its_passage() -> None:
    assert evidence_of(cited(REQUEST, SILENCE), "court?").coverage == 0
    assert evidence_of(cited(REQUEST, SILENCE, quoted=(1, 2)), "court?").coverage == 1
    assert evidence_of(cited(REQUEST, SILENCE, quoted=(0, 2)), "court and warrant?").coverage == 1


def test_coverage_counts_a_synonym_of_the_word_that_asks() -> None:
    first = cited("Almagro called for a warrant.")
    assert evidence_of(first, "what did Almagro request?").coverage == pytest.approx(1, abs=DIGITS)
    assert evidence_of(first, "what did Almagro read?").coverage == pytest.approx(1 / 2, abs=DIGITS)


def test_coverage_counts_the_article_s_title_month_and_year() -> None:
    first = cited(REQUEST, title="OAS chief", date="2024-07-31")
    assert evidence_of(first, "did the OAS chief request it in July 2024?").coverage == pytest.approx(1, abs=DIGITS)
    # Of request, june and 2023, the quote holds one and the heading none.
    assert evidence_of(first, "request of June 2023?").coverage == pytest.approx(1 / 3, abs=DIGITS)


def test_a_question_without_terms_is_not_covered() -> None:
    assert of(cited(REQUEST), InformationNeed.of(query("what is it?"), {})).coverage == 0


# Similarity


def test_similarity_is_the_cosine_of_the_question_with_the_quote() -> None:
    vectors = [[0.6, 0.8], [1.0, 0.0]]
    asked = InformationNeed.of(query(REQUEST, (0.8, 0.6)), {})
    one, two = (cited(REQUEST, SILENCE, quoted=q, vectors=vectors) for q in ((0, 1), (0, 2)))
    # 0.6 * 0.8 + 0.8 * 0.6; and of (1.6, 0.8), whose length is the root of 3.2, with (0.8, 0.6): 1.76 / 1.7888...
    assert of(one, asked).similarity == pytest.approx(0.96, abs=DIGITS)
    assert of(two, asked).similarity == pytest.approx(1.76 / 3.2**0.5, abs=DIGITS)


def test_similarity_may_be_negative() -> None:
    assert of(
        cited(REQUEST, vectors=[[-1.0, 0.0]]), InformationNeed.of(query(REQUEST), {})
    ).similarity == pytest.approx(-1)


# Agreement


@pytest.mark.parametrize(
    ("ranks", "expected"),
    [
        ({"lexical": 1, "dense": 1, "sentence": 1}, 1),
        ({"lexical": 1, "dense": 2, "sentence": 4}, (1 + 1 / 2 + 1 / 4) / 3),
        ({"dense": 2, "sentence": 1}, (1 / 2 + 1) / 3),
        ({"lexical": 1}, 1 / 3),
        ({}, 0),
    ],
)
def test_agreement_is_the_mean_of_the_reciprocal_ranks(ranks: dict[str, int], expected: float) -> None:
    assert evidence_of(cited(REQUEST, ranks=ranks), "?").agreement == pytest.approx(expected, abs=DIGITS)


def test_a_reranker_does_not_agree_or_disagree() -> None:
    ranks = {"lexical": 2, "dense": 2, "sentence": 2}
    for rank in (1, 50):
        assert evidence_of(cited(REQUEST, ranks=ranks | {"reranker": rank}), "?").agreement == pytest.approx(
            1 / 2, abs=DIGITS
        )


# Missing names


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("what did Almagro request of the court?", 0),
        ("what did Almagro request from Nicaragua?", 1),
        ("what did Almagro request from Nicaragua in 2018?", 2),
        ("what did the ambassador request?", 0),
        ("was it July 31?", 0),
        ("was it July 30?", 1),
    ],
)
def test_names_and_numbers_are_looked_for_in_the_whole_passage(question: str, expected: int) -> None:
    assert evidence_of(cited(REQUEST, SILENCE), question).missing_names == expected


def test_names_in_the_article_s_title_or_date_are_not_missing() -> None:
    first = cited(REQUEST, title="Nicaragua votes", date="2018-05-01")
    assert evidence_of(first, "what of Nicaragua in May 2018?").missing_names == 0
    assert evidence_of(first, "what of Nicaragua in May 2017?").missing_names == 1


def test_names_elsewhere_in_the_article_are_missing() -> None:
    assert evidence_of(cited(REQUEST, before="Nicaragua votes."), "what of Nicaragua?").missing_names == 1


# Missing number


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("how many warrants?", "Almagro requested warrants.", 1),
        ("how many warrants?", "Almagro requested 2 warrants.", 0),
        ("how many warrants?", "Almagro requested two warrants.", 0),
        ("when was it?", "Almagro requested warrants.", 1),
        ("¿cuándo fue?", "Almagro requested warrants.", 1),
        ("who was it?", "Almagro requested warrants.", 0),
    ],
)
def test_a_number_is_missing_where_one_is_asked_for_and_the_quote_has_none(
    question: str, quote: str, expected: int
) -> None:
    assert evidence_of(cited(quote), question).missing_number == expected


def test_a_number_elsewhere_in_the_passage_or_in_the_date_is_missing_still() -> None:
    assert evidence_of(cited(REQUEST, SILENCE, date="2024-07-31"), "when was it?").missing_number == 1
    assert evidence_of(cited(REQUEST, SILENCE, quoted=(1, 2)), "when was it?").missing_number == 0


# Denial


@pytest.mark.parametrize(
    ("question", "quote", "expected"),
    [
        ("who did not comment?", SILENCE, 0),
        ("who did not comment?", REQUEST, 1),
        ("who did comment?", SILENCE, 0),
        ("who did comment?", REQUEST, 0),
        ("¿quién no pidió nada?", REQUEST, 1),
    ],
)
def test_a_denial_that_the_quote_does_not_share_counts(question: str, quote: str, expected: int) -> None:
    assert evidence_of(cited(quote), question).denial == expected


@pytest.mark.parametrize(
    "text",
    [
        "it is not so",
        "NOT so",
        "Never again",
        "no one",
        "nobody",
        "nothing",
        "it cannot be",
        "it didn't",
        "it won\u2019t",
        "without them",
        "all except one",
        "neither of them",
        "no vino",
        "nunca",
        "jamás",
        "sin ellos",
        "nadie",
        "nada",
        "tampoco",
        "ningún voto",
        "ninguna",
    ],
)
def test_words_of_negation_deny(text: str) -> None:
    assert denies(text)


@pytest.mark.parametrize("text", ["", "a notable note", "the nominee", "in November", "exceptional", "sincere", "want"])
def test_words_that_only_look_like_them_do_not(text: str) -> None:
    assert not denies(text)


# Names that no article mentions


@pytest.mark.parametrize("absent", [False, True])
def test_a_question_about_what_no_article_mentions_is_marked(absent: bool) -> None:
    assert of(
        cited(REQUEST), InformationNeed.of(query("what of Nicaragua?"), {"nicaragua": 1.0}), absent
    ).absent == int(absent)


# The reader


@pytest.mark.parametrize(("odds", "expected"), [(0.0, 0.0), (-1.5, -1.5), (30.0, 8.0), (-30.0, -8.0)])
def test_reading_is_the_reader_s_log_odds_of_the_quote_within_bounds(odds: float, expected: float) -> None:
    wanted = InformationNeed.of(query("who?"), {})
    assert evidence(cited(REQUEST), wanted, Mentions(), odds).reading == expected


# Bare queries


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Almagro", 1),
        ("who is Almagro?", 1),
        ("Almagro warrant", 1),
        ("Almagro Nicaragua", 0),
        ("what did Almagro request?", 0),
        ("Almagro requested a warrant of the court in the great hall", 0),
    ],
)
def test_a_name_or_keywords_that_the_quote_holds_are_a_bare_query(question: str, expected: int) -> None:
    assert evidence_of(cited(REQUEST), question).bare == expected
