"""Gold questions as JSONL: what is read, and how each way of being broken is told."""

from __future__ import annotations

import json

import pytest

from qa.errors import UsageError
from qa.evaluation.gold import GoldEntry, GoldQuestion
from qa.evaluation.reading import read_gold
from tests.evaluation.support import FERRY, gold_line, write

UNANSWERABLE = gold_line(id="router", answerable=False, kind="unanswerable", gold=[])


def test_a_line_is_a_question_with_its_entries(tmp_path) -> None:
    two = [{"doc": "ferry.txt", "quote": FERRY}, {"doc": "bakery.txt", "quote": "saffron buns"}]
    gold = read_gold(write(tmp_path / "gold.jsonl", gold_line(gold=two), UNANSWERABLE))
    assert gold.questions == (
        GoldQuestion(
            "ferry",
            "When does the ferry depart?",
            True,
            "fact",
            (GoldEntry("ferry.txt", FERRY), GoldEntry("bakery.txt", "saffron buns")),
        ),
        GoldQuestion("router", "When does the ferry depart?", False, "unanswerable"),
    )
    assert gold.left_out == 0


def test_blank_lines_a_mark_at_the_start_and_windows_line_ends_do_not_matter(tmp_path) -> None:
    plain = write(tmp_path / "plain.jsonl", gold_line(), UNANSWERABLE)
    other = tmp_path / "other.jsonl"
    other.write_bytes(f"\ufeff{gold_line()}\r\n\r\n{UNANSWERABLE}\r\n".encode())
    assert read_gold(other) == read_gold(str(plain))
    assert [q.where for q in read_gold(other).questions] == [f"{other}:1", f"{other}:3"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"id": "a", ', "is not valid JSON"),
        ("[" * 100_000, "is not valid JSON"),
        ('["ferry"]', "is not a JSON object"),
        (r'{"id": "\ud800"}', "is not valid Unicode"),
        (gold_line(id=None), ": id is missing"),
        (gold_line(question=None), ": question is missing"),
        (gold_line(answerable=None), ": answerable is missing"),
        (gold_line(kind=None), ": kind is missing"),
        (gold_line(gold=None), ": gold is missing"),
        (gold_line(gold=[{"quote": FERRY}]), "gold[0].doc is missing"),
        (gold_line(gold=[{"doc": "ferry.txt"}]), "gold[0].quote is missing"),
        (gold_line(id=7), ": id is not text"),
        (gold_line(answerable="yes"), ": answerable is not true or false"),
        (gold_line(gold={"doc": "ferry.txt"}), ": gold is not a list"),
        (gold_line(gold=["ferry.txt"]), "gold[0] is not an object"),
        (gold_line(question=" "), "question 'ferry': the question is blank"),
        (gold_line(id=""), "question '': the id is blank"),
        (gold_line(gold=[]), "question 'ferry': answerable, but no gold"),
        (gold_line(answerable=False), "question 'ferry': not answerable, but has gold"),
        (gold_line(gold=[{"doc": "ferry.txt", "quote": ""}]), "question 'ferry': a quote has no word in it"),
        (gold_line(gold=[{"doc": "ferry.txt", "quote": "."}]), "question 'ferry': a quote has no word in it"),
        (gold_line(id="a\0b"), r"question 'a\x00b': the id has a control character"),
        (gold_line(gold=[{"doc": "a\x9b", "quote": FERRY}]), r"the document id 'a\x9b' has a control character"),
        (UNANSWERABLE, "question 'router' has the id of another one"),
    ],
)
def test_a_broken_line_is_named(tmp_path, line, told) -> None:
    file = write(tmp_path / "gold.jsonl", UNANSWERABLE, line)
    with pytest.raises(UsageError) as error:
        read_gold(file)
    assert str(error.value).startswith(f"{file}:2")
    assert told in str(error.value)
    assert error.value.advice


def test_an_id_that_comes_twice_names_both_lines(tmp_path) -> None:
    file = write(tmp_path / "gold.jsonl", gold_line(), UNANSWERABLE, gold_line())
    with pytest.raises(UsageError, match=rf"{file}:3: .*another one, {file}:1"):
        read_gold(file)


def test_bytes_that_are_not_utf8_are_named(tmp_path) -> None:
    file = tmp_path / "gold.jsonl"
    file.write_bytes(gold_line().encode() + b"\n" + b'{"id": "caf\xe9"}\n')
    with pytest.raises(UsageError, match=f"{file}:2 is not valid UTF-8"):
        read_gold(file)


def test_a_file_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.jsonl cannot be read \(No such file"):
        read_gold(tmp_path / "nowhere.jsonl")


def test_an_empty_file_is_refused(tmp_path) -> None:
    with pytest.raises(UsageError, match="holds no question"):
        read_gold(write(tmp_path / "gold.jsonl", "", " "))


def test_fields_of_others_are_passed_over(tmp_path) -> None:
    with_more = json.dumps(json.loads(gold_line()) | {"author": "someone"})
    read = [read_gold(write(tmp_path / "gold.jsonl", line)) for line in (gold_line(), with_more)]
    assert read[0].fingerprint == read[1].fingerprint
