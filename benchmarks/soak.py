"""Asks an index from many threads and processes while another process updates it and is killed again and again.

   python benchmarks/soak.py [--seconds N] [--encoder FOLDER] [--write FILE.md]

Every citation is held against the articles as they were when its generation was published. Exits with 1 where there is
a single error. ``--encoder`` is the folder ``encoder`` of a generation of any index; without it the default model is
exported.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import soak_sources
from failures import in_one_line
from machine import commit, machine
from soak_workers import lines

from qa.backends.addresses import store_at
from qa.backends.local import generations
from qa.backends.local.manifest import ENCODER_FOLDER
from qa.doctor import examine
from qa.indexing.update import update
from qa.models.onnx import OnnxEncoder

#: Processes that ask, each opening the index for itself, besides the one with many threads.
READERS = 2

#: Seconds for which a process updates at the least, once it has published something; and how many are killed in a long
#: run.
LEAST, KILLS = 1.0, 40

#: What has to have happened before a run ends, so that a slow machine shows something too; and how many times as long
#: as asked for that may take.
ENOUGH_GENERATIONS, ENOUGH_TIMES = 3, 10

#: Seconds between two looks at what the processes have told.
LOOK = 0.1

WORKERS = Path(__file__).with_name("soak_workers.py")

state = cache(soak_sources.state)


@dataclass
class Figures:
    """What happened in a run."""

    questions: int = 0
    openings: int = 0
    cited: int = 0
    generations: int = 0
    kills: int = 0
    seconds: float = 0.0
    errors: list[str] = field(default_factory=list)

    def rows(self) -> Iterator[tuple[str, str]]:
        """The figures with their names."""
        yield "seconds", f"{self.seconds:,.0f}"
        yield "questions asked", f"{self.questions:,}"
        yield "times an index was opened", f"{self.openings:,}"
        yield "generations published", f"{self.generations:,}"
        yield "updates killed", f"{self.kills:,}"
        yield "different slices cited, each held against its generation's articles", f"{self.cited:,}"
        yield "errors", f"{len(self.errors):,}"


def run(work: Path, seconds: float, encoder: Path | None) -> Figures:
    """Runs everything in the empty folder ``work``."""
    figures = Figures()
    (work / "log").mkdir()
    soak_sources.write(work / "corpus", 0)
    own = OnnxEncoder(encoder) if encoder else None
    first = update([work / "corpus"], store_at(work / "index"), encoder=own).info.generation
    shutil.copytree(generations.current(work / "index") / ENCODER_FOLDER, work / "encoder")
    names = [*(f"alone-{number}" for number in range(READERS)), "together-0"]
    readers = [_start(work, name) for name in names]
    try:
        figures.kills = _update_and_kill(work, seconds, figures)
    finally:
        (work / "stop").touch()
        codes = {name: process.wait() for name, process in zip(names, readers, strict=True)}
    figures.errors += [f"{name} ended with {code}" for name, code in codes.items() if code]
    _examine(work, names, first, figures)
    return figures


def _start(work: Path, name: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, WORKERS, name.partition("-")[0], work, work / "log" / name]
    return subprocess.Popen(command)


def _update_and_kill(work: Path, seconds: float, figures: Figures) -> int:
    """Lets a process update the index, and another one when it was killed; how often that was."""
    began, kills = time.monotonic(), 0
    while True:
        before = len(_published(work))
        writer = _start(work, f"update-{kills:04}")
        _wait(writer, lambda before=before: len(_published(work)) > before, ENOUGH_TIMES * seconds)
        _wait(writer, lambda: False, max(LEAST, seconds / KILLS))
        if writer.poll() is not None:
            figures.errors.append(f"the process that updates ended with {writer.returncode}")
        writer.kill()
        writer.wait()
        kills += 1
        figures.seconds = time.monotonic() - began
        enough = figures.errors or len(_published(work)) >= ENOUGH_GENERATIONS
        if (figures.seconds >= seconds and enough) or figures.seconds >= ENOUGH_TIMES * seconds:
            return kills


def _wait(process: subprocess.Popen[bytes], until: Callable[[], bool], seconds: float) -> None:
    """Until the process has ended, or what is given is so, or for so many seconds."""
    end = time.monotonic() + seconds
    while process.poll() is None and not until() and time.monotonic() < end:
        time.sleep(LOOK)


def _published(work: Path) -> dict[str, int]:
    """The state of the sources that each generation was made of."""
    return {line["published"]: line["state"] for line in _told_by_writers(work) if "published" in line}


def _told_by_writers(work: Path) -> Iterator[dict[str, Any]]:
    return (line for file in sorted((work / "log").glob("update*")) for line in lines(file))


def _examine(work: Path, readers: list[str], first: str, figures: Figures) -> None:
    """Counts what the readers told, holds it against the sources, and looks through what is left of the index."""
    published = _published(work) | {first: 0}
    tried = max(line.get("attempt", 0) for line in _told_by_writers(work))
    # By a writer that was killed before it told.
    published.setdefault(generations.current_manifest(work / "index")[1].generation, tried)
    figures.generations = len(published)
    for name in readers:
        rows = list(lines(work / "log" / name))
        figures.questions += sum(line.get("asked", 0) for line in rows)
        figures.errors += [f"{name}: {line['error']}" for line in rows if "error" in line]
        opened = [line["opened"] for line in rows if "opened" in line]
        figures.openings += len(opened)
        figures.errors += [f"{name}: opened {one}, which was not published" for one in {*opened} - published.keys()]
        numbers = [published[one] for one in opened if one in published]
        figures.errors += [f"{name}: went back from {a} to {b}" for a, b in pairwise(numbers) if b < a]
        cited = [line["cited"] for line in rows if "cited" in line]
        figures.cited += len(cited)
        figures.errors += [f"{name}: {one} is not in its generation" for one in cited if not _stands(one, published)]
    update([work / "corpus"], store_at(work / "index"), encoder=OnnxEncoder(work / "encoder"))
    figures.errors += [f"in the end: {finding}" for finding in examine(work / "index").findings]


def _stands(cited: list[Any], published: dict[str, int]) -> bool:
    """Whether a slice is in the article as it was when its generation was published."""
    generation, name, sha256, start, end, text = cited
    source = state(published[generation]).get(name) if generation in published else None
    if source is None:
        return False
    return source[start:end] == text and hashlib.sha256(source.encode()).hexdigest() == sha256


def page(figures: Figures, command: str) -> str:
    """The figures as a page."""
    rows = "\n".join(f"| {name} | {value} |" for name, value in figures.rows())
    return (
        f"# Soak\n\n{(__doc__ or '').splitlines()[0]} Written by `{command}`\non {datetime.now(UTC):%Y-%m-%d}, commit "
        f"{commit()}, {machine()}.\n\n| | |\n|---|---|\n{rows}\n"
    )


@in_one_line
def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--encoder", type=Path)
    parser.add_argument("--write", type=Path, metavar="FILE.md")
    options = parser.parse_args()
    with TemporaryDirectory(prefix="qa-soak-") as work:
        figures = run(Path(work), options.seconds, options.encoder)
    for name, value in figures.rows():
        print(f"{value:>12}  {name}")
    for error in figures.errors:
        print(error, file=sys.stderr)
    if options.write:
        command = f"python benchmarks/soak.py --seconds {options.seconds:g}"
        options.write.write_text(page(figures, command), encoding="utf-8")
    return 1 if figures.errors else 0


if __name__ == "__main__":
    sys.exit(main())
