"""However an article is made, reading and indexing it takes memory within bounds.

The largest ones, a line of 50 MB and a file of 100,000 lines, are in ``large.py``: ``make hostile`` runs it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qa.corpus import Problem, read
from qa.corpus.formats.base import MAX_FILE
from qa.corpus.formats.jsonl import MAX_LINE
from tests.hostile.bounded import MEGABYTE, Cost, cost

HEAD, TAIL = b'{"id": "a", "text": "T.", "x": [', b"0]}"


@pytest.fixture
def costs(tmp_path: Path) -> Callable[[str, str, bytes], Cost]:
    """What reading or indexing a file with some bytes takes."""

    def run(work: str, name: str, content: bytes) -> Cost:
        folder = tmp_path / "articles"
        folder.mkdir()
        (folder / name).write_bytes(content)
        return cost(work, folder)

    return run


def test_a_record_of_nothing_but_values(costs: Callable[[str, str, bytes], Cost]) -> None:
    """The most that a line can become: an empty object is 64 bytes, and its place in a list 8, for 3 bytes of file."""
    values = b"{}," * ((MAX_LINE - len(HEAD) - len(TAIL)) // 3)
    spent = costs("read", "a.jsonl", HEAD + values + TAIL)
    assert (spent.documents, spent.problems) == (1, 0)
    assert spent.memory < 30 * MAX_LINE


def test_a_title_of_a_whole_file(costs: Callable[[str, str, bytes], Cost]) -> None:
    """A list of its words took twenty times the file."""
    spent = costs("read", "a.md", b"# " + b"ab " * (10 * MEGABYTE))
    assert spent.documents == 1
    assert spent.memory < 8 * 30 * MEGABYTE


def test_a_file_that_is_said_to_be_immense(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as stream:
        stream.truncate(2**40)
    spent = cost("read", tmp_path)
    assert (spent.documents, spent.problems) == (0, 1)
    assert spent.memory < 3 * MAX_FILE


def test_bad_lines_are_told_and_not_kept(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"x\n" * 2_000)
    problems: list[Problem] = []
    assert list(read([tmp_path], problems.append)) == []
    (problem,) = problems
    assert problem.what == "is not valid JSON (and 1,999 more like it in this file)"


@pytest.mark.parametrize(
    "content",
    [
        b"The ferry departs at nine. " * 40_000,
        b"Line of the ferry.\n" * 10_000,
        b"a" * 2_000_000,
        b"\xcc\x81" * 500_000,
    ],
    ids=["one line", "many lines", "one word", "marks alone"],
)
def test_indexing_a_long_article(costs: Callable[[str, str, bytes], Cost], content: bytes) -> None:
    spent = costs("index", "a.txt", content)
    assert spent.documents == 1
    assert spent.passages * 254 * 8 >= len(content.decode())
    assert spent.memory < 200 * MEGABYTE
