"""What becomes of the passages to cite when a reader has read them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from qa.answering.quote import InformationNeed, best_quote
from qa.answering.read import SHARE, Reading, probability, quote_odds, read
from qa.answering.request import Query
from qa.answering.retrieve import RankedPassage
from qa.answering.select import QuotedPassage, select
from qa.config import SearchConfig
from qa.models.base import TitledText
from qa.types import ChannelScore, Chunk, Document, FloatArray, Span
from tests.support import in_memory

VECTOR = np.array([1.0, 0.0], dtype=np.float32)
WANTED = InformationNeed.of(Query("Who said aye?", (), lambda: VECTOR), {})


class Marks:
    """A ``Reader`` in the sense of ``qa.models.base``: log-odds are a sentence's plus signs less its minus signs."""

    fingerprint = "0" * 64

    def read(self, question: str, passage: TitledText, sentences: Sequence[Span]) -> FloatArray:
        assert question == WANTED.question
        texts = [passage.text[start:end] for start, end in sentences]
        return np.array([text.count("+") - text.count("-") for text in texts], dtype=np.float32)


def ranked(name: str, score: float, *sentences: str, number: int = 0) -> RankedPassage:
    """A passage of an article of its own."""
    text = " ".join(["Before.", *sentences])
    spans: list[Span] = []
    for sentence in sentences:
        start = text.index(sentence, spans[-1].end if spans else 7)
        spans.append(Span(start, start + len(sentence)))
    chunk = Chunk(spans[0].start, spans[-1].end, 0, len(spans))
    vectors = np.ones((len(spans), 2), dtype=np.float32)
    candidate = in_memory(number, Document(name, text), chunk, tuple(spans), vectors)
    return RankedPassage(candidate, score, {"dense": ChannelScore(1, 0.5, score)})


def run(passages: Sequence[RankedPassage], depth: int = 4, share: float = SHARE) -> list[RankedPassage]:
    return [*judged(passages, depth, share).ranked]


def judged(passages: Sequence[RankedPassage], depth: int = 4, share: float = SHARE) -> Reading:
    with ThreadPoolExecutor(2) as pool:
        return read(numbered(passages), WANTED, Marks(), depth, pool, share)


def numbered(passages: Sequence[RankedPassage]) -> list[RankedPassage]:
    """The passages, as candidates that differ in their numbers."""
    each = ((one, one.candidate) for one in passages)
    return [
        one._replace(candidate=in_memory(number, of.document, of.chunk, tuple(of.sentences), of.vectors))
        for number, (one, of) in enumerate(each)
    ]


def names(passages: Sequence[RankedPassage]) -> list[str]:
    return [one.candidate.document.id for one in passages]


def quotes(passages: Sequence[RankedPassage], depth: int = 4, share: float = SHARE) -> list[str]:
    """The quotes of the passages as they rank after reading."""
    after, opinions, _ = judged(passages, depth, share)
    quote = best_quote(WANTED, opinions)
    spans = [(one.candidate.document.text, quote(one.candidate)[1]) for one in after]
    return [text[start:end] for text, (start, end) in spans]


def test_the_sentence_that_the_reader_takes_for_the_answer_is_quoted() -> None:
    assert quotes([ranked("a", 0.9, "He left --.", "He left ++++.", "He left ----.")]) == ["He left ++++."]


def test_a_faint_opinion_leaves_the_choice_to_the_rules() -> None:
    said = "He left the hall at noon on Friday, and more was to be heard of it ---------."
    assert quotes([ranked("a", 0.9, said, "He left --------.")]) == [said]


def test_a_passage_that_answers_comes_before_one_that_ranked_a_little_better() -> None:
    first, second = ranked("a", 0.9, "He left ----."), ranked("b", 0.8, "She left ++++.")
    assert names(run([first, second])) == ["b", "a"]
    assert names(run([first, ranked("b", 0.2, "She left ++++.")])) == ["a", "b"]


def test_scores_add_up_and_the_log_odds_are_told() -> None:
    cited = run([ranked("a", 0.9, "He left -.", "He left +."), ranked("b", 0.2, "She left ---.")])
    odds = math.log(math.exp(-1) + math.exp(1))
    place = cited[0].scores["reader"]
    assert (place.rank, cited[1].scores["reader"].rank) == (1, 2)
    assert place.score == pytest.approx(odds)
    assert place.weight == pytest.approx(SHARE / (1 + math.exp(-odds)))
    for one in cited:
        assert one.score == pytest.approx(sum(p.weight for p in one.scores.values()))


def test_only_the_first_are_read_and_the_others_keep_their_order() -> None:
    cited = [ranked(name, 0.5, "He left.") for name in "abcd"]
    after = run(cited, depth=2)
    assert names(after) == ["a", "b", "c", "d"]
    assert ["reader" in one.scores for one in after] == [True, True, False, False]
    assert [one.score for one in after[2:]] == pytest.approx([0.5 * (1 - SHARE)] * 2)
    assert run([]) == []


class SecondThoughts(Marks):
    """Takes a quote with a star for no answer, once it reads it alone."""

    def read(self, question: str, passage: TitledText, sentences: Sequence[Span]) -> FloatArray:
        odds = super().read(question, passage, sentences)
        return odds - 8 * (passage.text.startswith("He left *"))


def test_what_is_thought_of_a_quote_is_the_mean_of_its_passage_s_reading_and_its_own() -> None:
    one = ranked("a", 0.9, "So.", "He left *+++.", "He left -.")
    quoted = QuotedPassage(one, one.candidate.sentences[1])
    opinions = {one.candidate.number: np.array([0.0, 5.0, -1.0], dtype=np.float32)}
    assert quote_odds(quoted, WANTED.question, SecondThoughts(), opinions) == pytest.approx((5 + 3 - 8) / 2)
    assert quote_odds(quoted, WANTED.question, SecondThoughts(), {}) == pytest.approx((3 + 3 - 8) / 2)


@pytest.mark.parametrize("odds", [-1000.0, -2.0, 0.0, 3.0, 1000.0])
def test_log_odds_are_a_probability(odds: float) -> None:
    assert probability(odds) == pytest.approx(1 / (1 + math.exp(min(700.0, -odds))))


def test_the_others_never_score_more_than_the_worst_read() -> None:
    cited = [ranked("a", 0.9, "He left ++."), ranked("b", 0.8, "She left -----."), ranked("c", 0.79, "They left.")]
    scores = [one.score for one in run(cited, depth=2)]
    assert names(run(cited, depth=2)) == ["a", "b", "c"]
    assert scores == sorted(scores, reverse=True)
    for one in run(cited, depth=2):
        assert one.score == pytest.approx(sum(p.weight for p in one.scores.values()))


def test_without_a_share_the_order_stays_and_the_quote_is_the_reader_s() -> None:
    cited = [ranked("a", 0.9, "He left ---."), ranked("b", 0.8, "She left.", "She left ++++.")]
    after = run(cited, 2, 0.0)
    assert (names(after), [one.score for one in after]) == (["a", "b"], [0.9, 0.8])
    assert quotes(cited, 2, 0.0)[1] == "She left ++++."


def test_of_passages_that_overlap_the_one_that_the_reader_likes_is_cited() -> None:
    """An article's second passage, which the first one overlaps, has the answer."""
    text = "She left the hall --. They met ---. Aye, said Ada ++++."
    spans = (Span(0, 21), Span(22, 35), Span(36, 55))
    vectors = np.ones((2, 2), dtype=np.float32)
    one, other = (
        in_memory(0, Document("a", text), Chunk(spans[0].start, spans[1].end, 0, 2), spans[:2], vectors),
        in_memory(0, Document("a", text), Chunk(spans[1].start, spans[2].end, 1, 3), spans[1:], vectors),
    )
    passages, opinions, _ = judged([RankedPassage(one, 0.9, {}), RankedPassage(other, 0.7, {})])
    (cited,) = select(passages, 5, SearchConfig(), best_quote(WANTED, opinions))
    assert text[cited.quote.start : cited.quote.end] == "Aye, said Ada ++++."
