"""Reading at a place gives the same by the operating system's call and, where there is none, in turn."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from qa.backends.local.positioned import PositionedFile

DATA = bytes(i % 251 for i in range(10_000))


@given(st.integers(0, 12_000), st.integers(0, 5_000))
def test_both_ways_give_the_bytes_from_there(tmp_path_factory, start, size):
    file = tmp_path_factory.getbasetemp() / "positioned.bin"
    file.write_bytes(DATA)
    with closing(PositionedFile(file)) as opened:
        assert opened.read(start, size) == opened.read_in_turn(start, size) == DATA[start : start + size]


def test_in_turn_no_thread_moves_another_one_s_place(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(DATA)
    starts = list(range(0, 9_000, 7)) * 4
    with closing(PositionedFile(tmp_path / "data")) as opened, ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda start: opened.read_in_turn(start, 100), starts))
    assert found == [DATA[start : start + 100] for start in starts]
