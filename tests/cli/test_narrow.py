"""Every screen on a narrow terminal: nothing is wider than it, and an answer is no higher."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from qa.cli.wrapping import columns
from tests.cli.conftest import ALMAGRO, ROUTER
from tests.cli.support import qa, qa_with_terminal

ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")
SIZES = {40: "24", 80: "24"}
ARTICLE = "2020/what-is-at-stake-on-dec-6.md"
GOLD = [
    {"id": "a", "question": ALMAGRO, "answerable": True, "kind": "fact", "gold": [{"doc": ARTICLE, "quote": "Dec. 6"}]},
    {"id": "b", "question": "Who spoke at the conference?", "answerable": True, "kind": "a long kind of question",
     "gold": [{"doc": ARTICLE, "quote": "Dec. 6"}]},
    {"id": "c", "question": ROUTER, "answerable": False, "kind": "none", "gold": []},
]  # fmt: skip


@pytest.fixture(scope="module")
def files(corpus_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Gold questions, an answer, and one that is no longer true."""
    folder = tmp_path_factory.mktemp("narrow")
    (folder / "gold.jsonl").write_text("".join(json.dumps(line) + "\n" for line in GOLD))
    answer = qa("ask", ALMAGRO, "--json", "--index", corpus_index).out
    (folder / "answer.json").write_text(answer)
    changed = json.loads(answer)
    for citation in changed["citations"]:
        citation["document"]["id"] = "elsewhere/" + citation["document"]["id"]
    (folder / "missing.json").write_text(json.dumps(changed))
    return folder


def lines_of(text: str) -> list[str]:
    return [ESCAPE.sub("", line) for line in text.splitlines()]


def too_wide(shown: str, size: int) -> list[str]:
    """The lines wider than the terminal, but for a single word, which stays whole."""
    return [line for line in lines_of(shown) if columns(line) > size and len(line.split()) > 1]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("ask", "--help"),
        ("status",),
        ("doctor",),
        ("show", f"{ARTICLE}:L8"),
        ("show", ARTICLE),
        ("verify", "answer.json"),
        ("verify", "missing.json"),
        ("eval", "gold.jsonl"),
        ("calibrate", "gold.jsonl"),
        ("ask", ALMAGRO, "--explain"),
        ("ask", ALMAGRO, "--full"),
        ("ask", ALMAGRO, "--since", "2024"),
        ("ask", ALMAGRO, "--source", "nobody"),
        ("ask", ROUTER),
    ],
    ids=" ".join,
)
def test_no_line_is_wider_than_the_terminal(words, size, files, corpus_index):
    ran = qa_with_terminal(*words, cwd=files, COLUMNS=str(size), LINES="24", QA_INDEX=str(corpus_index))
    assert too_wide(ran.out, size) == []
    assert ran.out


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    "words",
    [
        ("ask", ALMAGRO, "--since", "2024-13"),
        ("ask", ALMAGRO, "--since", "2024", "--until", "2023"),
        ("show", "an-article-that-is-not-there.md"),
        ("eval", "an-article-that-is-not-there.jsonl"),
        ("calibrate", "gold.jsonl"),
    ],
    ids=" ".join,
)
def test_no_complaint_is_wider_than_the_terminal(words, size, files, corpus_index):
    ran = qa_with_terminal(
        *words, stream="stderr", cwd=files, COLUMNS=str(size), LINES="24", QA_INDEX=str(corpus_index)
    )
    assert too_wide(ran.err, size) == []
    assert "qa: " in ran.err


@pytest.mark.parametrize("size", [40, 60, 80])
@pytest.mark.parametrize("question", [ALMAGRO, ROUTER, "Who called for new elections, and why?", "election"])
def test_an_answer_fits_a_screen_with_the_best_whole(question, size, corpus_index, ask):
    """Five long citations once took 40 lines, and the best had gone from the screen when the last was printed."""
    ran = qa_with_terminal(
        "ask", question, "--index", corpus_index, COLUMNS=str(size), LINES="24", NO_COLOR="1", QA_INDEX=""
    )
    lines = lines_of(ran.out)
    assert len(lines) <= 24 - 2
    assert too_wide(ran.out, size) == []
    best, *others = ask(question, "--json").shown
    joined = " ".join(ran.out.split())
    shown = joined[joined.index(">>") + 2 : joined.index("<<")]
    assert f"{' '.join(best['quote']['text'].split())} ".startswith(f"{shown} ")
    assert shown == " ".join(best["quote"]["text"].split()) or size == 40
    assert all(f"{one['rank']}. " in joined for one in others) or "more: qa ask --full" in joined


def test_more_than_the_usual_number_is_shown_in_full(corpus_index):
    ran = qa_with_terminal(
        "ask", "election", "-k", "8", "--index", corpus_index, COLUMNS="40", LINES="24", NO_COLOR="1"
    )
    assert "more: qa ask --full" not in ran.out


def test_an_article_is_shown_as_it_stands_but_for_long_lines(tmp_path):
    (tmp_path / "in").mkdir()
    lines = ["# Decisions", "", "- The library opens on Sundays from June on, and closes on Mondays.", "", "| a | b |"]
    (tmp_path / "in" / "a.md").write_bytes("\r".join(lines).encode())
    qa("index", "in", cwd=tmp_path)
    ran = qa_with_terminal("show", "a.md", cwd=tmp_path, COLUMNS="40")
    assert ran.out.splitlines() == [
        "# Decisions",
        "",
        "- The library opens on Sundays from June",
        "  on, and closes on Mondays.",
        "",
        "| a | b |",
    ]
