"""The two commands that every peer has, and the JSON line that each prints.

    python PEER.py index PASSAGES.jsonl FOLDER MODEL
    python PEER.py ask FOLDER MODEL [--one QUESTION]

Without ``--one`` the questions are read from stdin, one a line. PASSAGES.jsonl has a line {id, text} a passage; MODEL
is the folder of a sentence-transformers model.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

#: Passages that a search gives to the fusion, and passages shown: as in qa.
DEPTH, K = 100, 5

#: The ids of the best passages of a question, best first.
Ask = Callable[[str], list[str]]


def run(index: Callable[[list[dict[str, str]], Path, str], None], open_index: Callable[[Path, str], Ask]) -> None:
    """Does what the command line says with a peer's two functions. Times are in seconds."""
    arguments = _arguments()
    began = time.perf_counter()
    if arguments.command == "index":
        with arguments.passages.open(encoding="utf-8") as lines:
            passages = [json.loads(line) for line in lines]
        arguments.folder.mkdir(parents=True, exist_ok=True)
        index(passages, arguments.folder, arguments.model)
        _print(passages=len(passages), seconds=time.perf_counter() - began)
        return
    ask = open_index(arguments.folder, arguments.model)
    opened, seconds, answers = time.perf_counter() - began, [], []
    for question in [arguments.one] if arguments.one else map(str.strip, sys.stdin):
        began = time.perf_counter()
        answers.append(ask(question))
        seconds.append(time.perf_counter() - began)
    _print(open=opened, seconds=seconds, found=answers)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    index, ask = commands.add_parser("index"), commands.add_parser("ask")
    index.add_argument("passages", type=Path)
    for command in (index, ask):
        command.add_argument("folder", type=Path)
        command.add_argument("model")
    ask.add_argument("--one", metavar="QUESTION")
    return parser.parse_args()


def _print(**measures: object) -> None:
    print(json.dumps(measures))
