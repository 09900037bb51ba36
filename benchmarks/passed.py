"""The files and functions of qa that a question passes: what somebody reads who follows one.

    python benchmarks/passed.py --index index                    (how many, for a question that is answered warm)
    python benchmarks/passed.py --index index --list             (which, by file)

The first question loads what has to be loaded; the second one is counted, in all threads.
"""

from __future__ import annotations

import argparse
import sys
import threading
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from types import CodeType, FrameType

from failures import in_one_line

import qa
from qa.config import READ

PACKAGE = Path(qa.__file__).parent

#: Not functions of their own: what is written within one.
INNER = ("<lambda>", "<listcomp>", "<dictcomp>", "<setcomp>", "<genexpr>")


def counted() -> tuple[set[CodeType], list[bool]]:
    """What threads call from now on, whenever the flag is set."""
    codes, flag = set[CodeType](), [False]

    def note(frame: FrameType, event: str, _: object) -> None:
        if flag[0] and event == "call":
            codes.add(frame.f_code)

    threading.setprofile(note)
    sys.setprofile(note)
    return codes, flag


def by_file(codes: Iterable[CodeType]) -> dict[str, list[str]]:
    """The functions of the package, by file."""
    functions = defaultdict(list)
    for code in codes:
        file = Path(code.co_filename)
        if file.is_relative_to(PACKAGE) and code.co_name not in INNER:
            functions[file.relative_to(PACKAGE).as_posix()].append(code.co_qualname)
    return {file: sorted(names) for file, names in sorted(functions.items())}


@in_one_line
def main() -> None:
    """Prints the counts, and the functions where they are asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("question", nargs="?", default="what did Almagro request?")
    parser.add_argument("--index", default="index")
    parser.add_argument("--reader", choices=READ, default="fast")
    parser.add_argument("--list", action="store_true")
    arguments = parser.parse_args()
    codes, flag = counted()
    with qa.open(arguments.index, qa.SearchConfig(reader=arguments.reader)) as index:
        index.ask(arguments.question)
        flag[0] = True
        index.ask(arguments.question)
        flag[0] = False
    functions = by_file(codes)
    for file, names in functions.items() if arguments.list else ():
        print(f"{file}: {', '.join(names)}")
    print(f"{len(functions)} files, {sum(map(len, functions.values()))} functions")


if __name__ == "__main__":
    sys.exit(main())
