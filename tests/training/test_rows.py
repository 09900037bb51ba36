"""Rows: which sentences answer, and that a file gives back what was written."""

from pathlib import Path

from training.rows import Row, read, split, write

PASSAGE = "The bridge is shut. A pier had moved. It opens in May."


def row(start: int, end: int) -> Row:
    return Row("Why is it shut?", "Bridge", PASSAGE, split(PASSAGE), ((start, end),), "test")


def test_the_sentence_that_holds_the_answer_is_gold():
    start = PASSAGE.index("A pier")
    assert row(start, start + 17).gold == (1,)
    assert row(start, start + 20).gold == (1, 2)
    assert row(start, start + 20).unanswered("changed", "Why is it open?").gold == ()


def test_a_file_gives_back_its_rows(tmp_path: Path):
    rows = [row(0, 10), row(20, 30).unanswered("changed", "¿Por qué?")]
    assert write(rows, tmp_path / "rows.jsonl.gz") == 2
    assert list(read(tmp_path / "rows.jsonl.gz")) == rows
