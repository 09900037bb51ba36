"""Indexes that are made and changed without being opened."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

import qa
from tests.test_costs import Words

FERRY, HARBOUR = "The ferry departs at nine. It carries cars.", "The harbour froze. Boats waited for a week."
NOTE = qa.Document("note", "The crane is back in service. It lifts forty tons.")


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    for name, text in (("one", FERRY), ("two", HARBOUR)):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"{name}.txt").write_text(text)
    return tmp_path / "one", tmp_path / "two"


def ids(index: Path) -> list[str]:
    return [reference.id for reference in qa.documents(index)]


def test_an_update_says_what_it_did_and_how_far_it_is(folders, tmp_path) -> None:
    steps: list[str] = []
    done = qa.update(folders, tmp_path / "index", encoder=Words(), on_progress=lambda what, *_: steps.append(what))
    assert (done.index, done.changes.added, done.info.documents) == (str(tmp_path / "index"), 2, 2)
    assert "embedding" in steps


def test_sources_that_would_leave_are_confirmed(folders, tmp_path) -> None:
    index, (one, two) = tmp_path / "index", folders
    qa.update([one, NOTE], index, encoder=Words())
    with pytest.raises(qa.UsageError, match=rf"was built from {one}, which would leave it"):
        qa.update([two], index, encoder=Words())
    asked: list[Sequence[str]] = []

    def refuse(leaving: Sequence[str]) -> bool:
        asked.append(leaving)
        return False

    with pytest.raises(qa.UsageError, match="replace=True"):
        qa.update([two], index, encoder=Words(), confirm=refuse)
    assert asked == [[str(one)]]
    assert ids(index) == ["note", "one.txt"]
    qa.update([two], index, encoder=Words(), confirm=lambda _: True)
    assert ids(index) == ["note", "two.txt"]  # what only the index has stays
    qa.update([one], index, encoder=Words(), replace=True)
    assert ids(index) == ["one.txt"]


def test_a_copy_holds_the_same(folders, tmp_path) -> None:
    qa.update([*folders, NOTE], tmp_path / "index", encoder=Words())
    done = qa.copy(tmp_path / "index", tmp_path / "other")
    assert (done.index, done.changes.added) == (str(tmp_path / "other"), 3)
    assert qa.status(tmp_path / "other").info == qa.status(tmp_path / "index").info
