"""Runs a child process and measures it; keeps figures with what they came from."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from machine import command, commit, machine

from qa.errors import QAError

#: No child asks a hub or reports its use: nothing is measured but what runs here.
OFFLINE = {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1", "HAYSTACK_TELEMETRY_ENABLED": "False"}

#: ru_maxrss is in bytes on macOS and in kilobytes elsewhere.
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024


#: Starts argv[3:], the program argv[2], and writes seconds on the clock and of the processor, peak memory and exit
#: code into the file argv[1].
_STARTER = """
import json, os, sys, time
began = time.perf_counter()
_, status, usage = os.wait4(os.posix_spawn(sys.argv[2], sys.argv[3:], os.environ), 0)
seconds = time.perf_counter() - began, usage.ru_utime + usage.ru_stime
measured = *seconds, usage.ru_maxrss, os.waitstatus_to_exitcode(status)
with open(sys.argv[1], "w") as report:
    json.dump(measured, report)
"""


class ChildError(QAError):
    """A measured process failed."""

    exit_code = 3


def _environment(changes: Mapping[str, str]) -> dict[str, str]:
    """The environment of measured processes, in which Python keeps its compiled modules, as it does for users."""
    return {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"} | OFFLINE | dict(changes)


@dataclass(frozen=True, slots=True)
class Run:
    """A finished process: seconds on the clock from start to end, and of the processor; peak resident memory in bytes;
    and its output."""

    seconds: float
    processor: float
    memory: int
    output: str

    @property
    def measures(self) -> dict[str, Any]:
        """The last line of the output, as JSON."""
        values: dict[str, Any] = json.loads(self.output.splitlines()[-1])
        return values


def run(
    argv: Sequence[str | Path],
    stdin: str = "",
    accepted: tuple[int, ...] = (0,),
    environment: Mapping[str, str] = MappingProxyType({}),
) -> Run:
    """Runs a process to its end, with this process' environment and ``environment``. Raises ChildError where its exit
    code is not among ``accepted``, or is one besides 0 and nothing was printed: Python ends with 1 as well when it
    fails.

    Another small process starts it: Linux counts what the starting process holds in the peak memory of the one that it
    starts.
    """
    words = [str(word) for word in argv]
    with (
        tempfile.TemporaryFile("w+") as source,
        tempfile.TemporaryFile("w+") as out,
        tempfile.TemporaryFile("w+") as err,
        tempfile.NamedTemporaryFile("w+") as report,
    ):
        source.write(stdin)
        source.seek(0)
        starter = [sys.executable, "-S", "-c", _STARTER, report.name, shutil.which(words[0]) or words[0], *words]
        subprocess.run(starter, stdin=source, stdout=out, stderr=err, env=_environment(environment), check=True)
        seconds, processor, memory, code = json.load(report)
        out.seek(0)
        err.seek(0)
        output = out.read()
        if code not in accepted or (code and not output):
            reason = (err.read().strip().splitlines() or ["it said nothing"])[-1]
            raise ChildError(f"{' '.join(words[:4])} … exited with {code} ({reason})", "run it by hand")
        return Run(seconds, processor, memory * _RSS_UNIT, output)


def size_of(folder: Path) -> int:
    """Bytes of the files in a folder, a file with several names counted once."""
    stats = {(s.st_dev, s.st_ino): s.st_size for s in (f.stat() for f in folder.rglob("*") if f.is_file())}
    return sum(stats.values())


@dataclass(frozen=True, slots=True)
class Origin:
    """What a figure came from."""

    command: str
    commit: str
    date: str
    machine: str

    @classmethod
    def now(cls) -> Origin:
        """This run's."""
        return cls(command(), commit(), datetime.now(UTC).date().isoformat(), machine())


@dataclass(frozen=True, slots=True)
class Figure:
    """A measure of a system on an index of about ``size`` passages (0: the repository's corpus, or none at all).

    Seconds, bytes, passages or tokens a second, or a ratio: speed_table.MEASURES tells which.
    """

    measure: str
    system: str
    size: int
    value: float
    origin: Origin

    @property
    def key(self) -> tuple[str, str, int]:
        """What it is a figure of; a later one takes its place."""
        return self.measure, self.system, self.size


class Figures:
    """All figures by key, kept in a JSON file: those of other runs stay until they are measured again."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def __iter__(self) -> Iterator[Figure]:
        rows = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else []
        return map(_figure, rows)

    def value(self, measure: str, system: str, size: int) -> float | None:
        """The figure's value, or None."""
        return next((figure.value for figure in self if figure.key == (measure, system, size)), None)

    def record(self, figures: Iterable[Figure]) -> None:
        """Puts figures in the place of older ones, and writes the file."""
        by_key = {figure.key: figure for figure in (*self, *figures)}
        rows = [asdict(by_key[key]) for key in sorted(by_key)]
        self._file.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


def _figure(values: Mapping[str, Any]) -> Figure:
    return Figure(**{**values, "origin": Origin(**values["origin"])})
