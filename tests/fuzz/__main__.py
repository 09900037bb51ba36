"""Throws arbitrary files and questions at the whole flow, guided by what code they reach (libFuzzer by way of Atheris).

python -m tests.fuzz FOLDER [libFuzzer's options]    keeps what reaches new code in FOLDER

The first byte of an input chooses the format, the first line is the question, and the rest is the file.
"""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import atheris

with atheris.instrument_imports(include=["qa", "yaml", "json", "sentencex", "charset_normalizer"]):
    import charset_normalizer  # noqa: F401
    import sentencex  # noqa: F401
    import yaml  # noqa: F401

    from tests.hostile.flow import flow

NAMES = ("a.txt", "a.md", "a.markdown", "a.jsonl")

#: A beginning for each format, from which the fuzzer goes on.
SEEDS = (
    b"\x00who came?\ndate 2020-12-08 Mr. A. came. She left.\n\nThe U.S. said 51.20% on Dec. 6.",
    b"\x01what?\n---\ntitle: A b\ndate: 2021-01-02\ntags: [a, {b: c}]\n---\n# Head\n\n```\ncode\n```\n\nText. More.",
    b"\x02when?\n\xff\xfeT\x00e\x00x\x00t\x00.\x00",
    b'\x03who?\n{"_id": "a", "text": "One. Two.", "metadata": {"date": "5 May 2021"}}\n{"id": 1, "text": "B\\u0301"}',
    b"\x00caf\xe9?\nThe caf\xe9 \x93Chez Z\xf6e\x94 \x96 closed on Mondays \x96 serves cr\xeapes.",
)


def one_input(data: bytes) -> None:
    """Runs one input through the flow, which raises where anything is not as it has to be."""
    question, _, content = data[1:].partition(b"\n")
    with TemporaryDirectory() as folder:
        flow(
            NAMES[(data[0] if data else 0) % len(NAMES)],
            content,
            question.decode("utf-8", "surrogateescape"),
            Path(folder),
        )


def main() -> None:
    """Fuzzes until libFuzzer's options say that it is enough."""
    folder = Path(sys.argv[1])
    folder.mkdir(exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (folder / f"seed-{number}").write_bytes(seed)
    atheris.Setup(sys.argv, one_input)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
