"""Words count as far as they can be found in a passage's language; in an index of one language all is as it was."""

from __future__ import annotations

import numpy as np
import pytest

import qa
from qa.answering.across import ALIKE, for_reader, is_across, weights_across
from qa.answering.calibration import shipped, shipped_across
from qa.answering.confidence import Evidence
from qa.answering.mentions import Mentions, written_alike
from qa.backends.base import Candidate
from qa.config import MULTILINGUAL_FINGERPRINT, SearchConfig, is_multilingual
from qa.types import Chunk, Document, Span
from tests.support import WordEncoder, in_memory

ENGLISH = "The council capped the rents for five years, and the tenants were glad of it."
SPANISH = "El consejo limitó los alquileres durante cinco años, y los inquilinos se alegraron de ello."
UNTOLD = "12, 13, 14, 15."
QUESTION = "¿Quién limitó los alquileres de la ciudad?"
CONFIG = SearchConfig(lexical_weight=0.5, dense_weight=0.1, sentence_weight=0.4)


def candidate(text: str, language: str | None = None) -> Candidate:
    document, spans = Document("d", text, language=language), (Span(0, len(text)),)
    return in_memory(0, document, Chunk(0, len(text), 0, 1), spans, np.ones((1, 2), dtype=np.float32))


def weights(question: str, passage: Candidate, held: float = 1.0, config: SearchConfig = CONFIG) -> list[float]:
    found = weights_across(question, held, [passage], config)(0)
    return [found["lexical"], found["dense"], found["sentence"]]


@pytest.mark.parametrize("passage", [candidate(SPANISH), candidate(UNTOLD), candidate(ENGLISH, "es-MX")])
def test_in_the_question_s_language_or_none_words_count_as_far_as_articles_have_them(passage):
    assert weights(QUESTION, passage) == pytest.approx([0.5, 0.1, 0.4])
    assert weights(QUESTION, passage, held=0.25) == pytest.approx([0.125, 0.1, 0.4])


@pytest.mark.parametrize("passage", [candidate(ENGLISH), candidate(SPANISH, "EN")])
def test_in_another_language_meaning_counts_for_what_words_cannot_tell(passage):
    assert weights(QUESTION, passage) == pytest.approx([0.5 * ALIKE, 0.2, 0.8])
    assert weights(QUESTION, passage, held=0.25) == pytest.approx([0.5 * ALIKE, 0.2, 0.8])


def test_a_question_without_a_language_is_in_any():
    assert weights("Guaidó 2019?", candidate(ENGLISH), held=0.5) == pytest.approx([0.25, 0.1, 0.4])


def test_where_words_alone_are_searched_for_they_count_wholly():
    config = SearchConfig(lexical_weight=1, dense_weight=0, sentence_weight=0)
    assert weights(QUESTION, candidate(ENGLISH), held=0.25, config=config) == [1, 0, 0]


def test_only_an_index_of_several_languages_is_searched_so():
    assert is_multilingual(f"multilingual@{MULTILINGUAL_FINGERPRINT[:12]}")
    assert is_multilingual(f"e5-small-q4.bin@{MULTILINGUAL_FINGERPRINT[:12]}")
    assert not is_multilingual("all-MiniLM-L6-v2@0123456789ab")
    assert not is_multilingual("")


def test_a_passage_is_in_another_language_only_where_that_is_known():
    assert is_across("es", candidate(ENGLISH))
    assert not is_across("es", candidate(SPANISH))
    assert not is_across("es", candidate(UNTOLD))
    assert is_across("es", candidate(SPANISH, "en-GB"))


def test_across_languages_meaning_decides_and_words_need_not_match():
    """What a Spanish question on English text has: close in meaning, first in every search, one name in common."""
    found = Evidence(coverage=0.25, similarity=0.5, agreement=0.8)
    assert shipped_across(reads=False).calibration.answers(found)
    assert not shipped(reads=False).calibration.answers(found)
    unlike = Evidence(coverage=0.25, similarity=0.1, agreement=0.8)
    assert not shipped_across(reads=False).calibration.answers(unlike)


GERMAN = Document("ost", "Die Brücke über die Ostrach ist seit Montag wieder offen, und die Busse fahren wie vorher.")


class Several(WordEncoder):
    """Taken for a model of several languages: names are alike in them, so that it finds an article by these."""

    fingerprint = MULTILINGUAL_FINGERPRINT


def test_the_reader_says_nothing_of_a_passage_in_a_language_that_it_does_not_read():
    with qa.from_documents([GERMAN], encoder=Several()) as index:
        answer = index.ask("When did the Ostrach bridge of Germany open again?")
        assert is_multilingual(answer.index.embedder)
        first = (*answer.citations, *answer.nearest)[0]
        assert "reader" not in first.scores
        assert (answer.evidence["reading"], answer.evidence["missing_names"], answer.evidence["absent"]) == (0, 0, 0)
        assert answer.unknown == ()  # the articles may call it Deutschland


HALVORSEN = Document(
    "h", "Halvorsen said on Monday that the bridge would open in 1990, and Huber thanked the builders."
)


def test_the_reader_is_asked_about_an_english_passage_with_english_words_of_asking():
    with qa.from_documents([HALVORSEN], encoder=Several()) as index:
        answer = index.ask("¿Cuándo dijo Halvorsen que se abriría el puente?")
        first = (*answer.citations, *answer.nearest)[0]
        assert "reader" in first.scores
        assert answer.evidence["reading"] != 0


@pytest.mark.parametrize(
    ("question", "asked", "passage", "text"),
    [
        ("¿Quién pagó el hotel?", "es", candidate(ENGLISH), "¿who paid the hotel?"),
        (QUESTION, "es", candidate(SPANISH), None),
        (QUESTION, "es", candidate(UNTOLD), None),
        (QUESTION, None, candidate(SPANISH), QUESTION),
        ("Who capped the rents?", "en", candidate(SPANISH), None),
        ("Who capped the rents?", "en", candidate(UNTOLD), "Who capped the rents?"),
    ],
)
def test_the_reader_is_asked_about_what_it_can_read(question, asked, passage, text):
    assert for_reader(question, asked, passage) == text


def test_of_what_is_written_alike_it_is_told_that_no_article_has_it():
    names = {"germani": "Germany", "1877": "1877", "blinkin": "Blinkin"}
    told = Mentions(names, tuple(names.values()), {"Blinkin": ("Blinken",)}, absent=True)
    assert written_alike(told) == Mentions({"1877": "1877"}, ("1877", "Blinkin"), {"Blinkin": ("Blinken",)})
