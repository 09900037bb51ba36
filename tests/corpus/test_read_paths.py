"""Which files are read, in which order and under which ids, and what is told of the others."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qa.corpus import Problem, read
from qa.corpus.problem import unreadable
from qa.errors import CorpusError

if TYPE_CHECKING:
    from tests.corpus.conftest import Collect


def write(folder: Path, *names: str) -> None:
    for name in names:
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"Article {name}.", encoding="utf-8")


def test_folder_is_its_own_root_and_is_read_in_order_of_relative_path(
    tmp_path: Path,
    collect: Collect,
) -> None:
    names = ["a/x.txt", "a-b.md", "a.txt", "a/b/y.txt", "a0.txt", "B.txt", "é.txt", "z.txt"]
    write(tmp_path, *names)
    reading = collect(tmp_path)
    assert reading.ids == sorted(names)
    assert reading.problems == []


def test_file_has_its_parent_as_root(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "2024/a.md")
    assert collect(tmp_path / "2024" / "a.md").only.id == "a.md"


def test_paths_may_be_strings_and_are_read_in_the_order_given(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "one/b.txt", "two/a.txt")
    assert collect(str(tmp_path / "one"), tmp_path / "two").ids == ["b.txt", "a.txt"]


def test_path_is_absolute_and_links_are_kept(
    tmp_path: Path,
    collect: Collect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(tmp_path, "real/a.txt")
    (tmp_path / "link").symlink_to("real")
    monkeypatch.chdir(tmp_path / "real")
    assert collect("../link").only.path == str(tmp_path / "link" / "a.txt")


def test_where_is_the_path_as_typed(
    tmp_path: Path,
    collect: Collect,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "corpus").mkdir()
    (tmp_path / "corpus" / "empty.txt").touch()
    monkeypatch.chdir(tmp_path)
    assert collect("corpus").problem.where == "corpus/empty.txt"


def test_extensions_in_any_letter_case(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "a.TXT", "b.Md", "c.markdown")
    (tmp_path / "d.JSONL").write_text('{"id": "d", "text": "Text."}')
    assert collect(tmp_path).ids == ["a.TXT", "b.Md", "c.markdown", "d"]


def test_hidden_entries_and_readmes_are_passed_over(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, ".a.txt", ".git/b.txt", "README.md", "sub/readme.TXT", "Readme", "README.pdf", "c.txt")
    assert collect(tmp_path).only.id == "c.txt"


def test_readme_and_hidden_file_named_explicitly_are_read(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "README.md", ".a.txt")
    assert collect(tmp_path / "README.md", tmp_path / ".a.txt").ids == ["README.md", ".a.txt"]


def test_folder_named_like_an_article_is_a_folder(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "x.txt/a.txt")
    assert collect(tmp_path).only.id == "x.txt/a.txt"


def test_unknown_extensions_are_counted_in_one_problem_a_folder_at_the_end(
    tmp_path: Path,
    collect: Collect,
) -> None:
    write(tmp_path, "one/a.wpd", "one/b.xcf", "one/sub/c.XCF", "one/d.txt", "two/LICENSE")
    (tmp_path / "two" / "e.txt").touch()
    reading = collect(tmp_path / "one", tmp_path / "two")
    empty, one, two = reading.problems
    assert empty.where == str(tmp_path / "two" / "e.txt")
    assert (one.where, one.what) == (str(tmp_path / "one"), "3 files not read: .xcf (2), .wpd (1)")
    assert (two.where, two.what) == (str(tmp_path / "two"), "1 file not read: no extension (1)")
    assert all(extension in one.advice for extension in (".txt", ".md", ".markdown", ".jsonl"))


def test_many_unknown_extensions_are_summed_up(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, *(f"f.{n}" for n in range(10)))
    assert collect(tmp_path).problem.what.endswith(".7 (1), others (2)")


@pytest.mark.parametrize("missing", ["none", "none.txt", "a.txt/b.txt", "nul\0.txt", "\ud800.txt"])
def test_missing_path_is_an_error_before_any_document(tmp_path: Path, missing: str) -> None:
    write(tmp_path, "a.txt")
    problems: list[Problem] = []
    reading = read([tmp_path / "a.txt", tmp_path / missing], problems.append)
    with pytest.raises(CorpusError, match=r"no such file or folder: .*; check the path") as raised:
        next(reading)
    assert str(raised.value).isprintable()
    assert problems == []


def test_empty_path_is_not_the_current_folder(collect: Collect) -> None:
    with pytest.raises(CorpusError, match="no such file or folder"):
        collect("")


def test_dangling_link_named_explicitly_is_missing(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.txt").symlink_to("none")
    with pytest.raises(CorpusError, match="no such file or folder"):
        collect(tmp_path / "a.txt")


def test_unknown_extension_named_explicitly_is_an_error_that_names_the_known_ones(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.xcf")
    with pytest.raises(CorpusError, match=r"b\.xcf; only \.txt, \.md, \.markdown.* files are read"):
        next(read([tmp_path / "a.txt", tmp_path / "b.xcf"], print))


def test_path_that_the_system_refuses_is_an_error_with_its_reason(tmp_path: Path, collect: Collect) -> None:
    with pytest.raises(CorpusError, match="File name too long"):
        collect(tmp_path / ("x" * 300 + ".txt"))


def test_files_of_the_same_name_in_two_folders_are_told_apart(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "one/a.txt", "two/a.txt", "two/b.txt")
    reading = collect(tmp_path / "one", tmp_path / "two")
    assert reading.problems == []
    assert [(document.id, document.path) for document in reading.documents] == [
        ("one/a.txt", str(tmp_path / "one" / "a.txt")),
        ("two/a.txt", str(tmp_path / "two" / "a.txt")),
        ("b.txt", str(tmp_path / "two" / "b.txt")),
    ]


def test_folders_of_the_same_name_too(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "x/news/a.txt", "y/news/a.txt")
    assert collect(tmp_path / "x" / "news", tmp_path / "y" / "news").ids == ["x/news/a.txt", "y/news/a.txt"]


def test_a_file_to_which_two_paths_lead_is_read_once(
    tmp_path: Path, collect: Collect, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, "art/a.txt", "art/b.txt")
    monkeypatch.chdir(tmp_path)
    for paths in (["art", "art/b.txt"], ["art", "art"], ["art", tmp_path / "art"], ["art/a.txt", "art"]):
        reading = collect(*paths)
        assert reading.problems == []
        assert reading.ids == ["a.txt", "b.txt"]


def test_a_folder_that_cannot_be_listed_is_told_as_unseen(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "a.txt")
    problem = unreadable(str(tmp_path / "b"), PermissionError(13, "Permission denied"))
    assert problem.unseen == str(tmp_path / "b")
    assert all(not problem.unseen for problem in collect(tmp_path).problems)


def test_links_to_files_and_folders_are_followed(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "elsewhere/a.txt")
    root = tmp_path / "root"
    root.mkdir()
    (root / "file.txt").symlink_to(tmp_path / "elsewhere" / "a.txt")
    (root / "folder").symlink_to(tmp_path / "elsewhere")
    assert collect(root).ids == ["file.txt", "folder/a.txt"]


@pytest.mark.parametrize("target", [".", "..", "/"])
def test_link_to_a_folder_above_is_one_problem(tmp_path: Path, collect: Collect, target: str) -> None:
    root = tmp_path / "root"
    write(root, "sub/a.txt")
    (root / "sub" / "loop").symlink_to(target)
    reading = collect(root)
    assert reading.ids == ["sub/a.txt"]
    assert reading.problem.where == str(root / "sub" / "loop")
    assert "leads back" in reading.problem.what


def test_folders_that_link_to_each_other_are_read_once_from_each_side(
    tmp_path: Path,
    collect: Collect,
) -> None:
    write(tmp_path, "a/1.txt", "b/2.txt")
    (tmp_path / "a" / "to_b").symlink_to("../b")
    (tmp_path / "b" / "to_a").symlink_to("../a")
    reading = collect(tmp_path)
    assert reading.ids == ["a/1.txt", "a/to_b/2.txt", "b/2.txt", "b/to_a/1.txt"]
    assert {problem.where for problem in reading.problems} == {
        str(tmp_path / "a" / "to_b" / "to_a"),
        str(tmp_path / "b" / "to_a" / "to_b"),
    }


def test_loop_through_the_real_place_of_a_linked_root_ends(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "data/corpus/a.txt")
    (tmp_path / "data" / "corpus" / "up").symlink_to(tmp_path / "data")
    (tmp_path / "typed").mkdir()
    (tmp_path / "typed" / "corpus").symlink_to(tmp_path / "data" / "corpus")
    reading = collect(tmp_path / "typed" / "corpus")
    assert reading.ids == ["a.txt"]
    assert reading.problem.where == str(tmp_path / "typed" / "corpus" / "up" / "corpus")


def test_dangling_link_is_a_problem(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "b.txt")
    (tmp_path / "a.txt").symlink_to("none")
    reading = collect(tmp_path)
    assert reading.ids == ["b.txt"]
    assert reading.problem.what == "is a link to nothing"


def test_link_to_itself_is_a_problem_with_the_reason(tmp_path: Path, collect: Collect) -> None:
    (tmp_path / "a.txt").symlink_to("a.txt")
    assert "symbolic links" in collect(tmp_path).problem.what


def test_pipe_is_never_opened(tmp_path: Path, collect: Collect) -> None:
    os.mkfifo(tmp_path / "a.txt")
    assert collect(tmp_path).problem.what == "is not a regular file"
    assert collect(tmp_path / "a.txt").problem.what == "is not a regular file"


def test_names_that_are_not_utf8_are_dropped(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "a.txt")
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("Text.")
    folder = tmp_path / os.fsdecode(b"\xff")
    write(folder, "b.txt")
    reading = collect(tmp_path)
    assert reading.ids == ["a.txt"]
    assert sorted(str(problem) for problem in reading.problems) == [
        f"{tmp_path}/\\udcff: its name is not valid UTF-8; rename it",
        f"{tmp_path}/caf\\udce9.txt: its name is not valid UTF-8; rename it",
    ]
    assert collect(folder).problem.what == collect(folder / "b.txt").problem.what
    assert collect(folder).documents == []


def test_file_that_vanishes_after_listing_is_a_problem_with_the_reason(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.txt", "c.jsonl", "d/e.txt", "f.txt")
    problems: list[Problem] = []
    reading = read([tmp_path], problems.append)
    assert next(reading).id == "a.txt"
    for name in ("b.txt", "c.jsonl", "d/e.txt"):
        (tmp_path / name).unlink()
    (tmp_path / "d").rmdir()
    assert [document.id for document in reading] == ["f.txt"]
    assert [problem.where for problem in problems] == [str(tmp_path / n) for n in ("b.txt", "c.jsonl", "d")]
    assert all(p.what == "cannot be read (No such file or directory)" for p in problems)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads files whatever their permissions")
def test_file_and_folder_without_permission_are_problems(tmp_path: Path, collect: Collect) -> None:
    write(tmp_path, "a.txt", "b/c.txt", "d.txt")
    (tmp_path / "a.txt").chmod(0)
    (tmp_path / "b").chmod(0)
    reading = collect(tmp_path)
    (tmp_path / "b").chmod(0o700)
    assert reading.ids == ["d.txt"]
    assert [problem.what for problem in reading.problems] == ["cannot be read (Permission denied)"] * 2


def test_reading_is_lazy(tmp_path: Path) -> None:
    write(tmp_path, "a.txt", "b.txt")
    reading = read([tmp_path], print)
    next(reading)
    (tmp_path / "b.txt").write_text("Written later.")
    assert next(reading).text == "Written later."


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[Path]:
    """A folder deeper down than Python's calls may nest, removed here as pytest's own removal recurses."""
    folders = [tmp_path / "root"]
    while len(folders) <= sys.getrecursionlimit():
        folders.append(folders[-1] / "d")
    for folder in folders:
        folder.mkdir()
    yield folders[-1]
    for folder in reversed(folders):
        folder.rmdir()


def test_folders_nested_deeper_than_pythons_calls(tmp_path: Path, collect: Collect, deep: Path) -> None:
    file = deep / "a.txt"
    file.write_text("Text.")
    reading = collect(tmp_path / "root")
    file.unlink()
    assert reading.only.id == file.relative_to(tmp_path / "root").as_posix()


def test_problem_is_one_printable_line() -> None:
    problem = Problem("a\nb\x1b[0m\udcff.txt:3", "has\tno text", "remove it")
    assert str(problem) == r"a\nb\x1b[0m\udcff.txt:3: has\tno text; remove it"
    assert str(Problem("a.txt", "has no text")) == "a.txt: has no text"


def test_importing_the_package_loads_no_parser() -> None:
    program = "import sys, qa.corpus; print({'yaml', 'charset_normalizer'} & set(sys.modules))"
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", program]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "set()"
