"""Which names of a question no article mentions, and what is suggested for them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from qa.answering.mentions import Mentions, mentions, spellings
from qa.backends.base import LoadedCandidate
from qa.text.analysis import terms
from qa.types import Chunk, Document, Query, Span

CORPUS = "Almagro and Blinken spoke in Brazil. The Venezuelan court met in Maastricht, Carelia, in 2021."


def passage(text: str = CORPUS, source: str | None = None) -> LoadedCandidate:
    span = Span(0, len(text))
    document = Document("a", text, source=source)
    return LoadedCandidate(0, document, Chunk(0, len(text), 0, 1), (span,), np.ones((1, 1), dtype=np.float32))


def mentioned(question: str, source: str | None = None) -> Mentions:
    """In a corpus of one passage, every term of the question being as informative as any other."""
    held = set(terms(CORPUS))

    def frequencies(asked: Sequence[str]) -> list[int]:
        return [int(term in held) for term in asked]

    asked = tuple(dict.fromkeys(terms(question)))
    query = Query(question, asked, lambda: np.ones(1, dtype=np.float32))
    occurrences = dict(zip(asked, frequencies(asked), strict=True))
    return mentions(query, dict.fromkeys(asked, 1.0), occurrences, frequencies, [passage(source=source)])


NOTHING = Mentions((), {}, False)


@pytest.mark.parametrize("question", [
    "what did Almagro say?", "what was said?", "?", "who met in 2021?", "What of the Brazilian court?",
    "Who spoke in Venezuela?", "What did Karelia and Almagro say?".replace("Karelia", "Carelian"),
])  # fmt: skip
def test_what_stands_in_an_article_in_any_form_is_mentioned(question: str) -> None:
    assert mentioned(question) == NOTHING


def test_the_source_of_a_passage_counts() -> None:
    assert mentioned("What did the Herald say?").unknown == ("Herald",)
    assert mentioned("What did the Herald say?", source="Port Herald") == NOTHING


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
    assert mentioned(question) == Mentions(unknown, {}, absent)


@pytest.mark.parametrize(
    ("question", "word", "meant"),
    [
        ("What did Blinkin say?", "Blinkin", "Blinken"),
        ("What of Maastrich?", "Maastrich", "Maastricht"),
        ("What of Maastrihct?", "Maastrihct", "Maastricht"),
    ],
)
def test_a_name_that_is_like_one_in_the_articles_is_not_absent_and_that_one_is_suggested(
    question: str, word: str, meant: str
) -> None:
    assert mentioned(question) == Mentions((word,), {word: (meant,)}, False)


@pytest.mark.parametrize("word", ["2022", "Blin", "Blunkin", "Almagro"])
def test_numbers_short_words_and_words_two_letters_off_have_no_near_spelling(word: str) -> None:
    assert spellings(word, [passage()]) == ()
