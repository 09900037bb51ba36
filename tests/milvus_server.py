"""A real Milvus server of an old version, 2.3.5, which a package has: for what Milvus Lite cannot show.

It has no BM25, and so holds no index; but it refuses logins, dies, and comes back.
"""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import venv
from contextlib import suppress
from pathlib import Path

import pytest

REQUIREMENTS = ("milvus==2.3.5", "setuptools<81")

USER, PASSWORD = "root", "Milvus"

#: Prints the number of the server's process, and again something when it is ready; ends with the server.
_SERVE = """
import sys
from milvus import MilvusServer
server = MilvusServer(wait_for_started=False)
server.config.configs.update(data_dir=sys.argv[1])
server.config.set("proxy_port", int(sys.argv[2]))
server.config.set("authorization_enabled", True)
server.start()
print(server.server_proc.pid, flush=True)
server.wait_started()
print("ready", flush=True)
server.server_proc.wait()
"""


class OldServer:
    """The server, with its data in ``folder``. Logins are checked."""

    def __init__(self, python: Path, folder: Path) -> None:
        self.port = _free_port()
        self._python = python
        self._folder = folder
        self._starter: subprocess.Popen[str] | None = None
        self._process = 0

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        command: list[str | Path] = [self._python, "-c", _SERVE, self._folder, str(self.port)]
        self._starter = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._starter.stdout is not None
        self._process = int(self._starter.stdout.readline())
        assert self._starter.stdout.readline() == "ready\n", "the server did not start"

    def kill(self) -> None:
        """Ends it at once, as a machine that loses its power would."""
        if self._starter is not None:
            with suppress(ProcessLookupError):
                os.kill(self._process, signal.SIGKILL)
            self._starter.communicate()
            self._starter = None

    def stop_answering(self) -> None:
        """Halts it: it still listens, and says nothing."""
        os.kill(self._process, signal.SIGSTOP)
        while any("T (stopped)" not in one.read_text() for one in Path(f"/proc/{self._process}/task").glob("*/status")):
            time.sleep(0.01)  # on a busy machine it may answer once more

    def answer_again(self) -> None:
        """Lets it go on."""
        os.kill(self._process, signal.SIGCONT)


def server_python(cache: Path) -> Path:
    """A Python that has the server: QA_MILVUS_SERVER_PYTHON, or one in an environment made in ``cache``.

    Skips the tests where the package cannot be had.
    """
    if given := os.environ.get("QA_MILVUS_SERVER_PYTHON"):
        return Path(given)
    python, made = cache / "bin" / "python", cache / "made"
    if not made.exists():
        venv.create(cache, with_pip=True, clear=True)
        pip: list[str | Path] = [
            python,
            "-m",
            "pip",
            "--disable-pip-version-check",
            "install",
            "--quiet",
            *REQUIREMENTS,
        ]
        done = subprocess.run(pip, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            pytest.skip(f"{REQUIREMENTS[0]} cannot be installed: {done.stderr.strip().splitlines()[-1]}")
        made.write_text(sys.version)
    return python


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
