"""``qa add``, ``qa remove`` and ``qa index``: nothing leaves an index that nobody named."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

import qa as library
from tests.cli.support import Ran, Terminal, qa, words_of

ARTICLES = {
    "a/ferry.txt": "The ferry to Vestmark departs at nine every morning.\n",
    "a/mill.txt": "The windmill of Dorpe grinds buckwheat in autumn.\n",
    "b/bakery.txt": "The bakery in Holmby sells saffron buns on Fridays.\n",
}


@pytest.fixture
def news(tmp_path: Path) -> Path:
    for name, text in ARTICLES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    (tmp_path / "new.txt").write_text("The observatory of Kelling lends telescopes.\n")
    return tmp_path


def ids(folder: Path) -> list[str]:
    return sorted(qa("status", "--documents", cwd=folder).out.splitlines())


def assert_refused(ran: Ran, *parts: str) -> None:
    assert (ran.code, ran.out) == (2, "")
    assert all(part in ran.complaints[-1] for part in parts), ran.err


def test_a_path_that_is_not_what_the_index_was_built_from_is_refused(news):
    """``qa index new.txt`` once dropped everything else, with exit code 0."""
    qa("index", "a", "b", cwd=news)
    refused = qa("index", "new.txt", cwd=news)
    assert_refused(refused, str(news / "a"), "qa add", "--replace")
    assert "replace=True" not in refused.err  # what a program would write
    assert ids(news) == ["bakery.txt", "ferry.txt", "mill.txt"]
    assert qa("index", "new.txt", "--replace", cwd=news).code == 0
    assert ids(news) == ["new.txt"]


@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("Yes", 0), ("", 2), ("n", 2), ("\x04", 2)])
def test_a_terminal_is_asked_before_sources_are_replaced(news, answer, code):
    qa("index", "a", "b", cwd=news)
    terminal = Terminal("index", "new.txt", cwd=news)
    try:
        assert f"was built from {news / 'a'}, {news / 'b'}" in words_of(terminal.until("Replace its sources? [y/N] "))
        terminal.type(answer if answer == "\x04" else f"{answer}\n")
        assert terminal.left() == code
    finally:
        terminal.close()
    assert ("nothing was changed" in terminal.shown) is (code == 2)
    assert ids(news) == (["new.txt"] if code == 0 else ["bakery.txt", "ferry.txt", "mill.txt"])


def test_a_folder_above_or_the_same_ones_in_another_order_replace_nothing(news):
    qa("index", "a", "b", cwd=news)
    assert qa("index", "b", "a", cwd=news).code == 0
    assert qa("index", ".", cwd=news).code == 0


def test_what_is_added_comes_to_the_rest_and_what_is_removed_leaves_it(news):
    assert qa("add", "new.txt", cwd=news).code == 3
    qa("index", "a", cwd=news)
    added = qa("add", "new.txt", "b", cwd=news)
    assert (added.code, ids(news)) == (0, ["bakery.txt", "ferry.txt", "mill.txt", "new.txt"])
    assert "2 added, 0 changed, 0 removed, 2 unchanged" in added.err
    assert (qa("remove", "b", "new.txt", cwd=news).code, ids(news)) == (0, ["ferry.txt", "mill.txt"])
    assert_refused(qa("remove", "a", cwd=news), "nothing would be left")
    assert_refused(qa("remove", "nowhere", cwd=news), "no source and no document nowhere")


OTHERS = "note: other articles have changed since they were indexed; qa index brings the index up to date"


def text_in(folder: Path, name: str) -> str:
    return qa("show", name, cwd=folder).out


def test_what_is_added_alone_is_read_and_the_rest_stays_as_it_is(news):
    """``qa add new.txt`` once brought all sources up to date, and failed where one of them was gone for a while."""
    qa("index", "a", "b", cwd=news)
    (news / "a" / "mill.txt").write_text("The windmill of Dorpe was painted.\n")
    (news / "a" / "extra.txt").write_text("Tides.\n")
    (news / "a" / "ferry.txt").unlink()
    (news / "b").rename(news / "away")
    added = qa("add", "new.txt", cwd=news)
    assert added.code == 0
    assert "1 added, 0 changed, 0 removed, 3 unchanged" in added.err
    assert added.complaints[-1] == OTHERS
    assert ids(news) == ["bakery.txt", "ferry.txt", "mill.txt", "new.txt"]
    assert text_in(news, "mill.txt") == ARTICLES["a/mill.txt"]
    (news / "away").rename(news / "b")
    again = qa("index", cwd=news)
    assert "1 added, 1 changed, 1 removed, 2 unchanged" in again.err
    assert qa("add", "new.txt", cwd=news).complaints[-1].startswith("index: 4 documents")


def test_what_is_removed_leaves_and_the_rest_stays_as_it_is(news):
    qa("index", "a", "b", "new.txt", cwd=news)
    (news / "a" / "mill.txt").write_text("The windmill of Dorpe was painted.\n")
    (news / "b").rename(news / "away")
    removed = qa("remove", "new.txt", cwd=news)
    assert (removed.code, removed.complaints[-1]) == (0, OTHERS)
    assert ids(news) == ["bakery.txt", "ferry.txt", "mill.txt"]
    assert text_in(news, "mill.txt") == ARTICLES["a/mill.txt"]
    assert (qa("remove", "b", cwd=news).code, ids(news)) == (0, ["ferry.txt", "mill.txt"])


def test_a_file_or_folder_of_a_source_is_read_again_when_it_is_added(news):
    (news / "a" / "old").mkdir()
    (news / "a" / "old" / "quay.txt").write_text("The quay.\n")
    qa("index", "a", cwd=news)
    for name in ("mill.txt", "ferry.txt", "old/quay.txt"):
        (news / "a" / name).write_text(f"New is {name}.\n")
    (news / "a" / "old" / "tide.txt").write_text("Tides.\n")
    assert "0 added, 1 changed, 0 removed, 2 unchanged" in qa("add", "a/mill.txt", cwd=news).err
    assert "1 added, 1 changed, 0 removed, 2 unchanged" in qa("add", "a/old", cwd=news).err
    assert ids(news) == ["ferry.txt", "mill.txt", "old/quay.txt", "old/tide.txt"]
    assert text_in(news, "old/quay.txt") == "New is old/quay.txt.\n"
    assert text_in(news, "ferry.txt") == ARTICLES["a/ferry.txt"]
    assert "0 added, 1 changed, 0 removed, 3 unchanged" in qa("index", cwd=news).err


def test_an_added_file_of_the_same_name_is_told_apart_as_if_all_were_indexed_at_once(news):
    qa("index", "a", cwd=news)
    (news / "b" / "mill.txt").write_text("The other mill grinds rye.\n")
    added = qa("add", "b", cwd=news)
    assert (added.code, ids(news)) == (0, ["a/mill.txt", "b/mill.txt", "bakery.txt", "ferry.txt"])
    assert qa("status", "--json", cwd=news).json["current"]
    assert "0 added, 0 changed, 0 removed, 4 unchanged" in qa("index", "--full", cwd=news).err


def test_an_article_that_its_folder_passes_over_is_read_where_it_is_named(news):
    """``qa add a/README.md`` once added nothing, and said nothing."""
    (news / "a" / "README.md").write_text("The readme of Kelling lends ladders.\n")
    qa("index", "a", cwd=news)
    for words in (("add", "a/README.md"), ("index",), ("index", "a", "a/README.md")):
        assert qa(*words, cwd=news).code == 0
        assert ids(news) == ["README.md", "ferry.txt", "mill.txt"]
    assert_refused(qa("index", "a", cwd=news), "README.md", "qa add")


def test_adding_to_an_index_whose_record_of_files_is_lost_keeps_everything(news):
    qa("index", "a", cwd=news)
    qa("remove", "mill.txt", cwd=news)
    (news / "index" / "stamps.json").unlink()
    assert (qa("add", "b", cwd=news).code, ids(news)) == (0, ["bakery.txt", "ferry.txt"])
    (news / "index" / "stamps.json").unlink()
    (news / "a" / "ferry.txt").write_text("The ferry is gone.\n")
    assert (qa("remove", "bakery.txt", cwd=news).code, ids(news)) == (0, ["ferry.txt"])
    assert text_in(news, "ferry.txt") == ARTICLES["a/ferry.txt"]
    assert (qa("index", cwd=news).code, text_in(news, "ferry.txt")) == (0, "The ferry is gone.\n")
    assert ids(news) == ["ferry.txt"]


def test_a_path_that_is_not_there_or_is_no_article_is_not_added(news):
    qa("index", "a", cwd=news)
    (news / "b" / "notes.xcf").write_bytes(b"no article")
    assert_refused(qa("add", "nowhere.txt", cwd=news), f"no such file or folder: {news / 'nowhere.txt'}")
    assert_refused(qa("add", "b/notes.xcf", cwd=news), f"cannot read {news / 'b' / 'notes.xcf'}")
    added = qa("add", "b", cwd=news)
    assert f"qa: {news / 'b'}: 1 file not read: .xcf (1)" in added.err
    assert ids(news) == ["bakery.txt", "ferry.txt", "mill.txt"]


def test_an_article_of_a_folder_leaves_with_its_file(news):
    qa("index", "a", "b", cwd=news)
    (news / "a" / "mill.txt").unlink()
    assert_refused(qa("remove", "mill.txt", cwd=news), "is gone already", "qa index")
    assert (qa("index", cwd=news).code, ids(news)) == (0, ["bakery.txt", "ferry.txt"])


@pytest.mark.parametrize("name", ["mill.txt", "a/mill.txt"], ids=["by its id", "by its path"])
def test_an_article_is_left_out_although_its_file_stays_until_it_is_added_again(news, name):
    qa("index", "a", "b", cwd=news)
    removed = qa("remove", name, cwd=news)
    assert (removed.code, ids(news)) == (0, ["bakery.txt", "ferry.txt"])
    line = "left out, as qa remove was asked to: 1 article; qa add PATH takes in again what PATH holds"
    assert removed.complaints[0] == line
    (news / "a" / "mill.txt").write_text("The windmill of Dorpe was painted.\n")
    for words in (("index",), ("index", "--full"), ("index", "--rebuild")):
        again = qa(*words, cwd=news)
        assert (again.complaints[0], ids(news)) == (line, ["bakery.txt", "ferry.txt"])
    assert qa("ask", "What was painted?", "--json", cwd=news).err == ""
    shown = qa("status", cwd=news).out
    assert "current     yes" in shown
    assert f"left out    {news / 'a' / 'mill.txt'} (" in shown
    assert qa("status", "--json", cwd=news).json["excluded"] == [{"path": str(news / "a" / "mill.txt"), "id": None}]
    assert qa("add", "a/mill.txt", cwd=news).err.startswith("index: 3 documents")
    assert ids(news) == ["bakery.txt", "ferry.txt", "mill.txt"]
    assert qa("status", "--json", cwd=news).json["sources"] == [str(news / "a"), str(news / "b")]


def test_a_record_is_left_out_and_the_others_of_its_file_stay(news):
    (news / "a" / "old.jsonl").write_text('{"id": "r1", "text": "Tides."}\n{"id": "r2", "text": "Winds."}\n')
    qa("index", "a", cwd=news)
    assert (qa("remove", "r1", cwd=news).code, ids(news)) == (0, ["ferry.txt", "mill.txt", "r2"])
    assert ids(news) == ["ferry.txt", "mill.txt", "r2"]
    assert qa("remove", "r2", "ferry.txt", cwd=news).code == 0
    assert (qa("index", cwd=news).code, ids(news)) == (0, ["mill.txt"])
    assert_refused(qa("remove", "mill.txt", cwd=news), "nothing to index")
    assert (qa("add", "a", cwd=news).code, ids(news)) == (0, ["ferry.txt", "mill.txt", "r1", "r2"])


def test_a_file_of_many_records_stays_a_source_when_one_leaves(news):
    """``qa remove r1`` once took the whole file out of the index."""
    (news / "old.jsonl").write_text('{"id": "r1", "text": "Tides."}\n{"id": "r2", "text": "Winds."}\n')
    qa("index", "a", "old.jsonl", cwd=news)
    assert (qa("remove", "r1", cwd=news).code, ids(news)) == (0, ["ferry.txt", "mill.txt", "r2"])


def test_a_part_of_a_folder_is_not_taken_out_by_its_path(news):
    qa("index", ".", cwd=news)
    assert_refused(qa("remove", "a", cwd=news), "a is a part of", "name its files")


@pytest.mark.parametrize("paths", [("a", "a/mill.txt"), ("a/mill.txt", "a")], ids=" ".join)
def test_a_file_that_was_named_beside_its_folder_leaves_when_it_is_removed(news, paths):
    """Only its name left the sources once, and the article stayed."""
    qa("index", *paths, cwd=news)
    removed = qa("remove", "a/mill.txt", cwd=news)
    assert (removed.code, "1 removed" in removed.err) == (0, True), removed.err
    for _ in range(2):
        assert ids(news) == ["ferry.txt"]
        qa("index", cwd=news)


def test_a_folder_that_was_named_beside_the_one_it_is_in_is_not_taken_out_by_its_path(news):
    qa("index", ".", "a", cwd=news)
    assert_refused(qa("remove", "a", cwd=news), f"{news / 'a'} is a part of {news}")


def test_a_source_that_has_become_empty_keeps_its_documents(news):
    qa("index", "a", "b", cwd=news)
    (news / "b").rename(news / "away")
    (news / "b").mkdir()
    assert_refused(
        qa("index", cwd=news), f"{news / 'b'} is empty, and the index has 1 document", "--allow-removal", "qa remove"
    )
    assert len(ids(news)) == 3
    assert qa("index", "--allow-removal", cwd=news).code == 0
    assert ids(news) == ["ferry.txt", "mill.txt"]


def test_a_folder_that_cannot_be_read_keeps_its_documents(news):
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("permissions do not bind root")
    bound = "-dac_override,-dac_read_search"
    within = ("setpriv", f"--bounding-set={bound}", f"--inh-caps={bound}") if os.geteuid() == 0 else ()
    (news / "all").mkdir()
    for name in ("a", "b"):
        (news / name).rename(news / "all" / name)
    qa("index", "all", cwd=news)
    (news / "all" / "b").chmod(0)
    try:
        ran = qa("index", cwd=news, within=within)
    finally:
        (news / "all" / "b").chmod(0o755)
    assert_refused(ran, f"{news / 'all' / 'b'} cannot be read", "--allow-removal")
    assert len(ids(news)) == 3


def test_a_single_file_that_was_deleted_is_told_with_what_to_do(news):
    qa("index", "a/ferry.txt", "a/mill.txt", cwd=news)
    (news / "a" / "mill.txt").unlink()
    assert_refused(qa("index", cwd=news), f"qa remove {news / 'a' / 'mill.txt'} takes it out")
    assert "qa remove" in qa("status", cwd=news).out
    assert (qa("remove", "a/mill.txt", cwd=news).code, ids(news)) == (0, ["ferry.txt"])


def test_naming_the_files_that_are_left_replaces_nothing(news):
    qa("index", "a/ferry.txt", "a/mill.txt", cwd=news)
    (news / "a" / "mill.txt").unlink()
    assert (qa("index", "a/ferry.txt", cwd=news).code, ids(news)) == (0, ["ferry.txt"])


def test_a_damaged_index_is_rebuilt_from_the_paths_named(news):
    qa("index", "a", cwd=news)
    next((news / "index").rglob("manifest.json")).write_text("{")
    assert qa("index", "a", cwd=news).code == 3
    assert (qa("index", "a", "--rebuild", cwd=news).code, ids(news)) == (0, ["ferry.txt", "mill.txt"])


def test_the_library_replaces_sources_only_where_that_is_said(news):
    library.build(news / "a", news / "ix").close()
    with pytest.raises(library.UsageError, match="replace=True") as refused:
        library.build(news / "b", news / "ix")
    assert "--replace" not in str(refused.value)  # what is typed at a prompt
    with library.build(news / "b", news / "ix", replace=True) as index:
        assert [document.id for document in index.documents()] == ["bakery.txt"]


def test_documents_that_a_program_gave_stay_until_they_are_removed_by_id(news):
    note = library.Document(id="note", title="A note", text="The crane of Norhavn is back in service.")
    library.build([news / "a", note], news / "index").close()
    assert "stored      1 document in no file" in qa("status", cwd=news).out
    assert qa("status", "--json", cwd=news).json["stored"] == 1
    for words in (["index"], ["index", "a"], ["add", "b"], ["index", "--rebuild"]):
        assert qa(*words, cwd=news).code == 0
        assert "note" in ids(news)
    asked = qa("ask", "which crane is back in service?", "--json", cwd=news)
    assert asked.shown[0]["document"]["path"] is None
    (news / "answer.json").write_text(asked.out)
    assert_refused(qa("verify", "answer.json", cwd=news), "names no absolute path", "--index")
    verified = qa("verify", "answer.json", "--index", "index", cwd=news)
    assert verified.code == 0
    assert "the documents that only index has" in verified.out
    assert qa("remove", "note", cwd=news).code == 0
    assert ids(news) == ["bakery.txt", "ferry.txt", "mill.txt"]
    assert_refused(qa("remove", "note", cwd=news), "the index has no source and no document note")
