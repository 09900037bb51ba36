"""Tables that fit the terminal."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.cli.tables import table

ROWS = [["kind", "asked", "nDCG@10", "verdict"], ["fact", "1,200", "0.5000", "-"], ["number", "2", "1.0000", "1.0000"]]


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")


def test_names_stand_to_the_left_and_cells_to_the_right() -> None:
    assert table(ROWS) == [
        "kind    asked  nDCG@10  verdict",
        "fact    1,200   0.5000        -",
        "number      2   1.0000   1.0000",
    ]


def test_columns_without_room_follow_below_behind_the_names() -> None:
    assert table([["kind", "a" * 30, "b" * 20], ["fact", "1", "2"]]) == [
        "kind  " + "a" * 30,
        "fact  " + " " * 29 + "1",
        "",
        "kind  " + "b" * 20,
        "fact  " + " " * 19 + "2",
    ]


@given(
    st.integers(1, 8).flatmap(
        lambda n: st.lists(st.lists(st.text("abc1", min_size=1, max_size=12), min_size=n, max_size=n), min_size=1)
    )
)
def test_every_cell_is_there_and_no_line_is_wider(rows: list[list[str]]) -> None:
    lines = table(rows)
    assert max(map(len, lines)) <= 40
    assert sorted(set(" ".join(lines).split())) == sorted({cell for row in rows for cell in row})
