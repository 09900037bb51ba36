"""A question is words: no sign in it is a query language, an option, a path or a command."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.cli.conftest import ALMAGRO, Ask
from tests.cli.support import qa

SIGNS = [
    "Almagro AND request",
    "NOT Almagro OR request",
    '"what did Almagro request"',
    'what did "Almagro request?',
    "title:Almagro",
    "text:",
    "Almagro^5 request~2",
    "Alma* req?est",
    "* *",
    "(Almagro request",
    "Almagro) [a TO b] {c TO d}",
    "+Almagro -request",
    "Almagro \\ request \\\\",
    "Almagro \\x00 \\u0000",
    "/Alma.*/",
    "'; DROP TABLE documents; --",
    "' OR '1'='1",
    "../../etc/passwd",
    "$(touch pwned) `touch pwned` ; touch pwned",
    "%s %d {0} {question}",
    "<b>Almagro</b> &amp;",
    "[bold red]Almagro[/]",
    "\x1b[31mAlmagro\x1b[0m",
    "Almagro\x00request",
    "ALMAGRO ÁLMÁGRO ﬃ ß İ 🙂 阿尔马格罗",
    "???",
    "the of and",
    "-",
    "--help",
    "-k 3",
    "@file",
]


@pytest.fixture(scope="module")
def answers(corpus_index, tmp_path_factory) -> dict[str, Any]:
    """All questions asked by one process, in a folder of its own."""
    folder = tmp_path_factory.mktemp("asked in")
    ran = qa("ask", "-", "--json", "--index", corpus_index, cwd=folder, stdin="\n".join(SIGNS).encode())
    assert ran.err == ""
    assert ran.code in (0, 1)
    assert list(folder.iterdir()) == []
    asked = [json.loads(line) for line in ran.out.splitlines()]
    return {answer["question"]: answer for answer in asked}


@pytest.mark.parametrize("question", SIGNS, ids=ascii)
def test_signs_in_a_question_are_harmless(answers, question):
    answer = answers[question]
    shown = answer["citations"] if answer["answered"] else answer["nearest"]
    assert 0 <= answer["confidence"] <= 1
    assert all(place["quote"]["text"] in place["passage"]["text"] for place in shown)


@pytest.mark.parametrize("question", ["Almagro AND request", "+Almagro -request", "(Almagro request", "Almagro) OR"])
def test_operators_neither_require_nor_exclude_words(ask: Ask, question: str):
    cited = [citation["document"]["id"] for citation in ask(question, "--json").json["citations"]]
    expected = [citation["document"]["id"] for citation in ask(ALMAGRO, "--json").json["citations"]]
    assert set(cited[:3]) == set(expected[:3])


@pytest.mark.parametrize("question", ["--source of the request?", "-k", "-what did Almagro request?"])
def test_a_question_that_begins_with_a_dash_is_asked_after_two_dashes(corpus_index, question):
    ran = qa("ask", "--json", "--index", corpus_index, "--", question)
    assert ran.code in (0, 1)
    assert ran.json["question"] == question


def test_escape_codes_in_a_question_are_not_sent_back(corpus_index):
    ran = qa("ask", "--since", "\x1b[31m2024", "\x1b[31mAlmagro", "--index", corpus_index)
    assert ran.code == 2
    assert "\x1b" not in ran.err
