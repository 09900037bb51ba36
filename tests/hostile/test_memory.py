"""However an article is made, reading and indexing it takes memory within bounds.

The largest ones, a line of 50 MB and a file of 100,000 lines, are in ``large.py``: ``make hostile`` runs it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from qa.corpus.jsonl import MAX_LINE
from qa.corpus.plain import MAX_FILE
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
    """A list of its words took thirty times the file."""
    spent = costs("read", "a.md", b"# " + b"a " * (16 * MEGABYTE))
    assert spent.documents == 1
    assert spent.memory < 8 * 32 * MEGABYTE


def test_a_file_that_is_said_to_be_immense(tmp_path: Path) -> None:
    for name in ("a.txt", "b.jsonl"):
        with (tmp_path / name).open("wb") as stream:
            stream.truncate(MAX_FILE + 1)
    spent = cost("read", tmp_path)
    assert spent.documents == 0
    assert spent.memory < 3 * MAX_FILE


def test_a_hundred_thousand_bad_lines(costs: Callable[[str, str, bytes], Cost]) -> None:
    """Each is told, and none is kept."""
    spent = costs("read", "a.jsonl", b"x\n" * 100_000)
    assert (spent.documents, spent.problems) == (0, 100_000)
    assert spent.memory < 8 * MEGABYTE


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
