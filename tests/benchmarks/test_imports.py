"""What the benchmarks take from the package is there: most of them run for too long to be tested otherwise."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

from tests.support import ROOT

SCRIPTS = sorted((ROOT / "benchmarks").glob("*.py"))


def taken(script: Path) -> Iterator[tuple[str, str]]:
    """The module and the name of everything that a script imports from the package."""
    for node in ast.walk(ast.parse(script.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "qa":
            yield from ((node.module or "", alias.name) for alias in node.names)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_what_a_benchmark_imports_exists(script):
    assert [name for name in taken(script) if not is_there(*name)] == []


def is_there(module: str, name: str) -> bool:
    """As ``from module import name`` sees it: an attribute, or a module of the package."""
    try:
        return hasattr(import_module(module), name) or import_module(f"{module}.{name}") is not None
    except ImportError:
        return False


def test_the_check_finds_what_is_missing():
    assert is_there("qa.backends.shared", "flat")
    assert is_there("qa.backends.shared.ranking", "ranking")
    assert not is_there("qa.backends.shared.flat", "ranking")
    assert any(list(taken(script)) for script in SCRIPTS)
