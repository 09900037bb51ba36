"""The prompt of ``qa ask``, on a terminal of its own: what is typed, what is shown, and how one leaves."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ALMAGRO
from tests.cli.support import QA, environment, qa

VOTES = "How many votes did the OAS resolution get?"
PROMPT = "qa> "
CTRL_C, CTRL_D, UP = b"\x03", b"\x04", b"\x1b[A"

#: Seconds after which a test gives up, not a time that anything should take.
PATIENCE = 60


class Terminal:
    """``qa ask`` with its stdin, stdout and stderr a terminal, as in a shell."""

    def __init__(self, *words: str | Path, **env: str) -> None:
        self._ours, terminal = pty.openpty()
        self.shown = ""
        self.process = subprocess.Popen(
            [QA, "ask", *words],
            env=environment(env),
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(terminal)

    def until(self, text: str) -> str:
        """What is shown next, up to ``text``."""
        end = time.monotonic() + PATIENCE
        while text not in self.shown:
            assert time.monotonic() < end, self.shown
            if not select.select([self._ours], [], [], 1)[0]:
                continue
            try:
                self.shown += os.read(self._ours, 65536).decode(errors="replace")
            except OSError:
                raise AssertionError(f"{text!r} never came: {self.shown}") from None
        before, self.shown = self.shown.split(text, 1)
        return before

    def type(self, keys: bytes | str) -> None:
        os.write(self._ours, keys.encode() if isinstance(keys, str) else keys)

    def left(self) -> int:
        """The exit code, once the process has ended."""
        try:
            while part := os.read(self._ours, 65536):
                self.shown += part.decode(errors="replace")
        except OSError:
            pass
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._ours)


def _take_terminal() -> None:
    """Makes stdin the controlling terminal, so that Ctrl-C is a signal."""
    import fcntl
    import termios

    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def terminal(corpus_index: Path, state: Path) -> Iterator[Terminal]:
    terminal = Terminal("--index", corpus_index, "-k", "1", XDG_STATE_HOME=str(state))
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
    terminal.until(PROMPT)
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
        terminal = Terminal("--index", corpus_index, "-k", "1", XDG_STATE_HOME=str(state), **setting)
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
    terminal = Terminal("--index", corpus_index, QA_HISTORY=str(tmp_path / "file" / "history"))
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
