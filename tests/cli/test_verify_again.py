"""Every answer that ``qa ask`` gives can be verified."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import qa
from tests.support import ROOT

QUESTIONS = [json.loads(line)["question"] for line in (ROOT / "eval" / "gold.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("k", [1, 8])
def test_every_answer_to_the_gold_questions_verifies(corpus_index: Path, k: int):
    """One quote as short as "He won." once had the whole answer refused."""
    with qa.open(corpus_index) as index:
        answers = [index.ask(question, k=k) for question in QUESTIONS]
    exported = [json.loads(answer.to_json()) for answer in answers if answer.citations or answer.nearest]
    verification = qa.verify(exported)
    assert {citation.status for citation in verification.citations} == {"exact"}
    assert verification.ok
    assert qa.verify(exported, index=corpus_index).ok


def test_a_short_quote_that_was_asked_for_verifies():
    text = "The council of Port Selden met on Monday.\n\nWho won the vote in Port Selden? He won.\n"
    with qa.from_documents([qa.Document(id="vote", text=text)]) as index:
        answer = index.ask("Who won the vote in Port Selden?", k=8)
    assert qa.verify(answer, [qa.Document(id="vote", text=text)]).ok
