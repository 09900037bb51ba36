"""What a cold question costs with the default model and with the multilingual one, in processes of their own, in turn.

    python benchmarks/cold.py --work FOLDER [--times 15]

Of ``qa ask`` on the sample articles (corpus/), the medians of: processor seconds, user and system, which a busy machine
hardly changes; seconds on the clock; and the most memory that the process held.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path
from typing import NamedTuple

from failures import in_one_line
from speed_measures import run

import qa
from qa.config import DEFAULT_MODEL, MULTILINGUAL_MODEL

ROOT = Path(__file__).parent.parent
MODELS = (DEFAULT_MODEL, MULTILINGUAL_MODEL)
QUESTIONS = ("What did Almagro request?", "¿Qué pidió Almagro?")


class Cost(NamedTuple):
    """Of a process: seconds of processor time and on the clock, and MB."""

    processor: float
    clock: float
    memory: float


@in_one_line
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--work", type=Path, required=True, help="folder for the indexes")
    parser.add_argument("--times", type=int, default=15, help="how often each question is asked of each index")
    arguments = parser.parse_args()
    folders = {model: arguments.work / f"cold-{model}" for model in MODELS}
    for model, folder in folders.items():
        qa.build(ROOT / "corpus", folder, model=model).close()
    print("| question | model | processor, s | clock, s | memory, MB |\n|---|---|---|---|---|")
    for question in QUESTIONS:
        costs = [{model: cost(folder, question) for model, folder in folders.items()} for _ in range(arguments.times)]
        for model in MODELS:
            processor, clock, memory = (
                statistics.median(each) for each in zip(*(c[model] for c in costs), strict=True)
            )
            print(f"| {question} | {model} | {processor:.2f} | {clock:.2f} | {memory:.0f} |", flush=True)


def cost(index: Path, question: str) -> Cost:
    """What ``qa ask`` costs."""
    # It exits with 1 where the corpus does not say.
    one = run([sys.executable, "-m", "qa", "ask", question, "--index", index], accepted=(0, 1))
    return Cost(one.processor, one.seconds, one.memory / 1e6)


if __name__ == "__main__":
    sys.exit(main())
