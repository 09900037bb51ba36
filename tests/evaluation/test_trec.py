"""TREC runs and qrels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import UsageError
from qa.evaluation.trec import read_qrels, read_run, write_qrels, write_run
from tests.evaluation.support import write

RUN = {"q1": {"ferry.txt": 0.25, "town hall.txt": 0.5}, "q2": {"100%.txt": 1.0, "a\u00a0b.txt": -1e-45}}
QRELS = {"q1": {"ferry.txt": 1, "town hall.txt": 0}, "100 %": {"%20": 3}}

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


def test_a_run_is_written_best_first_with_ranks_from_1(tmp_path) -> None:
    write_run(tmp_path / "run", RUN)
    assert (tmp_path / "run").read_text("utf-8").splitlines() == [
        "q1 Q0 town%20hall.txt 1 0.5 qa",
        "q1 Q0 ferry.txt 2 0.25 qa",
        "q2 Q0 100%25.txt 1 1.0 qa",
        "q2 Q0 a%C2%A0b.txt 2 -1e-45 qa",
    ]


def test_qrels_are_written_one_judgement_a_line(tmp_path) -> None:
    write_qrels(tmp_path / "qrels", QRELS)
    assert (tmp_path / "qrels").read_text("utf-8").splitlines() == [
        "q1 0 ferry.txt 1",
        "q1 0 town%20hall.txt 0",
        "100%20%25 0 %2520 3",
    ]


def test_what_is_written_is_read_again(tmp_path) -> None:
    write_run(tmp_path / "run", RUN)
    write_qrels(tmp_path / "qrels", QRELS)
    assert read_run(tmp_path / "run") == RUN
    assert read_qrels(tmp_path / "qrels") == QRELS


@given(run=st.dictionaries(names, st.dictionaries(names, st.floats(allow_nan=False, allow_infinity=False), min_size=1)))
def test_any_ids_and_scores_come_back(run, tmp_path_factory) -> None:
    file = tmp_path_factory.getbasetemp() / "any.run"
    write_run(file, run)
    assert read_run(file) == run


def test_files_of_other_tools_are_read(tmp_path) -> None:
    run = write(tmp_path / "run", "301\tQ0\tFR940202-2-00150\t104\t2.129133\tSTANDARD", "", "301 Q0 100% 2 1e-3 x")
    qrels = write(tmp_path / "qrels", "301 0 FR940202-2-00150 1\r", "302 0 FR1 -2\r")
    assert read_run(run) == {"301": {"FR940202-2-00150": 2.129133, "100%": 0.001}}
    assert read_qrels(qrels) == {"301": {"FR940202-2-00150": 1}, "302": {"FR1": -2}}


@pytest.mark.parametrize(
    ("read", "row", "told"),
    [
        (read_run, "q1 Q0 b 2 0.5", "has 5 columns, not 6"),
        (read_run, "q1 Q0 b 2 high qa", "the score 'high' is not a number"),
        (read_run, "q1 Q0 b 2 nan qa", "the score 'nan' is not a number"),
        (read_run, "q1 Q0 a 2 0.5 qa", "lists the document 'a' again"),
        (read_qrels, "q1 0 b 1 qa", "has 5 columns, not 4"),
        (read_qrels, "q1 0 b 0.5", "the relevance '0.5' is not a whole number"),
        (read_qrels, "q1 0 a 1", "lists the document 'a' again"),
    ],
)
def test_a_malformed_line_is_named(tmp_path, read, row, told) -> None:
    first = "q1 Q0 a 1 0.9 qa" if read is read_run else "q1 0 a 1"
    file = write(tmp_path / "file", first, row)
    with pytest.raises(UsageError, match=told) as error:
        read(file)
    assert str(error.value).startswith(f"{file}:2")


def test_a_run_that_is_not_there_is_named(tmp_path) -> None:
    with pytest.raises(UsageError, match="run cannot be read"):
        read_run(tmp_path / "run")
