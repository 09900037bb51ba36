"""What a question and an index cost: qa against what people use instead, at growing sizes, on one machine.

    make peers                                                  (once: the others, in an environment of their own)
    python benchmarks/speed.py                                  (hours: everything)
    python benchmarks/speed.py --only cold warm --sizes 1000    (a part; the other figures stay as they were)

Ratios are of processes that ran in turn, so that a busy machine slows all alike; compare seconds of one run only. Above
``--real`` passages qa's vectors are made up (speed_synthetic.py). A peer always has the model's; where its index would
not be ready within ``--budget``, it is left out, and the table says so. Writes speed.json, speed.md and speed.svg.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import speed_parts as parts
from failures import in_one_line
from machine import ROOT
from speed_encoding import encoding
from speed_measures import Figures, Origin
from speed_plot import plot
from speed_systems import PEER_SCRIPTS, QA, Ours, Peer, Place, Systems
from speed_table import markdown

from qa.config import DEFAULT_MODEL, READ
from qa.errors import UsageError
from qa.models.model_files import locate

PARTS = ("start", "index", "cold", "warm", "recall", "updates", "encoding")

#: Passages. Updates are measured at 10,000 articles, and at a million passages.
SIZES, UPDATE_SIZES = (1_000, 10_000, 100_000, 1_000_000), (50_000, 1_000_000)

#: The generated corpus that the encoders are compared on, in passages.
ENCODING_SIZE = 1_000


@in_one_line
def main(argv: Sequence[str] | None = None) -> int:
    """Runs the parts; an error's own exit code where one stops them. What was measured by then is kept."""
    arguments = _arguments(argv)
    arguments.output.mkdir(parents=True, exist_ok=True)
    figures = Figures(arguments.output / "speed.json")
    bench = parts.Bench(figures, Origin.now(), arguments.runs, time.monotonic() + 60 * arguments.budget)
    try:
        run(bench, arguments)
        return 0
    finally:
        (arguments.output / "speed.md").write_text(markdown(list(figures)), encoding="utf-8")
        (arguments.output / "speed.svg").write_text(plot(list(figures)), encoding="utf-8")


def run(bench: parts.Bench, arguments: argparse.Namespace) -> None:
    """The chosen parts, at the chosen sizes, smallest first."""
    chosen, work = arguments.only or PARTS, arguments.work
    systems = _systems(arguments)
    if "start" in chosen:
        place = Place(work / "repository", 0)
        place.prepare()
        parts.start(bench, place, systems)
    if "encoding" in chosen:
        place = Place(work / f"{ENCODING_SIZE}", ENCODING_SIZE)
        encoding(bench, place, _peer("sentence-transformers", arguments), arguments.texts)
    if {"index", "cold", "warm", "recall"} & set(chosen):
        for place in _places(arguments.sizes or SIZES, arguments):
            at_size(bench, place, systems, chosen)
    if "updates" in chosen:
        for place in _places(arguments.sizes or UPDATE_SIZES, arguments):
            parts.index(bench, place, [Ours()], again=False)
            parts.updates(bench, place)


def at_size(bench: parts.Bench, place: Place, systems: Systems, chosen: Sequence[str]) -> None:
    """The chosen parts at one size, for the systems that have an index there."""
    parts.index(bench, place, systems, again="index" in chosen)
    indexed = [system for system in systems if place.has(system.name)]
    if "cold" in chosen:
        parts.cold(bench, place, indexed)
    if "warm" in chosen:
        parts.warm(bench, place, indexed)
    if "recall" in chosen and place.synthetic:
        parts.recall(bench, place)


def _places(sizes: Sequence[int], arguments: argparse.Namespace) -> Iterator[Place]:
    for size in sorted(sizes):
        place = Place(arguments.work / f"{size}", size, synthetic=size > arguments.real)
        place.prepare()
        yield place


def _systems(arguments: argparse.Namespace) -> Systems:
    return [Ours(arguments.reader) if name == QA else _peer(name, arguments) for name in arguments.systems]


def _peer(name: str, arguments: argparse.Namespace) -> Peer:
    if not arguments.peers.exists():
        raise UsageError(f"the other systems are not installed: there is no {arguments.peers}", "make peers")
    return Peer(name, arguments.peers, locate(DEFAULT_MODEL))


def _arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    work = Path(tempfile.gettempdir()) / "qa-speed"
    names = (QA, *PEER_SCRIPTS)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--only", nargs="+", choices=PARTS, metavar="PART", help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--sizes", nargs="+", type=int, metavar="N", help="passages, about")
    parser.add_argument("--systems", nargs="+", choices=names, default=names, help="some of them (default: all)")
    parser.add_argument(
        "--real", type=int, default=10_000, help="largest size at which qa has the model's own vectors (%(default)s)"
    )
    parser.add_argument("--reader", choices=READ, default="fast", help="how much qa reads (default: %(default)s)")
    parser.add_argument("--runs", type=int, default=7, help="rounds of cold questions (default: %(default)s)")
    parser.add_argument("--budget", type=float, default=120, metavar="MINUTES", help="for the peers (%(default)s)")
    parser.add_argument("--texts", type=Path, help="a corpus to compare encoders on, instead of a generated one")
    parser.add_argument("--work", type=Path, default=work, help="folder for the indexes (default: %(default)s)")
    parser.add_argument("--output", type=Path, default=ROOT / "benchmarks", help="folder of speed.json, .md and .svg")
    parser.add_argument("--peers", type=Path, default=ROOT / ".venv-peers" / "bin" / "python", help="their interpreter")
    arguments = parser.parse_args(argv)
    if arguments.runs < 1 or min(arguments.sizes or [1]) < 1:
        parser.error("--runs and --sizes are 1 or more")
    return arguments


if __name__ == "__main__":
    sys.exit(main())
