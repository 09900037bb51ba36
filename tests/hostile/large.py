"""The largest articles. They take minutes, so that only ``make hostile`` runs them."""

from __future__ import annotations

import resource
from pathlib import Path

from tests import tiny_models
from tests.cli.support import qa
from tests.hostile.bounded import MEGABYTE, cost


def test_a_line_of_50_megabytes_is_indexed_in_a_gigabyte(tmp_path: Path) -> None:
    (tmp_path / "articles").mkdir()
    sentence = "The ferry to Vestmark departs at nine every morning. "
    (tmp_path / "articles" / "a.txt").write_text(sentence * (50_000_000 // len(sentence) + 1))
    spent = cost("index", tmp_path / "articles")
    assert (spent.documents, spent.problems) == (1, 0)
    assert spent.memory < 1024 * MEGABYTE


def test_a_file_of_100_000_lines_is_indexed_and_answers_through_the_command(tmp_path: Path) -> None:
    """With a real model, though a tiny one, which is why the ranking is left to BM25's share."""
    model = tiny_models.save(tmp_path / "model")
    lines = [f"Line {number} tells of item{number}.\n" for number in range(100_000)]
    (tmp_path / "a.txt").write_text("".join(lines))
    built = qa("index", tmp_path / "a.txt", "--index", tmp_path / "index", "--model", model)
    assert (built.code, built.out) == (0, "")
    asked = qa("ask", "What tells of item77777?", "--json", "--index", tmp_path / "index")
    assert asked.code in (0, 1), asked.err
    text = "".join(lines)
    for place in asked.shown:
        for part in (place["passage"], place["quote"]):
            assert text[part["start"] : part["end"]] == part["text"]
            assert part["line_start"] == 1 + text.count("\n", 0, part["start"])
    assert any("item77777" in place["passage"]["text"] for place in asked.shown)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    assert most * 1024 < 4096 * MEGABYTE
