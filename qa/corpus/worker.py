"""A process that reads files for the one that has started it, and ends with it.

It is started as ``python -c``, not by ``multiprocessing``, which would run the user's own script again in it (and fails
where that has no ``if __name__ == "__main__"``); and it is a new process, not a fork, which would copy locks that other
threads hold. Requests and answers are JSON, each after its length in eight bytes.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import IO

from qa.corpus.reader import FileOutcome
from qa.corpus.walk import Source
from qa.errors import ReadingError

_START = "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from qa.corpus.worker import serve; serve()"
_LENGTH = 8

#: Seconds that a process may take to end once it was killed.
_PATIENCE = 10


def can_start() -> bool:
    """Whether this program is Python, so that another can be started as this one was."""
    return "python" in Path(sys.executable or "").name.lower() and not hasattr(sys, "frozen")


class Worker:
    """Such a process. Raises OSError where it cannot be started, and EOFError where it ends at once."""

    def __init__(self) -> None:
        # -P: a file json.py where the user works is not ours.
        command = [sys.executable, "-P", "-c", _START, json.dumps(sys.path)]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self._process.stdin
        assert self._process.stdout
        self._requests, self._answers = self._process.stdin, self._process.stdout
        try:
            _receive(self._answers)
        except EOFError:
            self.close()
            raise

    @property
    def process(self) -> int:
        """Its number."""
        return self._process.pid

    def read(self, source: Source) -> bytes:
        """What reading a file gives, as ``FileOutcome.to_bytes``. Raises ReadingError where the process ends."""
        try:
            _send(self._requests, json.dumps(source).encode())
            return _receive(self._answers)
        except (OSError, EOFError, ValueError) as error:
            code = self.close()
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            what = f"the process that read {source.where} has ended ({how})"
            raise ReadingError(what, "run qa index again; leave the file out if it happens again") from error

    def kill(self) -> None:
        """Ends the process, whatever it is doing; another thread's ``read`` raises then."""
        self._process.kill()

    def close(self) -> int:
        """Ends the process and forgets it; its exit code, or minus the signal that has ended it."""
        self._process.kill()
        self._answers.close()
        with suppress(OSError):  # what it has not read cannot be written
            self._requests.close()
        return self._process.wait(_PATIENCE)


def serve() -> None:
    """What the process does: reads files until nobody asks any more."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all processes of a terminal; ours are told by the end
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    # What a library prints is not to stand among the answers.
    os.dup2(2, 1)
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123
        os.dup2(nothing.fileno(), 0)
    try:
        _send(answers, b"")
        while True:
            _send(answers, FileOutcome.of(Source(*json.loads(_receive(requests)))).to_bytes())
    except (EOFError, BrokenPipeError):
        os._exit(0)  # what is left in a pipe that nobody reads cannot be written


def _send(stream: IO[bytes], content: bytes) -> None:
    stream.write(len(content).to_bytes(_LENGTH, "big") + content)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes:
    head = stream.read(_LENGTH)
    content = stream.read(int.from_bytes(head, "big")) if len(head) == _LENGTH else b""
    if len(head) < _LENGTH or len(content) < int.from_bytes(head, "big"):
        raise EOFError
    return content
