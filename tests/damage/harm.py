"""Harms the files of an index one after the other, asks after each, and tells what came of it: lines of JSON.

::

    python -m tests.damage.harm INDEX ENCODER SEED FLIPS

The line before a question names the harm, and the line after it the outcome, so that a crash is not taken for an
answer. ENCODER is a folder with the same encoder as the index's. It answers where the index's own was checked and is
not what is harmed, so that the model is not loaded five hundred times.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import qa
import qa.models.loading
from qa.backends.local.manifest import ENCODER_FOLDER
from qa.doctor import examine
from qa.errors import QAError
from qa.models.base import QueryEncoder
from qa.models.loading import load_query_encoder

QUESTIONS = [
    "What did Almagro request from the court?",
    "How many people died in the protests?",
    "¿Qué países rompieron relaciones con Venezuela?",
]

#: What is older has to be read by no question.
SINCE = "2024"


class Harm(NamedTuple):
    """What is done to a file: a byte changed at a place by XOR, the file cut off at a place, or removed."""

    kind: str
    file: Path
    place: int = 0
    change: int = 0


def harms(index: Path, seed: int, flips: int) -> list[Harm]:
    """``flips`` bytes flipped, spread over all files that have any, and each file cut off in two places and removed."""
    chance = random.Random(seed)
    files = [file for file in sorted(index.rglob("*")) if file.is_file()]
    filled = [file for file in files if file.stat().st_size]
    harms = []
    for number in range(flips):
        file = filled[number % len(filled)]
        harms.append(Harm("flip", file, chance.randrange(file.stat().st_size), chance.randrange(1, 256)))
    for file in filled:
        size = file.stat().st_size
        harms += [Harm("cut", file, place) for place in sorted({size - 1, chance.randrange(size)})]
    return harms + [Harm("remove", file) for file in files]


@contextmanager
def done(harm: Harm) -> Iterator[None]:
    """Does the harm, and makes it good again."""
    if harm.kind == "remove":
        aside = harm.file.with_name(f"{harm.file.name}.aside")
        harm.file.rename(aside)
        yield
        aside.rename(harm.file)
        return
    with harm.file.open("r+b") as file:
        file.seek(harm.place)
        rest = file.read(1 if harm.kind == "flip" else -1)
        file.seek(harm.place)
        if harm.kind == "flip":
            file.write(bytes([rest[0] ^ harm.change]))
        else:
            file.truncate()
        file.flush()
        yield
        file.seek(harm.place)
        file.write(rest)


def answers(index: Path) -> list[Any]:
    """All that the answers say, but for how long it took."""
    with qa.open(index) as opened:
        asked = [opened.ask(question, since=SINCE).to_dict() for question in QUESTIONS]
    return [{name: value for name, value in answer.items() if name != "seconds"} for answer in asked]


def outcome(index: Path, expected: list[Any]) -> dict[str, object]:
    """Whether the answers are the right ones, or what was raised instead."""
    try:
        now = answers(index)
    except QAError as error:
        return {"error": type(error).__name__, "exit": error.exit_code, "message": str(error)}
    except Exception as error:
        return {"error": type(error).__name__, "exit": None, "message": str(error)}
    return {"right": now == expected}


def findings(index: Path) -> list[list[str]]:
    """What the deep check says is wrong: the file, and how bad it is."""
    return [[finding.where, finding.severity] for finding in examine(index).findings]


def main(index: Path, encoder: Path, seed: int, flips: int) -> None:
    """Prints each harm, what came of asking, and, where the answer was right all the same, of the deep check."""
    loaded = load_query_encoder(encoder)
    load: Callable[..., QueryEncoder] = load_query_encoder
    expected = answers(index)
    print(json.dumps({"expected": expected, "sound": findings(index)}), flush=True)
    for harm in harms(index, seed, flips):
        print(json.dumps({"harm": [harm.kind, str(harm.file), harm.place, harm.change]}), flush=True)
        is_encoder = harm.file.parent.name == ENCODER_FOLDER
        vars(qa.models.loading)["load_query_encoder"] = load if is_encoder else partial(_same, loaded)
        with done(harm):
            came = outcome(index, expected)
            print(json.dumps(came | ({"findings": findings(index)} if came.get("right") else {})), flush=True)


def _same(encoder: QueryEncoder, _: Path, *, threads: int | None = None) -> QueryEncoder:  # noqa: ARG001
    return encoder


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
