"""Checks written stories, tells each mistake with its line, and counts the questions by kind."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

from training.written.parse import FOLDER, StoryError, blocks, story


def main() -> int:
    files = [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.txt"))
    kinds: Counter[str] = Counter()
    told = mistakes = 0
    for where, lines in (block for file in files for block in blocks(file)):
        try:
            kinds.update(question.kind for question in story(lines, where).questions)
            told += 1
        except StoryError as error:
            print(error, file=sys.stderr)
            mistakes += 1
    print(f"{told} stories, " + ", ".join(f"{count} {kind}" for kind, count in kinds.most_common()))
    return 1 if mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
