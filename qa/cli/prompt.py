"""The prompt of ``qa ask``: questions one after the other, with what was asked before at hand."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from qa.cli.output import complain, notice
from qa.errors import QAError

#: Names the file of past questions; empty for none.
HISTORY = "QA_HISTORY"

#: Questions that are kept: a thousand take some 60 kB.
MOST_QUESTIONS = 1_000

_PROMPT = "qa> "
_EXITS = ("exit", "quit")


def converse(answer: Callable[[str], object]) -> None:
    """Has every question that is typed answered, until Ctrl-D. One that fails is told, and Ctrl-C ends it alone."""
    notice("Ask a question, in one line; Ctrl-D, or exit, to leave.")
    with _history():
        for question in _typed():
            try:
                answer(question)
            except QAError as error:
                complain(str(error))
            except KeyboardInterrupt:
                print(file=sys.stderr)


def _typed() -> Iterator[str]:
    """The lines that are typed, without those that are blank."""
    while True:
        try:
            line = _line().strip()
        except KeyboardInterrupt:  # drops what was typed
            print(file=sys.stderr)
            continue
        except EOFError:
            print(file=sys.stderr)
            return
        if line.casefold() in _EXITS:
            return
        if line:
            yield line


def _line() -> str:
    """One line from the terminal. Raises EOFError."""
    if sys.stdout.isatty():
        return input(_PROMPT)
    print(_PROMPT, end="", file=sys.stderr, flush=True)  # answers go elsewhere
    if line := sys.stdin.readline():
        return line
    raise EOFError


@contextmanager
def _history() -> Iterator[None]:
    """Lines can be edited, and past ones called back, where Python has readline; else they are plain."""
    try:
        import readline
    except ImportError:
        yield
        return
    file = history_file()
    readline.set_history_length(MOST_QUESTIONS)
    if file and file.is_file():
        try:
            readline.read_history_file(file)
        except OSError as error:
            notice(f"past questions cannot be read: {file} ({error.strerror}); {HISTORY}= keeps none")
    yield
    if file:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.touch(mode=0o600)
            readline.write_history_file(file)
        except OSError as error:
            notice(f"questions cannot be kept: {file} ({error.strerror}); {HISTORY}= keeps none")


def history_file() -> Path | None:
    """Where past questions are kept: what ``QA_HISTORY`` names, or ``qa/history`` in the user's folder for state."""
    path = os.environ.get(HISTORY)
    if path is not None:
        return Path(path) if path else None
    state = os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state"
    return Path(state) / "qa" / "history"
