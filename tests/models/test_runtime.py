"""Nothing is sent, and nothing is written but the index and the cache: looked at below Python, where native code is.

The audit of ``tests/hostile/guard`` sees Python's own sockets only; ``strace`` sees every system call of a process, and
of those that it starts.
"""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.support import QA, environment
from tests.corpus.formats.test_formats import MANY, ONE_EACH
from tests.support import ROOT

#: Seconds that a process is looked at. ONNX Runtime 1.31 looks a host up some nine seconds after its import.
WATCHED = 30

#: A socket of any kind that leaves the process; AF_UNIX ones stay on the machine, such as to ask for a user's name.
_NETWORK = re.compile(r"AF_INET6?|AF_NETLINK|AF_PACKET")
_LOOPBACK = re.compile(r'inet_addr\("127\.0\.0\.1"\)|"::1"|"::ffff:127\.0\.0\.1"')
_WRITTEN = re.compile(r'(?:openat\([^"]*|creat\(|mkdir(?:at)?\([^"]*)"([^"]+)"')

ASK_IN_PYTHON = """
import sys, time, qa
with qa.open(sys.argv[1]) as index:
    assert index.ask("Is the northern quay closed?").citations
    time.sleep(float(sys.argv[2]))
    assert index.ask("Is the northern quay closed?").citations
"""

EMBED_ON_A_WORKER = """
import sys, time, qa

def wait(what, done, total):
    if what == "embedding" and done == total:
        time.sleep(float(sys.argv[3]))

if __name__ == "__main__":
    qa.update(sys.argv[1], sys.argv[2], qa.UpdateOptions(dask="local:1"), on_progress=wait)
"""

READ_IN_PYTHON = """
import sys, qa
from qa.corpus import read
for document in read(sys.argv[1:], print):
    if document.places and "page" in document.places[0][1]:
        qa.page_image(document, 0, 20)
"""


class Traced:
    """A folder in which processes are watched: ``home`` and ``temporary`` are their own, and empty at first."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home, self.temporary = folder, folder / "home", folder / "tmp"
        self.home.mkdir()
        self.temporary.mkdir()
        self._log = folder / "calls.log"

    def run(self, *command: str | Path, stdin: str = "") -> list[str]:
        """The system calls of the command that opened sockets or opened files to write them."""
        watch = ("strace", "--seccomp-bpf", "-f", "-s", "4096", "-e", "trace=network,openat,creat,mkdir,mkdirat")
        kept = {"HOME": str(self.home), "TMPDIR": str(self.temporary), "PYTHONDONTWRITEBYTECODE": "1"}
        # ONNX Runtime is silent where it takes itself to be tested; so would be what is looked for here.
        silent = {"CI", "XDG_CACHE_HOME", "ORT_DISABLE_TELEMETRY", "GITHUB_ACTIONS", "TF_BUILD", "BUILD_ID"}
        # Coverage writes a file of its own for each process.
        env = {n: v for n, v in environment(kept).items() if n not in silent and not n.startswith("COV")}
        done = subprocess.run(
            [*watch, "-o", self._log, *command],
            input=stdin,
            env=env,
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode in (0, 1), done.stderr  # 1: the articles do not tell
        return self._log.read_text(encoding="utf-8", errors="replace").splitlines()

    def strangers(self, calls: list[str]) -> set[str]:
        """What was made or opened for writing outside of this folder, where it was allowed."""
        writing = [
            call
            for call in calls
            if re.search("O_WRONLY|O_RDWR|O_CREAT|creat\\(|mkdir", call) and not re.search(r"= -1 |\(deleted\)", call)
        ]
        paths = {found[1] for call in writing if (found := _WRITTEN.search(call))}
        absolute = {os.path.normpath(self.folder / path) for path in paths}
        return {path for path in absolute if not path.startswith((f"{self.folder}/", "/dev/", "/proc/self/"))}

    def files_at_home(self) -> set[str]:
        """The folders below ``~/.cache`` and anything else at home."""
        files = (file.relative_to(self.home) for file in self.home.rglob("*") if file.is_file())
        return {"/".join(file.parts[:2]) for file in files}


def sent(calls: list[str]) -> list[str]:
    """The calls that concern a network, but for the machine's own."""
    return [call for call in calls if _NETWORK.search(call) and not _LOOPBACK.search(call)]


@pytest.fixture
def traced(tmp_path: Path) -> Traced:
    works = shutil.which("strace") and subprocess.run(["strace", "-f", "true"], capture_output=True, check=False)
    if not works or works.returncode:
        pytest.skip("needs strace, and the right to use it: apt install strace")
    articles = tmp_path / "in"
    articles.mkdir()
    (articles / "quay.txt").write_text("The northern quay is closed until May. The ferry calls at the southern one.\n")
    return Traced(tmp_path)


@pytest.mark.parametrize("ask", ["the command", "the library"])
def test_indexing_and_asking_open_no_socket_and_write_only_the_index_and_the_cache(traced: Traced, ask: str) -> None:
    calls = traced.run(QA, "index", "in", "--index", "ix")
    if ask == "the command":  # its second question comes late
        late = f"(echo 'Is the northern quay closed?'; sleep {WATCHED}; echo 'When is it open?') | exec {QA} ask - -k 1"
        calls += traced.run("sh", "-c", f"{late} --index ix")
    else:
        calls += traced.run(sys.executable, "-c", ASK_IN_PYTHON, "ix", str(WATCHED))
    assert sent(calls) == []
    assert traced.strangers(calls) == set()
    assert traced.files_at_home() <= {".cache/qa"}


def test_reading_any_format_writes_nothing_and_reaches_nobody(traced: Traced) -> None:
    """urllib3, which trafilatura imports, binds a socket to ::1, and closes it, to see whether there is IPv6."""
    files = []
    for extension, make in (ONE_EACH | MANY).items():
        files.append(traced.folder / f"a{extension}")
        files[-1].write_bytes(make("Port Selden"))
    calls = traced.run(sys.executable, "-W", "ignore", "-c", READ_IN_PYTHON, *files)
    assert [call for call in sent(calls) if " socket(" not in call] == []
    assert [call for call in calls if re.search(r"connect\(|send", call)] == []
    assert [call for call in calls if re.search(r"O_WRONLY|O_RDWR|O_CREAT|creat\(|mkdir", call)] == []


@pytest.mark.slow
@pytest.mark.parametrize("ask", ["the command", "the library"])
def test_workers_of_a_local_cluster_and_its_client_reach_only_this_machine(traced: Traced, ask: str) -> None:
    """With the library the worker, which has embedded, lives on for half a minute."""
    pytest.importorskip("distributed")
    if ask == "the command":
        calls = traced.run(QA, "index", "in", "--index", "ix", "--dask", "local:1")
    else:
        calls = traced.run(sys.executable, "-c", EMBED_ON_A_WORKER, "in", "ix", str(WATCHED))
    assert any(_LOOPBACK.search(call) for call in calls)
    assert [call for call in sent(calls) if "sin_port" in call or "sin6_port" in call] == []
    assert traced.strangers(calls) == set()
    assert traced.files_at_home() <= {".cache/qa"}


@pytest.mark.slow
def test_milvus_lite_reaches_only_this_machine(traced: Traced) -> None:
    pytest.importorskip("milvus_lite")
    calls = traced.run(QA, "index", "in", "--index", "milvus+lite:quay.db")
    calls += traced.run(QA, "ask", "Is the northern quay closed?", "--index", "milvus+lite:quay.db")
    assert [call for call in sent(calls) if "sin_port" in call or "sin6_port" in call] == []
    assert traced.files_at_home() <= {".cache/qa"}


@pytest.mark.slow
def test_a_model_that_sentence_transformers_loads_reaches_no_network(traced: Traced, models: dict[str, Path]) -> None:
    calls = traced.run(QA, "index", "in", "--index", "ix", "--model", models["dense"])
    assert sent(calls) == []
    assert traced.files_at_home() <= {".cache/qa"}


def test_one_module_imports_onnxruntime() -> None:
    """Its telemetry is disabled by what is set before it is first imported."""

    def imports(file: Path) -> set[str]:
        nodes = list(ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
        names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
        return names | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}

    importing = [
        file.relative_to(ROOT).as_posix()
        for file in sorted((ROOT / "qa").rglob("*.py"))
        if any(name.partition(".")[0] == "onnxruntime" for name in imports(file))
    ]
    assert importing == ["qa/models/runtime.py"]
