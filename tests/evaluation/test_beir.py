"""Gold as a folder in the BEIR layout."""

from __future__ import annotations

import pytest

from qa.errors import UsageError
from qa.evaluation.gold import GoldEntry, GoldQuestion, check_gold
from qa.evaluation.reading import read_gold
from tests.evaluation.support import memory_index, write

QUERIES = (
    '{"_id": "q1", "text": "When does the ferry depart?"}',
    '{"id": 2, "text": "What does the bakery sell?"}',
    '{"_id": "q3", "text": "Nobody judged this."}',
)
HEADER = "query-id\tcorpus-id\tscore"
QRELS = (HEADER, "2\tbakery.txt\t1", "q1\tferry.txt\t2", "q1\ttown hall.txt\t1", "q1\tmuseum.txt\t0", "q3\tx\t-1")


def layout(folder, queries=QUERIES, qrels=QRELS, name="qrels/test.tsv"):
    write(folder / "queries.jsonl", *queries)
    write(folder / name, *qrels)
    return folder


@pytest.mark.parametrize("name", ["qrels/test.tsv", "qrels.tsv"])
def test_queries_with_relevant_documents_are_read_and_the_others_counted(tmp_path, name) -> None:
    gold = read_gold(layout(tmp_path, name=name))
    ferry = (GoldEntry("ferry.txt", relevance=2), GoldEntry("town hall.txt"))
    assert gold.questions == (
        GoldQuestion("q1", "When does the ferry depart?", True, "beir", ferry),
        GoldQuestion("2", "What does the bakery sell?", True, "beir", (GoldEntry("bakery.txt"),)),
    )
    assert gold.left_out == 1
    assert gold.qrels == {"q1": {"ferry.txt": 2, "town hall.txt": 1}, "2": {"bakery.txt": 1}}
    assert all(not question.quotes for question in gold.questions)


def test_columns_are_found_by_their_names(tmp_path) -> None:
    turned = ("score\tquery-id\tcorpus-id", "2\tq1\tferry.txt", "1\t2\tbakery.txt", "1\tq1\ttown hall.txt")
    assert read_gold(layout(tmp_path / "a", qrels=turned)).qrels == read_gold(layout(tmp_path / "b")).qrels


def test_a_judged_document_that_is_not_indexed_is_named_by_its_line(tmp_path) -> None:
    folder = layout(tmp_path, qrels=(*QRELS, "q1\tboat.txt\t1"))
    with pytest.raises(UsageError) as error:
        check_gold(read_gold(folder), memory_index())
    assert str(error.value).startswith(f"{folder / 'qrels/test.tsv'}:7: question 'q1': the index holds no document")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("q1\tferry.txt", "has 2 columns, not 3"),
        ("q1 ferry.txt 1", "has 1 columns, not 3"),
        ("q1\tferry.txt\thigh", "the score 'high' is not a whole number"),
        ("q9\tferry.txt\t1", "queries.jsonl has no query 'q9'"),
        ("q1\tferry.txt\t1", "judges a document again"),
    ],
)
def test_a_broken_judgement_is_named(tmp_path, row, told) -> None:
    folder = layout(tmp_path, qrels=(*QRELS, row))
    with pytest.raises(UsageError, match=told) as error:
        read_gold(folder)
    assert str(error.value).startswith(f"{folder / 'qrels/test.tsv'}:7")


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ('{"text": "When?"}', "has no id"),
        ('{"_id": true, "text": "When?"}', "has no id"),
        ('{"_id": "q4"}', "has no text"),
        ('{"_id": "q4", "text": " "}', "has no text"),
        ('{"_id": "q1", "text": "When?"}', "has the id of another query, 'q1'"),
        ("q4", "is not valid JSON"),
    ],
)
def test_a_broken_query_is_named(tmp_path, row, told) -> None:
    folder = layout(tmp_path, queries=(*QUERIES, row))
    with pytest.raises(UsageError, match=told) as error:
        read_gold(folder)
    assert str(error.value).startswith(f"{folder / 'queries.jsonl'}:4")


def test_an_id_with_a_control_character_is_named_by_its_line(tmp_path) -> None:
    folder = layout(tmp_path / "document", qrels=(*QRELS, "q1\ta\0b\t1"))
    with pytest.raises(UsageError, match=r"the document id 'a\\x00b' has a control character") as error:
        read_gold(folder)
    assert str(error.value).startswith(f"{folder / 'qrels/test.tsv'}:7: ")
    queries = (*QUERIES, r'{"_id": "q\u0000", "text": "When?"}')
    folder = layout(tmp_path / "query", queries, (*QRELS, "q\0\tferry.txt\t1"))
    with pytest.raises(UsageError, match="the id has a control character") as error:
        read_gold(folder)
    assert str(error.value).startswith(f"{folder / 'queries.jsonl'}:4: ")


@pytest.mark.parametrize("rows", [(), ("q1\tferry.txt\t1",)])
def test_judgements_need_their_header(tmp_path, rows) -> None:
    with pytest.raises(UsageError, match=r"test\.tsv:1 is no header"):
        read_gold(layout(tmp_path, qrels=rows))


def test_judgements_of_which_none_is_relevant_are_refused(tmp_path) -> None:
    with pytest.raises(UsageError, match="judges no document relevant"):
        read_gold(layout(tmp_path, qrels=(HEADER, "q1\tferry.txt\t0")))


def test_a_folder_without_judgements_is_refused(tmp_path) -> None:
    write(tmp_path / "queries.jsonl", *QUERIES)
    with pytest.raises(UsageError, match=r"neither qrels\.tsv nor qrels/test\.tsv"):
        read_gold(tmp_path)
