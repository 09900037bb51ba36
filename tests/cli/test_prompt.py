"""The prompt of ``qa ask``, on a terminal of its own: what is typed, what is shown, and how one leaves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ALMAGRO
from tests.cli.support import Terminal, qa

VOTES = "How many votes did the OAS resolution get?"
PROMPT = "qa> "
CTRL_C, CTRL_D, UP = b"\x03", b"\x04", b"\x1b[A"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def terminal(corpus_index: Path, state: Path) -> Iterator[Terminal]:
    terminal = Terminal("ask", "--index", corpus_index, "-k", "1", XDG_STATE_HOME=str(state))
    yield terminal
    terminal.close()


def test_questions_are_answered_one_after_the_other_until_ctrl_d(terminal):
    assert "Ctrl-D" in terminal.until(PROMPT)
    for question, fact in ((ALMAGRO, "Luis Almagro"), (VOTES, "17")):
        terminal.type(f"{question}\n")
        assert fact in terminal.until("confidence")
        terminal.until(PROMPT)
    terminal.type(CTRL_D)
    assert terminal.left() == 0
    assert "Traceback" not in terminal.shown


@pytest.mark.parametrize("word", ["exit", "quit"])
def test_a_word_leaves_too(terminal, word):
    terminal.until(PROMPT)
    terminal.type(f"{word}\n")
    assert terminal.left() == 0


def test_ctrl_c_drops_a_line_and_the_prompt_stays(terminal):
    terminal.until(PROMPT)
    terminal.type("what did Alm")
    terminal.until("what did Alm")
    terminal.type(CTRL_C)
    terminal.until(PROMPT, again=CTRL_C)  # Python does not see a signal between readline's last letter and its select
    terminal.type(f"{VOTES}\n")
    assert "17" in terminal.until("confidence")
    terminal.until(PROMPT)
    terminal.type(CTRL_D)
    assert terminal.left() == 0


def test_a_question_that_cannot_be_asked_does_not_end_it(terminal):
    terminal.until(PROMPT)
    # A terminal takes lines of 4,095 characters at most where nothing edits them.
    terminal.type("word " * 700 + "\n")
    terminal.until("tokens")
    terminal.until(PROMPT)
    terminal.type(f"\n{VOTES}\n")
    assert "17" in terminal.until("confidence")


def test_what_was_typed_is_called_back_and_edited(terminal):
    terminal.until(PROMPT)
    terminal.type("How many votes did the OAS resolution got?\n")
    terminal.until("confidence")
    terminal.until(PROMPT)
    terminal.type(UP)
    terminal.until("got?")
    terminal.type(b"\x7f" * 4 + b"get?\n")
    assert "17" in terminal.until("confidence")


@pytest.mark.parametrize("setting", [{}, {"QA_HISTORY": ""}], ids=["kept", "switched off"])
def test_questions_are_kept_for_the_next_time_unless_that_is_switched_off(corpus_index, state, setting):
    file = state / "qa" / "history"
    for again in (False, True):
        terminal = Terminal("ask", "--index", corpus_index, "-k", "1", XDG_STATE_HOME=str(state), **setting)
        try:
            terminal.until(PROMPT)
            if again and not setting:
                terminal.type(UP)
                terminal.until(VOTES)
                terminal.type(b"\n")
            else:
                terminal.type(f"{VOTES}\n")
            terminal.until("confidence")
            terminal.until(PROMPT)
            terminal.type(CTRL_D)
            assert terminal.left() == 0
        finally:
            terminal.close()
    if setting:
        assert not state.exists()
    else:
        assert VOTES in file.read_text()
        assert file.stat().st_mode & 0o077 == 0


def test_a_history_that_cannot_be_written_is_told_and_nothing_else_fails(corpus_index, tmp_path):
    (tmp_path / "file").write_text("")
    terminal = Terminal("ask", "--index", corpus_index, QA_HISTORY=str(tmp_path / "file" / "history"))
    try:
        terminal.until(PROMPT)
        terminal.type("exit\n")
        assert terminal.left() == 0
        assert "QA_HISTORY= keeps none" in terminal.shown
    finally:
        terminal.close()


def test_without_a_terminal_a_question_is_needed(corpus_index):
    ran = qa("ask", "--index", corpus_index, stdin=b"what did Almagro request?\n")
    assert (ran.code, ran.out) == (2, "")
    assert ran.complaints == [
        'qa: there is no question; ask one, as in: qa ask "what did Almagro request?", or - for stdin'
    ]
