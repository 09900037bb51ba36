"""What a terminal is sent, and what a reader who has gone does to the output."""

from __future__ import annotations

import signal
import subprocess
from functools import partial
from pathlib import Path

import pytest

from tests.cli.conftest import ALMAGRO, ROUTER
from tests.cli.support import ESCAPES, QA, Ran, environment, qa, qa_with_terminal, shell, words_of

BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
FERRY = "The ferry to Vestmark departs at nine every morning."


def test_a_terminal_shows_the_quote_in_bold_instead_of_between_marks(ask, corpus_index):
    ran = qa_with_terminal("ask", ALMAGRO, "-k", "1", "--index", corpus_index)
    quote = words_of(ask(ALMAGRO, "--json", "-k", "1").json["citations"][0]["quote"]["text"])
    assert f"{BOLD}{quote}{PLAIN}" in words_of(ran.out)
    assert ">>" not in ran.out


def test_a_terminal_shows_titles_and_the_verdict_in_bold(corpus_index):
    ran = qa_with_terminal("ask", ROUTER, "-k", "1", "--index", corpus_index)
    assert ran.out.startswith(f"{BOLD}The corpus does not say")
    assert f"{BOLD}1. " in ran.out


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_no_color_and_a_dumb_terminal_switch_colour_off(corpus_index, setting):
    ran = qa_with_terminal("ask", ALMAGRO, "-k", "1", "--index", corpus_index, **setting)
    assert ">>" in ran.out
    assert "<<" in ran.out
    assert not any(escape in ran.out for escape in ESCAPES)


def test_json_on_a_terminal_has_no_colour(corpus_index):
    ran = qa_with_terminal("ask", ALMAGRO, "-k", "1", "--json", "--index", corpus_index)
    assert ran.json["answered"] is True


def test_colour_follows_stdout_even_when_stderr_is_a_terminal(corpus_index):
    ran = qa_with_terminal("ask", ALMAGRO, "-k", "1", "--index", corpus_index, stream="stderr")
    assert not any(escape in ran.out for escape in ESCAPES)
    assert ran.err == ""


def test_characters_that_the_terminal_lacks_are_shown_as_escapes(corpus_index):
    ran = qa("ask", "Did Guaidó rule out violence?", "-k", "1", "--index", corpus_index, PYTHONIOENCODING="ascii")
    assert (ran.code, ran.err) == (0, "")
    assert "Guaid\\xf3" in ran.out


@pytest.mark.parametrize(
    "words",
    [
        ("show", "2020/what-is-at-stake-on-dec-6.md"),
        ("status", "--documents"),
        ("ask", ALMAGRO),
        ("ask", ALMAGRO, "--json"),
        ("--help",),
    ],
    ids=" ".join,
)
def test_a_reader_who_has_gone_is_no_error(corpus_index, words):
    with subprocess.Popen(
        [QA, *words], env=environment({"QA_INDEX": str(corpus_index)}), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.parametrize(("question", "code"), [(ALMAGRO, 0), (ROUTER, 1)])
@pytest.mark.parametrize("reader", ["head -1 > /dev/null", "true"])
def test_the_exit_code_is_the_answers_whoever_reads_it(corpus_index, question, code, reader):
    """A pipe that is closed early once turned 0, answered, into 1, which means that the corpus does not say."""
    script = f'"$0" ask "$1" --index "$2" | {reader}; exit "${{PIPESTATUS[0]}}"'
    ran = shell(script, QA, question, corpus_index)
    assert (ran.code, ran.err) == (code, "")


@pytest.mark.parametrize("words", [("ask", "-"), ("verify",)], ids=" ".join)
def test_a_closed_stdin_is_an_empty_one(corpus_index, words):
    ran = shell('"$0" "$@" <&-', QA, *words, "--index", corpus_index)
    assert (ran.code, ran.out) == (2, "")
    assert "there is no" in ran.err


def test_a_closed_stderr_is_no_error(tmp_path):
    (tmp_path / "ferry.txt").write_text(FERRY)
    (tmp_path / "empty.txt").write_text("")
    ran = shell('"$0" index "$1" --index "$2" 2>&-', QA, tmp_path, tmp_path / "index")
    assert ran == Ran("", "", 0)
    assert qa("ask", "When does the ferry to Vestmark depart?", "--index", tmp_path / "index").code == 0


def test_a_reader_of_errors_who_has_gone_changes_no_exit_code():
    assert shell('"$0" show nothing --index nowhere 2>&1 | true; exit "${PIPESTATUS[0]}"', QA).code == 3


def test_ctrl_c_says_so(corpus_index):
    with subprocess.Popen(
        [QA, "ask", "-", "--json", "--index", corpus_index],
        env=environment({}),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell has what it runs in the background ignore Ctrl-C, and all that it starts inherits that.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdin.write(ALMAGRO.encode() + b"\n")
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGINT)
        complaint = process.stderr.read().decode()
    assert complaint == "qa: interrupted; the index is as it was\n"
    assert process.returncode == 130


@pytest.mark.slow
class TestAskingWithoutAnIndex:
    """The first question in a folder that has a ``corpus`` but no ``index`` yet; stderr is a terminal."""

    @pytest.fixture(scope="class")
    @staticmethod
    def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
        folder = tmp_path_factory.mktemp("first question")
        (folder / "corpus").mkdir()
        (folder / "corpus" / "ferry.txt").write_text(FERRY + "\n")
        (folder / "corpus" / "bakery.txt").write_text("The bakery in Holmby sells saffron buns on Fridays.\n")
        (folder / "corpus" / "empty.txt").write_text("")
        return folder

    @pytest.fixture(scope="class")
    @staticmethod
    def ran(folder: Path) -> Ran:
        return qa_with_terminal("ask", "When does the ferry to Vestmark depart?", "--json", cwd=folder, stream="stderr")

    def test_the_index_is_built_first_and_the_question_answered(self, ran, folder):
        assert ran.code == 0
        assert ran.json["citations"][0]["quote"]["text"] == FERRY
        assert (folder / "index" / "CURRENT").is_file()

    def test_the_terminal_is_told_what_is_built_from_what(self, ran):
        assert "there is no index in index yet: building it from corpus/" in ran.err
        assert "index: 2 documents, 2 passages" in ran.err

    def test_a_progress_bar_shows_and_is_wiped_away(self, ran):
        assert "embedding" in ran.err
        assert "2/2" in ran.err
        wiped = ran.err[ran.err.rindex("2/2") :]
        assert "\x1b[2K" in wiped

    def test_problems_are_told_while_the_bar_shows(self, ran):
        assert "corpus/empty.txt: has no text" in words_of(ran.err)

    def test_the_cursor_is_shown_again(self, ran):
        assert ran.err.rfind("\x1b[?25h") >= ran.err.rfind("\x1b[?25l")
