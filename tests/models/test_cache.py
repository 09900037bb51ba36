"""Folders in the user's cache: whole, or not there."""

from __future__ import annotations

import errno
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qa.models.cache import cache_folder, described, is_whole, making


def contents(folder: Path) -> dict[str, str]:
    return {file.relative_to(folder).as_posix(): file.read_text() for file in folder.rglob("*") if file.is_file()}


def test_it_lies_where_the_environment_says_or_below_the_home(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    assert cache_folder() == tmp_path / "caches" / "qa"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "qa"


def test_a_folder_appears_when_all_of_it_is_written(tmp_path):
    folder = tmp_path / "deep" / "folder"
    with making(folder) as made:
        (made / "a").write_text("one")
        assert not folder.exists()
    assert contents(tmp_path) == {"deep/folder/a": "one"}


def test_a_folder_is_replaced_as_a_whole(tmp_path):
    for name in ("a", "b"):
        with making(tmp_path / "folder") as made:
            (made / name).write_text(name)
    assert contents(tmp_path) == {"folder/b": "b"}


def test_what_fails_halfway_leaves_what_was_there(tmp_path):
    with making(tmp_path / "folder") as made:
        (made / "a").write_text("one")

    def fill_the_disk() -> None:
        with making(tmp_path / "folder") as made:
            (made / "a").write_text("tw")
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        fill_the_disk()
    assert contents(tmp_path) == {"folder/a": "one"}


def test_of_many_that_make_the_same_folder_one_is_there_whole(tmp_path):
    def write(number: int) -> None:
        with making(tmp_path / "folder") as made:
            for name in "abcd":
                (made / name).write_text(str(number))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(64)))
    found = contents(tmp_path)
    assert found.keys() == {f"folder/{name}" for name in "abcd"}
    assert len(set(found.values())) == 1


@pytest.mark.parametrize("harm", ["changed", "missing", "shortened"])
def test_a_harmed_folder_is_not_whole(tmp_path, harm):
    (tmp_path / "a").write_text("one")
    (tmp_path / "b").write_text("two")
    files = described(tmp_path)
    assert is_whole(tmp_path, files)
    if harm == "missing":
        (tmp_path / "b").unlink()
    else:
        (tmp_path / "b").write_text({"changed": "twO", "shortened": "tw"}[harm])
    assert not is_whole(tmp_path, files)
