"""Runs the installed ``qa`` as people do: a process of its own, with pipes or with a terminal."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import signal
import subprocess
import sys
import termios
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

QA = Path(sys.executable).with_name("qa")

#: Set to nothing in every run: what the machine that runs the tests has set must not count.
_NOT_INHERITED = (
    *("QA_INDEX", "NO_COLOR", "FORCE_COLOR", "PYTHONIOENCODING", "PYTHONUTF8", "DO_NOT_TRACK"),
    *("HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"),
)
COLUMNS = 100

#: Seconds after which a test gives up, not a time that anything should take.
PATIENCE = 60

#: What only a terminal should be sent: the beginning of an escape sequence, and its one-character form.
ESCAPES = ("\x1b", "\x9b")


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run wrote and how it ended. Line ends are as written."""

    out: str
    err: str
    code: int

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def shown(self) -> list[Any]:
        """The citations of an answer in JSON, or the nearest passages of an abstention."""
        answer = self.json
        places: list[Any] = answer["citations"] if answer["answered"] else answer["nearest"]
        return places

    @property
    def complaints(self) -> list[str]:
        """The lines on stderr."""
        return self.err.splitlines()


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    inherited = {name: value for name, value in os.environ.items() if name not in _NOT_INHERITED}
    return inherited | {"COLUMNS": str(COLUMNS), "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"} | dict(changes)


def qa(*words: str | Path, cwd: Path | None = None, stdin: bytes = b"", within: Sequence[str] = (), **env: str) -> Ran:
    """Runs ``qa``, by the command ``within`` if one is given, with its stdout and stderr in pipes."""
    command = [*within, QA, *words]
    done = subprocess.run(command, cwd=cwd, input=stdin, env=environment(env), capture_output=True, check=False)
    return Ran(done.stdout.decode(), done.stderr.decode(), done.returncode)


def shell(script: str, *words: str | Path) -> Ran:
    """Runs a script of bash, whose ``$0``, ``$1`` ... are ``words``."""
    done = subprocess.run(["bash", "-c", script, *words], env=environment({}), capture_output=True, check=False)
    return Ran(done.stdout.decode(), done.stderr.decode(), done.returncode)


def qa_with_terminal(
    *words: str | Path, stream: str = "stdout", cwd: Path | None = None, within: Sequence[str] = (), **env: str
) -> Ran:
    """Runs ``qa`` as above with ``stream``, stdout or stderr, a terminal, and the other one in a pipe."""
    ours, terminal = pty.openpty()
    out, err = (terminal if stream == name else subprocess.PIPE for name in ("stdout", "stderr"))
    with subprocess.Popen(
        [*within, QA, *words], cwd=cwd, env=environment(env), stdin=subprocess.DEVNULL, stdout=out, stderr=err
    ) as process:
        os.close(terminal)
        shown: list[bytes] = []
        # Both ends are read at the same time, so that neither fills up and blocks the process.
        reader = threading.Thread(target=lambda: shown.append(_read_terminal(ours)))
        reader.start()
        piped_out, piped_err = process.communicate()
        reader.join()
    os.close(ours)
    screen = shown[0].decode().replace("\r\n", "\n")
    if stream == "stdout":
        return Ran(screen, piped_err.decode(), process.returncode)
    return Ran(piped_out.decode(), screen, process.returncode)


class Terminal:
    """``qa`` with its stdin, stdout and stderr a terminal, as in a shell."""

    def __init__(self, *words: str | Path, cwd: Path | None = None, **env: str) -> None:
        self._ours, terminal = pty.openpty()
        self.shown = ""
        self.process = subprocess.Popen(
            [QA, *words],
            cwd=cwd,
            env=environment(env),
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            start_new_session=True,
            preexec_fn=_take_terminal,
        )
        os.close(terminal)

    def until(self, text: str, again: bytes = b"") -> str:
        """What is shown next, up to ``text``. ``again`` is typed for each second in which nothing is shown."""
        end = time.monotonic() + PATIENCE
        while text not in self.shown:
            assert time.monotonic() < end, self.shown
            if not select.select([self._ours], [], [], 1)[0]:
                self.type(again)
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
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _read_terminal(descriptor: int) -> bytes:
    """Everything written to a terminal until it is closed, which Linux tells by an error."""
    parts: list[bytes] = []
    while True:
        try:
            part = os.read(descriptor, 65536)
        except OSError:
            part = b""
        if not part:
            return b"".join(parts)
        parts.append(part)


def text_of(path: Path) -> str:
    """A source file's text as the contract defines it."""
    with path.open(newline="", encoding="utf-8-sig") as file:
        return file.read()


def words_of(text: str) -> str:
    """``text`` with every run of white space one blank: what wrapping leaves as it is."""
    return " ".join(text.split())
