"""How many texts are to be gathered before they are encoded together: the same texts in groups of several sizes.

    python benchmarks/grouping.py ../shared/data/scifact/corpus.jsonl --articles 200

Each size has a process of its own, so that none runs the kernels that another has had compiled, and the processes work
in turn, on a part of the texts at a time, so that a busy machine slows all alike. In bfloat16, by torch.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from speed_session import texts

from qa.config import DEFAULT_MODEL
from qa.models.torch.engines import TORCH_BFLOAT16
from qa.models.torch.sentence_transformers import SentenceTransformerEncoder

SIZES = (512, 1_024, 2_048)


def main(argv: Sequence[str] | None = None) -> None:
    """Prints the seconds of each size of groups, and how many times as long as with the largest."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("corpus", type=Path, help="articles")
    parser.add_argument("--articles", type=int, default=200, help="how many of them (default: %(default)s)")
    parser.add_argument("--worker", type=int, metavar="SIZE", help=argparse.SUPPRESS)
    arguments = parser.parse_args(argv)
    if arguments.worker:
        work(json.loads(arguments.corpus.read_text(encoding="utf-8")), arguments.worker)
        return
    with tempfile.NamedTemporaryFile(suffix=".json") as file:
        count = texts(arguments.corpus, Path(file.name), arguments.articles)["texts"]
        seconds = in_turn(Path(file.name), count)
    print(
        f"{count:,} texts", *(f"{s:,}: {t:.1f} s, {t / seconds[SIZES[-1]]:.2f}×" for s, t in seconds.items()), sep="\n"
    )


def in_turn(file: Path, count: int) -> dict[int, float]:
    """The seconds that each size takes for all of the texts in ``file``."""
    workers = {size: _start(file, size) for size in SIZES}
    for worker in workers.values():
        _answer(worker)  # the model is loaded
    seconds = dict.fromkeys(SIZES, 0.0)
    for first in range(0, count, SIZES[-1]):
        for size, worker in workers.items():
            print(first, first + SIZES[-1], file=worker.stdin, flush=True)
            seconds[size] += float(_answer(worker))
    for worker in workers.values():
        worker.communicate()
    return seconds


def work(texts: Sequence[str], size: int) -> None:
    """Encodes the ranges of texts that stdin names, in groups of ``size``, and prints the seconds of each."""
    encoder = SentenceTransformerEncoder(DEFAULT_MODEL)
    if not encoder.use_engine(TORCH_BFLOAT16):
        sys.exit("this machine is better off without bfloat16")
    print("ready", flush=True)
    for line in sys.stdin:
        first, last = map(int, line.split())
        began = time.perf_counter()
        for start in range(first, min(last, len(texts)), size):
            encoder.encode_passages(texts[start : min(start + size, last)])
        print(time.perf_counter() - began, flush=True)


def _start(file: Path, size: int) -> subprocess.Popen[str]:
    words = [sys.executable, __file__, str(file), "--worker", str(size)]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def _answer(worker: subprocess.Popen[str]) -> str:
    line = worker.stdout.readline() if worker.stdout else ""
    if not line:
        sys.exit("a process ended too early")
    return line


if __name__ == "__main__":
    main()
