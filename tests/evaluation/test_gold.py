"""Gold as values, and against an index."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.errors import UsageError
from qa.evaluation.evaluate import evaluate
from qa.evaluation.gold import Gold, GoldEntry, GoldQuestion, check_gold
from qa.evaluation.reading import read_gold
from tests.evaluation.support import FERRY, QUESTIONS, fact, gold_line, memory_index, write


@pytest.fixture(scope="module")
def index():
    return memory_index()


def test_gold_that_fits_the_index_passes(index, tmp_path) -> None:
    gold = read_gold(write(tmp_path / "gold.jsonl", gold_line()))
    check_gold(gold, index)
    assert gold.questions[0].quotes == {"ferry.txt": (FERRY,)}


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ({"doc": "boat.txt", "quote": FERRY}, "the index holds no document 'boat.txt'"),
        (
            {"doc": "ferry.txt", "quote": FERRY.upper()},
            "the quote 'THE FERRY TO VESTMARK DEPARTS AT NINE EVERY MORNING",
        ),
        ({"doc": "ferry.txt", "quote": "The  ferry"}, "the quote 'The  ferry' is not verbatim in 'ferry.txt'"),
        ({"doc": "bakery.txt", "quote": FERRY}, "is not verbatim in 'bakery.txt'"),
    ],
)
def test_gold_that_does_not_fit_is_named_by_its_line(index, tmp_path, entry, told) -> None:
    file = write(tmp_path / "gold.jsonl", gold_line(id="a"), "", gold_line(id="b", gold=[entry]))
    with pytest.raises(UsageError) as error:
        check_gold(read_gold(file), index)
    assert str(error.value).startswith(f"{file}:3: question 'b': ")
    assert told in str(error.value)


def test_a_long_quote_is_shortened_in_the_message(index) -> None:
    with pytest.raises(UsageError) as error:
        check_gold(Gold((fact("a", "Why?", "ferry.txt", "x" * 500),)), index)
    assert f"{'x' * 59}…" in str(error.value)
    assert len(str(error.value)) < 200


def test_questions_made_by_a_program_are_named_by_their_id() -> None:
    with pytest.raises(UsageError, match=r"^question 'a': answerable, but no gold"):
        GoldQuestion("a", "Why?", True, "fact")
    with pytest.raises(UsageError, match=r"^question 'a': a relevance of 0"):
        GoldQuestion("a", "Why?", True, "fact", (GoldEntry("ferry.txt", relevance=0),))
    with pytest.raises(UsageError, match=r"^question 'a\\x00b': the id has a control character"):
        GoldQuestion("a\0b", "Why?", False, "fact")
    with pytest.raises(UsageError, match=r"^the document id 'a\\nb' has a control character"):
        GoldEntry("a\nb")


def test_no_questions_are_refused() -> None:
    with pytest.raises(UsageError, match="no judged question"):
        Gold(())


def test_a_document_has_the_highest_of_its_grades() -> None:
    entries = (GoldEntry("b", relevance=1), GoldEntry("a", relevance=2), GoldEntry("b", relevance=3))
    gold = Gold((GoldQuestion("q", "Why?", True, "fact", entries), QUESTIONS[-1]))
    assert gold.qrels == {"q": {"b": 3, "a": 2}}


def test_the_fingerprint_tells_questions_apart_but_not_where_they_stand() -> None:
    gold = Gold(tuple(QUESTIONS))
    moved = Gold((replace(QUESTIONS[0], where="gold.jsonl:7"), *QUESTIONS[1:]))
    changed = [
        Gold((replace(QUESTIONS[0], question="When?"), *QUESTIONS[1:])),
        Gold((replace(QUESTIONS[0], kind="time"), *QUESTIONS[1:])),
        Gold((replace(QUESTIONS[0], gold=(GoldEntry("ferry.txt"),)), *QUESTIONS[1:])),
        Gold(tuple(QUESTIONS[:-1])),
    ]
    assert moved.fingerprint == gold.fingerprint
    assert len({gold.fingerprint, *(other.fingerprint for other in changed)}) == 5


@pytest.mark.parametrize(
    "changes",
    [
        {"query_id": 7},
        {"question": None},
        {"kind": b"fact"},
        {"answerable": "yes"},
        {"answerable": 1},
        {"gold": "ferry.txt"},
        {"gold": [{"doc": "ferry.txt"}]},
        {"gold": None},
    ],
)
def test_a_question_of_other_types_says_what_is_wrong(changes) -> None:
    values = {"query_id": "a", "question": "Why?", "answerable": True, "kind": "fact", "gold": [GoldEntry("ferry.txt")]}
    assert GoldQuestion(**values).gold == (GoldEntry("ferry.txt"),)  # type: ignore[arg-type]
    with pytest.raises(UsageError, match=r"; (give|fill)"):
        GoldQuestion(**values | changes)


@pytest.mark.parametrize("values", [{"doc_id": 7}, {"quote": 7}, {"relevance": "1"}, {"relevance": True}])
def test_an_entry_of_other_types_says_what_is_wrong(values) -> None:
    with pytest.raises(UsageError, match="; give"):
        GoldEntry(**{"doc_id": "ferry.txt"} | values)


@pytest.mark.parametrize("gold", [None, 7, [7], [{"id": "a"}], []])
def test_what_is_no_gold_is_refused(index, gold) -> None:
    with pytest.raises(UsageError):
        evaluate(index, gold)
    for wrong in ("index/", None):
        with pytest.raises(UsageError, match=r"the index is .*; open it with qa\.open"):
            evaluate(wrong, QUESTIONS)  # type: ignore[arg-type]
