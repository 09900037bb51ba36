"""A benchmark that cannot go on says so in one line."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.benchmarks.support import public_sets
from tests.support import ROOT


@pytest.mark.parametrize(
    ("script", "words", "code"),
    [("passed.py", ("--index", "nothing"), 3), ("quotes.py", ("--data", "nothing"), 2)],
)
def test_what_is_missing_is_one_line(script, words, code, tmp_path):
    command = [sys.executable, str(ROOT / "benchmarks" / script), *words]
    ended = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    (line,) = ended.stderr.splitlines()
    assert ended.returncode == code
    assert line.startswith("error: ")
    assert Path("nothing").name in line


@given(st.lists(st.integers()), st.none() | st.integers(1, 50))
def test_at_most_so_many_are_taken_at_equal_steps(values, most):
    chosen = public_sets.every(values, most)
    step = public_sets.step_of(values, most)
    assert len(chosen) <= (most or len(values))
    assert list(chosen) == [value for place, value in enumerate(values) if place % step == 0]
    assert step == 1 or -(-len(values) // (step - 1)) > most  # a smaller step would take too many
