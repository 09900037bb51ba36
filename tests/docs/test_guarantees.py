"""docs/guarantees.md names tests that exist, at least one for every promise."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.support import ROOT

PAGE = (ROOT / "docs" / "guarantees.md").read_text(encoding="utf-8")

_TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")

CITED = sorted(set(_TEST.findall(PAGE)))


def functions_in(file: Path) -> set[str]:
    """The names of the functions in a file that pytest takes for tests."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return {function.name for function in functions if function.name.startswith("test_")}


@pytest.mark.parametrize(("file", "name"), CITED, ids=[name for _, name in CITED])
def test_a_cited_test_exists(file, name):
    assert name in functions_in(ROOT / file)


def test_every_promise_has_a_test():
    rows = [line for line in PAGE.splitlines() if line.startswith("| ") and line != "| promise | proved by |"]
    assert len(rows) > 25
    assert [row for row in rows if not _TEST.search(row.rpartition(" | ")[2])] == []


def test_a_test_that_does_not_exist_would_be_seen():
    assert "test_pigs_fly" not in functions_in(Path(__file__))
    assert "test_every_promise_has_a_test" in functions_in(Path(__file__))
