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
        ("Who is the solicitor?", ()),
        ("Worum bat der Stadtrat?", (REQUEST,)),
        ("Was forderte die Gewerkschaft?", (REQUEST,)),
        ("Weshalb schloss die Br\u00fccke?", (REASON,)),
        ("Qu'a demand\u00e9 le syndicat ?", (REQUEST,)),
        ("Pourquoi le pont a-t-il ferm\u00e9 ?", (REASON,)),
        ("Che cosa ha chiesto il sindacato?", (REQUEST,)),
        ("Perch\u00e9 il ponte ha chiuso?", (REASON,)),
        ("O que pediu o sindicato?", (REQUEST,)),
        ("Por que a ponte fechou?", (REASON,)),
    ],
)
def test_the_words_of_a_question_tell_what_it_asks_for(question: str, expected: tuple[object, ...]) -> None:
    assert cues(question) == expected


@pytest.mark.parametrize("text", [
    "He urged the world to reject it.", "She called on the port to pay.", "The league called for new talks.",
    "They called on Monday, after the vote, for new talks.", "He asked for help.", "Pidi\u00f3 ayuda.",
    "La fiscal\u00eda pidi\u00f3 una pena.", "Orsona demanded new talks.",
    "The teacher asked for silence.",
    "Er rief die Stadt dazu auf, das Ergebnis abzulehnen.", "Sie verlangten mehr Lohn.",
    "Der Rat bat die Bahn um Hilfe.",
    "Le syndicat a demand\u00e9 une hausse.", "Elle appelle \u00e0 la gr\u00e8ve.",
    "La ville r\u00e9clame des travaux.",
    "Il sindacato ha chiesto un aumento.", "La sindaca esorta alla calma.", "Chiesero pi\u00f9 tempo.",
    "O sindicato pediu um aumento.", "A prefeita apelou \u00e0 calma.", "Exigiram mais tempo.",
])  # fmt: skip
def test_whoever_asks_for_something_requests_it(text: str) -> None:
    assert REQUEST.gives.search(text)


@pytest.mark.parametrize("text", [
    "The call for help came late.", "They joined his request.", "She made the call on Monday.",
    "The council called a meeting.", "The calls went on.",
    "A bat flew over.", "Die Stadt rief den Notstand aus.", "La demande a surpris.", "Il a appel\u00e9 sa m\u00e8re.",
])  # fmt: skip
def test_to_speak_of_a_request_is_not_to_request(text: str) -> None:
    assert not REQUEST.gives.search(text)


@pytest.mark.parametrize("text", [
    "The pier shut because of the storm.", "El muelle cerr\u00f3 debido a la tormenta.",
    "Der Pier schloss wegen des Sturms.",
    "La jet\u00e9e a ferm\u00e9 en raison de la temp\u00eate.", "Il molo ha chiuso a causa della tempesta.",
    "O cais fechou por causa da tempestade.",
])  # fmt: skip
def test_a_reason_is_given_in_each_language(text: str) -> None:
    assert REASON.gives.search(text)


def test_only_a_cue_with_synonyms_has_words_in_the_question_that_they_stand_for() -> None:
    assert REQUEST.asking_words("What did Almagro request?") == "request"
    assert NUMBER.asking_words("How many came?") == ""


@pytest.mark.parametrize("question", [
    "Halvorsen", "who is Ingrid Halvorsen?", "Who was Halvorsen", "ferry 2023", "Wer ist Ingrid Halvorsen?",
    "Qui est Ingrid Halvorsen ?", "Chi \u00e8 Ingrid Halvorsen?", "Quem foi Ingrid Halvorsen?",
])  # fmt: skip
def test_a_name_or_a_few_keywords_are_a_bare_query(question: str) -> None:
    assert is_bare(question)


@pytest.mark.parametrize("question", [
    "Who won?", "Did Halvorsen win?", "What is the rate of the levy?", "", "of the", "What was it?",
    "Ferries between the islands of the north sail twice a day in summer",
    "Wer gewann die Wahl?", "Qui a gagn\u00e9 ?", "Chi ha vinto?", "Quem venceu?",
])  # fmt: skip
def test_a_question_or_a_claim_is_none(question: str) -> None:
    assert not is_bare(question)
