"""Errors: one line on stderr that says what, where and what to do; nothing on stdout; the documented exit code."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

import qa as library
from tests.cli.conftest import ALMAGRO, flip_a_byte
from tests.cli.support import ESCAPES, QA, Ran, environment, qa

USAGE, FAILURE = 2, 3
STAKE = "2020/what-is-at-stake-on-dec-6.md"
NOT_UTF8 = os.fsdecode(b"\xff")


def assert_one_line(ran: Ran, code: int, *parts: str) -> None:
    assert (ran.code, ran.out) == (code, ""), ran
    assert ran.err.endswith("\n")
    assert len(ran.complaints) == 1, ran.err
    assert ran.err.startswith("qa: ")
    assert "internal error" not in ran.err
    for part in parts:
        assert part in ran.err


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["ask", ""], ["question is empty"]),
        (["ask", " \t\n"], ["question is empty"]),
        (["ask", "word " * 3000], ["tokens", "shorter"]),
        (["ask", "what did " + NOT_UTF8 + " say?"], ["not valid Unicode"]),
        (["ask", ALMAGRO, "-k", "0"], ["k is 0"]),
        (["ask", ALMAGRO, "-k", "-1"], ["k is -1"]),
        (["ask", ALMAGRO, "-k", "many"], ["'-k'"]),
        (["ask", ALMAGRO, "--since", "yesterday"], ["'yesterday' is not a date", "2024-07-31"]),
        (["ask", ALMAGRO, "--since", "2024-13"], ["'2024-13' is not a date"]),
        (["ask", ALMAGRO, "--until", "2024-02-30"], ["'2024-02-30' is not a date"]),
        (["ask", ALMAGRO, "--until", ""], ["is not a date"]),
        (["ask", ALMAGRO, "--lexical", "lucene"], ["'lucene'", "rank-bm25"]),
        (["ask", ALMAGRO, "--fusion", "borda"], ["'borda'", "rrf"]),
        (["ask", ALMAGRO, "--no-such-option"], ["--no-such-option", "see qa ask --help"]),
        (["ask", "-what did Almagro request?"], ["No such option"]),
        (["ask"], ["there is no question", "qa ask"]),
        (["answer", ALMAGRO], ["'answer'", "qa --help"]),
        (["show", f"{STAKE}:5-5"], ["no characters 5-5", STAKE]),
        (["show", f"{STAKE}:9-5"], ["no characters 9-5"]),
        (["show", f"{STAKE}:0-999999"], ["no characters 0-999999", "characters"]),
    ],
    ids=lambda value: " ".join(value)[:40].replace(NOT_UTF8, "not UTF-8") if isinstance(value, list) else None,
)
def test_wrong_usage_exits_with_2(corpus_index, words, parts):
    assert_one_line(qa(*words, QA_INDEX=str(corpus_index)), USAGE, *parts)


@pytest.mark.parametrize("document", ["no-such.md", "../../etc/passwd", "/etc/passwd", "'; DROP TABLE x"])
def test_an_unknown_document_exits_with_3_and_says_how_to_list_them(corpus_index, document):
    assert_one_line(qa("show", document, "--index", corpus_index), FAILURE, document, "qa status --documents")


def test_a_slice_of_an_unknown_document_names_the_document(corpus_index):
    assert_one_line(qa("show", "no-such.md:0-5", "--index", corpus_index), FAILURE, "no document no-such.md;")


def test_no_question_on_stdin_exits_with_2(corpus_index):
    assert_one_line(qa("ask", "-", "--index", corpus_index, stdin=b"\n \n"), USAGE, "no question on stdin")


class TestTheIndexFolder:
    @pytest.mark.parametrize("words", [["ask", ALMAGRO], ["show", STAKE], ["status"], ["status", "--documents"]])
    def test_no_index_and_no_corpus_exits_with_3_and_advice(self, tmp_path, words):
        assert_one_line(qa(*words, cwd=tmp_path), FAILURE, "no index in index", "qa index")

    def test_asking_where_there_is_nothing_leaves_nothing_behind(self, tmp_path):
        qa("ask", ALMAGRO, cwd=tmp_path)
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("words", [["ask", ALMAGRO], ["status"]])
    def test_an_index_that_is_a_file_exits_with_3_and_names_it(self, tmp_path, words):
        file = tmp_path / "file"
        file.write_text("kept")
        assert_one_line(qa(*words, "--index", file), FAILURE, str(file))
        assert file.read_text() == "kept"

    def test_building_into_a_file_exits_with_2_and_keeps_it(self, tmp_path):
        file = tmp_path / "file"
        file.write_text("kept")
        assert_one_line(qa("index", tmp_path, "--index", file), USAGE, str(file), "folder")
        assert file.read_text() == "kept"

    def test_building_into_a_folder_of_other_files_exits_with_2_and_keeps_them(self, tmp_path):
        (tmp_path / "thesis.doc").write_text("kept")
        assert_one_line(qa("index", tmp_path, "--index", tmp_path), USAGE, "thesis.doc", str(tmp_path))
        assert [file.name for file in tmp_path.iterdir()] == ["thesis.doc"]


class TestADamagedIndex:
    @pytest.fixture
    def copy(self, corpus_index: Path, tmp_path: Path) -> Path:
        return Path(shutil.copytree(corpus_index, tmp_path / "index"))

    @pytest.mark.parametrize(
        "name",
        [
            "documents.sqlite",
            "passages.f16",
            "sentences.i8",
            "terms.u64",
            "manifest.json",
            "model.onnx",
            "model.safetensors",
        ],
    )
    def test_a_flipped_byte_exits_with_3_names_the_file_and_the_remedy(self, copy, name):
        file = next(copy.rglob(name))
        flip_a_byte(file)
        assert_one_line(qa("ask", ALMAGRO, "--index", copy), FAILURE, str(file), "qa index --rebuild")

    def test_a_text_that_is_to_be_quoted_is_checked(self, copy):
        """Only the blocks of what is quoted are read, so that all of them are damaged here."""
        file = next(copy.rglob("texts.bin"))
        content = file.read_bytes()
        file.unlink()
        file.write_bytes(bytes(byte ^ 1 for byte in content))
        assert_one_line(qa("ask", ALMAGRO, "--index", copy), FAILURE, str(file), "qa index --rebuild")

    def test_a_missing_file_exits_with_3_and_names_it(self, copy):
        file = next(copy.rglob("passages.f16"))
        file.unlink()
        assert_one_line(qa("ask", ALMAGRO, "--index", copy), FAILURE, str(file), "qa index --rebuild")

    def test_an_unreadable_pointer_exits_with_3_and_names_it(self, copy):
        (copy / "CURRENT").write_bytes(b"\xff\x00")
        assert_one_line(qa("status", "--index", copy), FAILURE, str(copy / "CURRENT"), "qa index --rebuild")


class TestWhatCannotBeIndexed:
    def test_a_missing_path_exits_with_2(self, tmp_path):
        ran = qa("index", tmp_path / "nowhere", "--index", tmp_path / "index")
        assert_one_line(ran, USAGE, f"no such file or folder: {tmp_path / 'nowhere'}")
        assert not (tmp_path / "index").exists()

    def test_an_empty_folder_exits_with_2(self, tmp_path):
        (tmp_path / "articles").mkdir()
        ran = qa("index", tmp_path / "articles", "--index", tmp_path / "index")
        assert_one_line(ran, USAGE, "nothing to index", str(tmp_path / "articles"))
        assert not (tmp_path / "index").exists()

    def test_a_folder_with_nothing_readable_names_each_file_and_exits_with_2(self, tmp_path):
        articles = tmp_path / "articles"
        articles.mkdir()
        (articles / "empty.txt").touch()
        (articles / "picture.png").touch()
        ran = qa("index", articles, "--index", tmp_path / "index")
        assert (ran.code, ran.out) == (USAGE, "")
        assert "empty.txt: has no text" in ran.complaints[0]
        assert "1 file not read: .png (1)" in ran.complaints[1]
        assert "nothing to index" in ran.complaints[2]
        assert len(ran.complaints) == 3

    def test_a_file_of_another_kind_exits_with_2_and_says_what_is_read(self, tmp_path):
        (tmp_path / "thesis.wpd").touch()
        ran = qa("index", tmp_path / "thesis.wpd", "--index", tmp_path / "index")
        assert_one_line(ran, USAGE, "thesis.wpd", ".txt", ".md", ".pdf")

    def test_no_path_and_no_corpus_exits_with_2(self, tmp_path):
        assert_one_line(qa("index", cwd=tmp_path), USAGE, "nothing to index", "qa index PATH")

    @pytest.mark.parametrize("option", [["--max-tokens", "5"], ["--overlap", "-1"]])
    def test_a_setting_out_of_range_exits_with_2(self, tmp_path, option):
        (tmp_path / "a.txt").write_text("An article.")
        ran = qa("index", tmp_path / "a.txt", "--index", tmp_path / "index", *option)
        assert_one_line(ran, USAGE, option[0].strip("-").replace("-", "_"), option[1])
        assert not (tmp_path / "index").exists()

    def test_a_model_that_is_not_there_exits_with_3_and_names_it(self, tmp_path):
        (tmp_path / "a.txt").write_text("An article.")
        model = tmp_path / "no model"
        ran = qa("index", tmp_path / "a.txt", "--index", tmp_path / "index", "--model", str(model))
        assert_one_line(ran, FAILURE, str(model))


class TestDebug:
    @pytest.mark.parametrize("position", [0, 1, 2, 4])
    def test_debug_adds_the_traceback_wherever_it_stands(self, corpus_index, position):
        words = ["ask", ALMAGRO, "-k", "0"]
        words.insert(position, "--debug")
        ran = qa(*words, QA_INDEX=str(corpus_index))
        assert (ran.code, ran.out) == (USAGE, "")
        assert ran.err.startswith("Traceback (most recent call last):")
        assert ran.complaints[-1].startswith("qa: k is 0")

    def test_debug_shows_the_traceback_of_wrong_usage_too(self):
        ran = qa("--debug", "answer")
        assert ran.code == USAGE
        assert ran.err.startswith("Traceback (most recent call last):")
        assert "'answer'" in ran.complaints[-1]

    def test_debug_shows_what_steers_a_terminal_as_escapes(self, tmp_path):
        ran = qa("--debug", "index", "no\x1b[2J\x9b31m\u202e.txt", "--index", tmp_path / "index")
        assert ran.err.startswith("Traceback (most recent call last):\n  File ")
        assert "no\\x1b[2J\\x9b31m\\u202e.txt" in ran.complaints[-2]
        assert not any(mark in ran.err for mark in (*ESCAPES, "\u202e"))

    def test_debug_after_two_dashes_is_a_question(self, corpus_index):
        assert qa("ask", "--json", "--", "--debug", QA_INDEX=str(corpus_index)).json["question"] == "--debug"

    def test_debug_adds_nothing_to_an_answer(self, ask):
        ran = ask(ALMAGRO, "--debug", "--json", "-k", "1")
        assert (ran.code, ran.err) == (0, "")


def test_a_full_disk_is_told_in_one_line(corpus_index):
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [QA, "status", "--index", corpus_index],
            env=environment({}),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert_one_line(Ran("", done.stderr.decode(), done.returncode), FAILURE, "No space left on device")


def test_without_a_command_the_help_is_shown():
    ran = qa()
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("Usage: qa ")
    assert all(f"\n  {command} " in ran.out for command in ("index", "ask", "show", "status"))


class TestRegressions:
    """Each of these once ended in a traceback, in "internal error", or later than it should have."""

    def test_the_version_is_shown(self):
        assert qa("--version") == Ran(f"qa {library.__version__}\n", "", 0)

    def test_a_document_that_is_not_utf8_is_an_unknown_document(self, corpus_index):
        assert_one_line(qa("show", NOT_UTF8, "--index", corpus_index), FAILURE, "qa status --documents")

    def test_a_slice_of_many_digits_is_no_slice(self, corpus_index):
        assert_one_line(qa("show", f"{STAKE}:0-{'9' * 5000}", "--index", corpus_index), USAGE, "no characters")

    def test_a_question_on_stdin_that_is_not_utf8_is_wrong_usage(self, corpus_index):
        ran = qa("ask", "-", "--index", corpus_index, stdin=b"\xff\n", PYTHONIOENCODING="utf-8:strict")
        assert_one_line(ran, USAGE, "not valid Unicode")

    def test_a_closed_stdout_is_told_without_a_traceback(self, corpus_index):
        done = subprocess.run(
            ["sh", "-c", '"$0" "$@" >&-', QA, "status", "--index", corpus_index],
            env=environment({}),
            stderr=subprocess.PIPE,
            check=False,
        )
        assert b"Traceback" not in done.stderr

    @pytest.mark.parametrize("words", [["x", "--since", "yesterday"]])
    def test_wrong_usage_is_told_before_anything_is_built(self, tmp_path, words):
        (tmp_path / "corpus").mkdir()
        (tmp_path / "corpus" / "a.txt").write_text("The ferry departs at nine.")
        ran = qa("ask", *words, cwd=tmp_path)
        assert ran.code == USAGE
        assert not (tmp_path / "index").exists()
