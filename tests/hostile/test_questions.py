"""Any question gets an answer or one line that says why not. ``tests/cli/test_question_syntax.py`` has the signs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import qa as library
from qa.errors import QuestionError
from qa.types import Answer
from tests.cli.support import qa
from tests.hostile.flow import assert_harmless, check_answer
from tests.hostile.test_any_input import TEXTS

#: Questions of some ten thousand characters. The model reads 256 tokens: the first ones are more, the others are not.
LONG = {
    "words": "what did Almagro request " * 400,
    "names": "Almagro " * 1250,
    "numbers": "51.20% " * 1400,
    "operators": "Almagro AND (" * 800,
    "dots": "U.S" * 3_300,
    "quotation marks": '"' * 10_000,
}
SHORT_FOR_THE_MODEL = {
    "one word": "a" * 10_000,
    "blanks": "what did Almagro" + " " * 10_000 + "request?",
    "invisible": "\u200b" * 10_000,
}


@pytest.fixture(scope="module")
def index(corpus_index: Path) -> Iterator[library.Index]:
    with library.open(corpus_index) as opened:
        yield opened


def check(index: library.Index, answer: Answer) -> None:
    cited = answer.citations or answer.nearest
    check_answer(answer, {one.document.id: index.document(one.document.id).text for one in cited})


@pytest.mark.parametrize("kind", LONG)
def test_a_question_that_the_model_cannot_read_whole_is_refused(index: library.Index, kind: str) -> None:
    with pytest.raises(QuestionError, match="tokens") as raised:
        index.ask(LONG[kind])
    assert len(str(raised.value)) < 300


@pytest.mark.parametrize("kind", SHORT_FOR_THE_MODEL)
def test_a_long_question_of_few_tokens_is_answered_like_any_other(index: library.Index, kind: str) -> None:
    check(index, index.ask(SHORT_FOR_THE_MODEL[kind]))


@pytest.mark.parametrize(
    "question", ["the of and", "¿qué de la que?", "?", "...", "\u200b", "\x00", "\u0301", "🙂", "_"]
)
def test_a_question_without_terms_is_not_answered_by_chance(index: library.Index, question: str) -> None:
    answer = index.ask(question)
    check(index, answer)
    assert not answer.answered


@settings(deadline=None, max_examples=40)
@given(question=TEXTS.filter(str.strip), words=st.sampled_from(["", "Almagro", "arrest warrant", "2020"]))
def test_any_question(index: library.Index, question: str, words: str) -> None:
    asked = f"{words} {question}".encode("utf-8", "replace").decode()
    try:
        answer = index.ask(asked)
    except QuestionError as error:
        assert_harmless(str(error))
    else:
        check(index, answer)
        assert answer.question == asked


@pytest.mark.parametrize(
    ("question", "code"),
    [(" \t\u3000", 2), (LONG["words"], 2), (SHORT_FOR_THE_MODEL["one word"], 1)],
    ids=["blank", "long", "one word"],
)
def test_the_command_says_so_in_one_line(corpus_index: Path, question: str, code: int) -> None:
    ran = qa("ask", "--json", "--index", corpus_index, "--", question)
    assert ran.code == code
    assert len(ran.complaints) == (code == 2)
    assert len(ran.err) < 300
    assert bool(ran.out) == (code == 1)
