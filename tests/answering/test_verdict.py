"""Which calibration judges, and what is told where there is nothing to judge."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from qa.answering.calibration import shipped
from qa.answering.confidence import Calibration
from qa.answering.current import OpenGeneration
from qa.answering.quote import InformationNeed, best_quote
from qa.answering.read import Reading
from qa.answering.retrieve import frequencies, make_query, retrieve, term_weights
from qa.answering.select import select
from qa.answering.verdict import Verdict, judge
from qa.backends.filters import ANYTHING
from qa.config import SearchConfig
from tests.support import WordEncoder, article, indexed

ENCODER = WordEncoder(max_tokens=60)
INDEX = indexed([article("quay.md", "The council of Kelmouth sold the quay. Nobody bid for the crane.")], ENCODER)
ALWAYS = Calibration(bias=10.0, weights={}, threshold=0.0)


def verdict(
    question: str, calibration: Calibration | None = None, threshold: float | None = None, k: int = 5
) -> Verdict:
    with ThreadPoolExecutor(1) as pool:
        query = make_query(question, ENCODER, INDEX, ANYTHING, pool)
    need = InformationNeed.of(query, term_weights(frequencies(INDEX, query), INDEX.info.passages))
    ranked = retrieve(INDEX, INDEX.info, query, SearchConfig())
    passages = select(ranked, k, SearchConfig(), best_quote(need))
    opened = OpenGeneration(INDEX, INDEX.info, ENCODER, calibration)
    return judge(passages, need, None, Reading(ranked, {}, None), opened, threshold)


def test_without_a_passage_there_is_no_evidence_and_no_answer() -> None:
    one = verdict("Who sold the quay?", ALWAYS, k=0)
    assert (one.answered, one.confidence, one.evidence) == (False, 0.0, {})


def test_the_indexs_own_calibration_is_in_force_and_else_the_shipped_one_for_answers_that_none_has_read() -> None:
    assert verdict("Who sold the quay?", ALWAYS).calibration == ALWAYS
    assert verdict("Who sold the quay?").calibration == shipped(False).calibration


@pytest.mark.parametrize(("threshold", "answered"), [(0.0, True), (1.0, False)])
def test_the_threshold_of_the_request_decides(threshold: float, answered: bool) -> None:
    one = verdict("Who sold the quay?", Calibration(bias=0.0, weights={}, threshold=0.5), threshold)
    assert (one.answered, one.confidence, one.calibration.threshold) == (answered, 0.5, threshold)


def test_what_no_article_mentions_is_not_answered() -> None:
    one = verdict("What did Zybrowski say?", ALWAYS)
    assert not one.answered
    assert one.names.unknown == ("Zybrowski",)
