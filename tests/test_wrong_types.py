"""Whatever is passed to a public function, it works or raises a ``qa.QAError``."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

import qa
from tests.support import WordEncoder
from tests.test_costs import Words

WRONG: list[Any] = [None, 7, -1, 1.5, math.nan, True, "x", b"x", [], {}, [7], {"a": 7}, object()]
QUESTIONS = [qa.GoldQuestion("a", "Who came?", False, "fact")]
NOTE = qa.Document("note", "The quay is closed. Nobody came.")
PLAIN = qa.SearchConfig(reader="none")


class Own(Words):
    """An encoder of which nothing is in the index."""

    def export(self, folder: Path) -> str | None:  # noqa: ARG002
        return None


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wrong") / "index"
    qa.build([NOTE], folder, encoder=Own(), config=PLAIN).close()
    return folder


@pytest.fixture(scope="module")
def index() -> Iterator[qa.Index]:
    with qa.from_documents([NOTE], encoder=WordEncoder(), config=PLAIN) as index:
        yield index


def works_or_says(call: Callable[[Any], object]) -> None:
    for value in WRONG:
        with suppress(qa.QAError):
            made = call(value)
            if isinstance(made, qa.Index):
                made.close()


@pytest.mark.parametrize("name", ["reranker", "calibration", "threads", "splitter", "encoder", "config"])
def test_of_open(name: str, place: Path) -> None:
    works_or_says(lambda value: qa.open(place, **{"config": PLAIN, "encoder": Own(), name: value}))


@pytest.mark.parametrize(
    "name", ["sources", "index", "max_tokens", "overlap", "reranker", "splitter", "dask", "config"]
)
def test_of_build(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    usual = {"sources": [NOTE], "index": tmp_path / "index", "encoder": Own(), "config": PLAIN}
    works_or_says(lambda value: qa.build(**{**usual, name: value}))


@pytest.mark.parametrize("name", ["documents", "max_tokens", "overlap", "reranker", "splitter", "encoder", "config"])
def test_of_from_documents(name: str) -> None:
    usual = {"documents": [NOTE], "encoder": WordEncoder(), "config": PLAIN}
    works_or_says(lambda value: qa.from_documents(**{**usual, name: value}))


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        (lambda _: qa.build([NOTE], config=None), "the config is None; give a qa.SearchConfig"),  # type: ignore[arg-type]
        (lambda _: qa.open(config={}), "the config is {}; give a qa.SearchConfig"),  # type: ignore[arg-type]
        (lambda _: qa.build(None), "the sources are None; give the path of a file or folder"),  # type: ignore[arg-type]
        (lambda index: index.answer(None), "the request is None; make a qa.Request"),
        (lambda index: index.ask(None), "the question is None; ask it as text"),
        (lambda index: index.ask("Who?", "5"), "k is '5'; give a whole number"),
        (lambda index: index.remove(None), "None is to be removed; give ids and paths as text"),
        (lambda index: index.document(7), "the document's id is 7; give it as text"),
        (lambda _: qa.verify("no answer"), "the answer is not a JSON object"),  # type: ignore[arg-type]
        (lambda _: qa.calibrate(None, QUESTIONS), "index is None"),  # type: ignore[arg-type]
    ],
)
def test_a_wrong_type_is_told_with_what_is_expected(
    call: Callable[[Any], object], expected: str, index: qa.Index
) -> None:
    with pytest.raises(qa.QAError) as error:
        call(index)
    assert expected in str(error.value)


@pytest.mark.parametrize("name", ["question", "k", "since", "until", "source", "where", "threshold"])
def test_of_ask(name: str, index: qa.Index) -> None:
    works_or_says(lambda value: index.ask(**{"question": "Who came?", name: value}))


def test_of_an_index(index: qa.Index) -> None:
    for call in (index.answer, index.document, index.add, index.remove, index.search):
        works_or_says(call)


def test_of_verify(index: qa.Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    answer = index.ask("Who came?")
    works_or_says(qa.verify)
    works_or_says(lambda value: qa.verify(answer, value))
    works_or_says(lambda value: qa.verify(answer, index=value))


def test_of_measuring(index: qa.Index, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    report = qa.evaluate(index, QUESTIONS)
    works_or_says(lambda value: qa.evaluate(index, value))
    works_or_says(lambda value: qa.evaluate(value, QUESTIONS))
    works_or_says(lambda value: qa.evaluate(index, QUESTIONS, value))
    works_or_says(lambda value: qa.compare(report, value))
    works_or_says(lambda value: qa.compare(value, report))
    works_or_says(qa.read_report)
    works_or_says(lambda value: qa.calibrate(value, QUESTIONS))
    works_or_says(lambda value: qa.calibrate("index", QUESTIONS, value))


def test_of_reading_answers() -> None:
    for call in (qa.Answer.from_dict, qa.Answer.from_json, qa.register_format):
        works_or_says(call)
