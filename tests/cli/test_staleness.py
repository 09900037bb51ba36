"""An index whose articles have changed since says so, in one line beside the answer."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from qa.backends.addresses import current_manifest, store_at
from qa.cli.output import tell_if_stale
from qa.indexing import staleness
from tests.cli.support import qa

QUESTION = "When does the ferry to Vestmark depart?"
NOTE = "note: the articles have changed since they were indexed; qa index brings the index up to date"
LONG_AGO = 10**18  # nanoseconds since 1970


@pytest.fixture
def news(tmp_path: Path) -> Path:
    (tmp_path / "in" / "old").mkdir(parents=True)
    for name, text in (
        ("ferry.txt", "The ferry to Vestmark departs at nine every morning.\n"),
        ("old/a.txt", "Tides.\n"),
    ):
        (tmp_path / "in" / name).write_text(text)
        os.utime(tmp_path / "in" / name, ns=(LONG_AGO, LONG_AGO))
    assert qa("index", "in", cwd=tmp_path).code == 0
    return tmp_path


def said(news: Path, *words: str, stdin: bytes = b"") -> list[str]:
    return qa("ask", *(words or (QUESTION, "--json")), cwd=news, stdin=stdin).complaints


def test_a_changed_a_new_and_a_removed_article_are_told_until_the_index_is_brought_up_to_date(news):
    assert said(news) == []
    for change in (
        lambda: (news / "in" / "ferry.txt").write_text("The ferry to Vestmark departs at noon.\n"),
        lambda: (news / "in" / "old" / "new.txt").write_text("A new one.\n"),
        lambda: (news / "in" / "old" / "a.txt").unlink(),
    ):
        change()
        assert said(news) == [NOTE]
        assert said(news, "-", stdin=QUESTION.encode()) == [NOTE]
        assert qa("index", cwd=news).code == 0
        assert said(news) == []


def test_a_file_that_is_written_again_as_it_was_has_not_changed(news):
    """``qa status`` said that the index is current, and ``qa ask`` that it is not."""
    ferry = news / "in" / "ferry.txt"
    before = ferry.read_text()
    ferry.write_text(before)
    assert said(news) == []
    assert qa("status", "--json", cwd=news).json["current"]
    ferry.write_text(before.replace("nine", "five"))
    assert said(news) == [NOTE]


MAY_HAVE = NOTE.replace("have changed", "may have changed")


def test_large_files_of_another_time_are_told_apart_by_their_hash_or_are_said_to_be_perhaps_others(news, monkeypatch):
    """More than a megabyte of files that were written again as they were once "have changed"."""
    large, records = news / "in" / "large.txt", news / "in" / "records.jsonl"
    large.write_text("\n" * 1_200_000 + "The ferry to Dorpe departs at noon.\n")
    records.write_text("".join(f'{{"id": "r{n}", "text": "The ferry to Holmby departs at {n}."}}\n' for n in range(30)))
    for file in (large, records):
        os.utime(file, ns=(LONG_AGO, LONG_AGO))
    assert qa("index", cwd=news).code == 0
    for file in (large, records):
        os.utime(file, ns=(2 * LONG_AGO, 2 * LONG_AGO))
    assert said(news) == []
    store = store_at(news / "index")
    for bound in ("MOST_BYTES", "MOST_HASHED"):  # more than either has time for
        with monkeypatch.context() as smaller:
            smaller.setattr(staleness, bound, 1_000)
            assert staleness.is_stale(store, current_manifest(store)) is None
    large.write_text(large.read_text().replace("noon", "nine"))
    assert said(news) == [NOTE]


def test_what_may_have_changed_is_said_to_be_so(monkeypatch, capsys):
    monkeypatch.setattr("qa.is_stale", lambda _: None)
    tell_if_stale("index")
    assert capsys.readouterr().err.splitlines() == [MAY_HAVE]


def test_what_is_no_article_is_no_change(news):
    (news / "in" / "old" / "picture.xcf").write_bytes(b"no article")
    (news / "in" / ".hidden.txt").write_text("Passed over.")
    assert said(news) == []


def test_an_index_that_was_copied_without_its_articles_is_as_current_as_it_can_be(news):
    shutil.rmtree(news / "in")
    assert said(news) == []


def test_an_index_inside_of_its_folder_is_no_article(news):
    shutil.rmtree(news / "index")
    assert qa("index", ".", cwd=news).code == 0
    assert said(news) == []
    assert qa("index", cwd=news).err.startswith("index: 2 documents")


def test_a_large_index_is_not_looked_through(news, monkeypatch):
    (news / "in" / "old" / "a.txt").unlink()
    store = store_at(news / "index")
    assert staleness.is_stale(store, current_manifest(store))
    monkeypatch.setattr(staleness, "MOST_DOCUMENTS", 1)
    assert not staleness.is_stale(store, current_manifest(store))


def test_the_advice_names_the_index(news):
    shutil.move(news / "index", news / "other")
    (news / "in" / "old" / "a.txt").unlink()
    assert said(news, QUESTION, "--json", "--index", "other")[0].endswith(
        "; qa index --index other brings the index up to date"
    )
