"""What a question asks for, and which sentences give it."""

from __future__ import annotations

import pytest

from qa.answering.cues import NUMBER, REASON, REQUEST, cues, is_bare


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many came?", (NUMBER,)),
        ("\u00bfCu\u00e1ndo vinieron?", (NUMBER,)),
        ("What did Almagro request?", (REQUEST,)),
        ("What did the league call for?", (REQUEST,)),
        ("What did she call the vote?", ()),
        ("Why did he resign?", (REASON,)),
        ("What caused the loss?", (REASON,)),
        ("Who came?", ()),
    ],
)
def test_the_words_of_a_question_tell_what_it_asks_for(question: str, expected: tuple[object, ...]) -> None:
    assert cues(question) == expected


@pytest.mark.parametrize("text", [
    "He urged the world to reject it.", "She called on the port to pay.", "The league called for new talks.",
    "They called on Monday, after the vote, for new talks.", "He asked for help.", "Pidi\u00f3 ayuda.",
    "La fiscal\u00eda pidi\u00f3 una pena.", "Orsona demanded new talks.", "The teacher asked for silence.",
])  # fmt: skip
def test_whoever_asks_for_something_requests_it(text: str) -> None:
    assert REQUEST.gives.search(text)


@pytest.mark.parametrize("text", [
    "The call for help came late.", "They joined his request.", "The council called a meeting.", "The calls went on.",
])  # fmt: skip
def test_to_speak_of_a_request_is_not_to_request(text: str) -> None:
    assert not REQUEST.gives.search(text)


def test_only_a_cue_with_synonyms_has_words_in_the_question_that_they_stand_for() -> None:
    assert REQUEST.asking_words("What did Almagro request?") == "request"
    assert NUMBER.asking_words("How many came?") == ""


@pytest.mark.parametrize("question", ["Halvorsen", "who is Ingrid Halvorsen?", "Who was Halvorsen", "ferry 2023"])
def test_a_name_or_a_few_keywords_are_a_bare_query(question: str) -> None:
    assert is_bare(question)


@pytest.mark.parametrize("question", [
    "Who won?", "Did Halvorsen win?", "What is the rate of the levy?", "", "of the", "What was it?",
    "Ferries between the islands of the north sail twice a day in summer",
])  # fmt: skip
def test_a_question_or_a_claim_is_none(question: str) -> None:
    assert not is_bare(question)
