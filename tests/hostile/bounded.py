"""Reads or indexes a folder in a process of its own, and tells how much memory that took.

python -m tests.hostile.bounded read|index FOLDER
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.support import ROOT

MEGABYTE = 1024 * 1024

#: Bytes of address space that the process may have at all, so that a defect does not take the machine with it.
LIMIT = 12 * 1024 * MEGABYTE

#: Seconds after which a process is taken to hang.
PATIENCE = 1200


@dataclass(frozen=True)
class Cost:
    """What there was to read, and the peak of the memory in bytes that it took more than the imports."""

    documents: int
    problems: int
    passages: int
    memory: int


def cost(work: str, folder: Path) -> Cost:
    """Works in a process of its own; an error or a hang there fails the test."""
    command = [sys.executable, "-m", "tests.hostile.bounded", work, str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, "")
    return Cost(**json.loads(done.stdout))


def main(work: str, folder: Path) -> None:
    from qa.corpus import Problem, read
    from tests.support import update
    from tests.test_costs import Words

    resource.setrlimit(resource.RLIMIT_AS, (LIMIT, LIMIT))
    problems = passages = 0

    def count(_: Problem) -> None:
        nonlocal problems
        problems += 1

    before = peak()
    if work == "read":
        documents = sum(1 for _ in read([folder], count))
    else:
        info = update([folder], folder.parent / "index", encoder=Words(max_tokens=254), on_problem=count).info
        documents, passages = info.documents, info.passages
    print(json.dumps(vars(Cost(documents, problems, passages, peak() - before))))


def peak() -> int:
    """The most memory that this process has had, in bytes. macOS counts bytes, Linux kilobytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
