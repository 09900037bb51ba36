"""Whatever a file holds and whatever is asked, citations are its words, and nothing that is shown steers a terminal."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.types import Answer, Document
from tests.hostile.flow import check_answer, flow, in_memory

#: Pieces that have broken readers, terminals and databases before, among pieces of ordinary text.
PIECES = st.sampled_from(
    [
        *"The U.S. said 51.20% on Dec. 6. “We go,” he said. ¿Qué? 漢字。 👩\u200d👩\u200d👧 e\u0301 المحكمة".split(" "),
        *"\x1b[2J \x1b]0;owned\x07 \x1b]8;;http://a.b\x1b\\ \x9b31m \x90q \x00 \x08 \x7f \r".split(" "),
        *"\u202e \u2066 \u2069 \u200f \u061c \u200b \u200d \ufeff \u2028 \x85 \u0301 \ufffd \uffff \U000e0041".split(
            " "
        ),
        *"[red] [/] [bold]x[/bold] :smile: {{7*7}} {0} %s <script> &lt; --- ... ``` # \n\n --help -".split(" "),
        *"'; DROP TABLE documents; -- ' OR '1'='1 ../../etc/passwd C:\\con $(id) `id` AND OR NOT * title:".split(" "),
        *("\u0301" * 300, "a" * 500, "漢。" * 60, "“" * 90, "." * 200, " " * 300, "\n" * 50, "word " * 60),
        *(
            "---\na: &a [*a]\n---\n",
            "---\ntitle: \x1b[2Jx\n---\n",
            '{"id": "a", "text": "\\ud800"}',
            "date 2024-02-30 x",
        ),
    ]
)
TEXTS = st.lists(PIECES, max_size=12).map("".join) | st.lists(PIECES, max_size=12).map(" ".join) | st.text()
BYTES = TEXTS.map(lambda text: text.encode("utf-8", "replace")) | st.binary()
NAMES = st.sampled_from(["a.txt", "a.md", "a.jsonl"])


def run(name: str, content: bytes, question: str) -> Answer | None:
    with TemporaryDirectory() as folder:
        return flow(name, content, question, Path(folder))


@settings(deadline=None, max_examples=100)
@given(name=NAMES, content=BYTES, question=TEXTS)
@example("a.txt", b"\xff\xfeA\x00 \x00\xd8\x3d", "A?")
@example("a.txt", b"caf\xe9 \x81\x8d\x8f\x90\x9d \x93so\x94", "caf\u00e9?")
@example("a.md", b"---\n\x1b: \x00\n---\n# \x1b[2J\n\xe2\x80\xaeText.", "\u202e?")
def test_any_file(name: str, content: bytes, question: str) -> None:
    run(name, content, question)


@settings(deadline=None, max_examples=60)
@given(text=TEXTS, encode=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), name=NAMES, question=TEXTS)
def test_any_text_in_any_encoding(text: str, encode: str, name: str, question: str) -> None:
    run(name, f"The harbour. {text}".encode(encode, "replace"), f"the harbour {question}")


FIELDS = st.fixed_dictionaries(
    {"text": TEXTS},
    optional={name: TEXTS | st.integers() | st.none() for name in ("id", "title", "date", "source", "url", "language")},
)


@settings(deadline=None, max_examples=60)
@given(records=st.lists(FIELDS, min_size=1, max_size=3), question=TEXTS)
def test_any_record(records: list[dict[str, object]], question: str) -> None:
    lines = [json.dumps({"id": number, **record}) for number, record in enumerate(records)]
    run("a.jsonl", "\n".join(lines).encode(), question)


@settings(deadline=None, max_examples=60)
@given(text=TEXTS, title=TEXTS, source=TEXTS, name=TEXTS, question=TEXTS.filter(str.strip))
@example("\x00", "\x1b[2J", "\x00", "\x00", "\x00?")
def test_any_document_of_the_library(text: str, title: str, source: str, name: str, question: str) -> None:
    """NULs and control characters included, which no reader lets through."""
    fields = [part.encode("utf-8", "replace").decode() for part in (text, title, source, name, question)]
    text = f"Once. {fields[0]}"
    document = Document(id=fields[3], text=text, title=fields[1], source=fields[2], sha256="0" * 64)
    check_answer(in_memory([document]).ask(fields[4]), {document.id: text})


@pytest.mark.parametrize(
    "write",
    [
        lambda n: "漢。" * n,
        lambda n: "“" * n,
        lambda n: "\u0301" * n,
        lambda n: "a\u0301\u200b" * n,
        lambda n: "```\n" * n,
        lambda n: "(" * n + ")" * n,
        lambda n: "A. " * n,
        lambda n: "U.S." * n,
        lambda n: "x" + " " * n + "y." + "\n" * n + "z.",
        lambda n: "a\r" * n,
        lambda n: "1,1." * n,
        lambda n: "per " * n,
    ],
    ids=[
        *("sentences without blanks", "open quotations", "marks", "invisible", "fences", "brackets", "initials"),
        *("acronyms", "blanks", "carriage returns", "numbers", "percent"),
    ],
)
def test_repetition_takes_time_that_grows_with_its_length(write: Callable[[int], str], tmp_path: Path) -> None:
    """Marks without a letter, and sentences without blanks, took time that grew with the square of their length."""
    answer = flow("a.txt", f"The harbour froze. {write(20_000)}".encode(), "What of the harbour?", tmp_path)
    assert answer is not None
    assert all(len(one.passage.text) <= 16 * 8 for one in answer.citations or answer.nearest)
