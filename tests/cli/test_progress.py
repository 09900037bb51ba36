"""What ``qa index`` tells on a terminal while somebody waits."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.support import qa, qa_with_terminal, words_of

STEPS = ["reading", "loading the model", "writing the model, once", "embedding", "writing"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for number in range(3):
        (tmp_path / "in" / f"{number}.txt").write_text(f"Ferry {number} to Vestmark departs at {number + 7}.\n")
    return tmp_path


def plain(screen: str) -> str:
    """What was written, without colours, each move of the cursor as the beginning of a line."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-ln-z]", "\r", re.sub(r"\x1b\[[0-9;]*m", "", screen))


def steps(screen: str) -> list[str]:
    """What the bar has told, in the order in which it came: once it ends, it shows all steps once more."""
    # A narrow terminal has no room for the bar itself.
    steps = (re.match(r"([a-z]+(?:,? [a-z]+)*) +(?:[━╸╺\d]|$)", line) for line in re.split(r"[\r\n]+", plain(screen)))
    return list(dict.fromkeys(match[1] for match in steps if match))


@pytest.mark.parametrize("columns", ["40", "100"])
def test_each_step_is_told_while_it_is_taken(folder, columns):
    ran = qa_with_terminal("index", "in", cwd=folder, stream="stderr", COLUMNS=columns)
    assert (ran.code, steps(ran.err)) == (0, STEPS)
    assert "3/3" in ran.err
    assert words_of(ran.err).endswith("3 texts embedded)")


@pytest.mark.parametrize("columns", ["40", "60", "80", "100"])
@pytest.mark.parametrize("command", ["index", "add"])
def test_nothing_of_it_is_cut(folder, command, columns):
    """At 40 columns the time was once ``0:00…``."""
    if command == "add":
        qa("index", "in", cwd=folder)
        (folder / "more").mkdir()
        for number in range(3):
            (folder / "more" / f"{number + 3}.txt").write_text(f"Tram {number} to Dorpe departs at {number + 7}.\n")
    ran = qa_with_terminal(command, "more" if command == "add" else "in", cwd=folder, stream="stderr", COLUMNS=columns)
    assert ran.code == 0
    assert "…" not in ran.err
    assert re.search(r"embedding +\S* *3/3 .*0:00:00", plain(ran.err))


def test_an_update_writes_no_model_and_an_update_of_nothing_loads_none(folder):
    qa("index", "in", cwd=folder)
    assert steps(qa_with_terminal("index", cwd=folder, stream="stderr").err) == ["reading"]
    (folder / "in" / "new.txt").write_text("The ferry to Dorpe departs at noon.\n")
    ran = qa_with_terminal("index", cwd=folder, stream="stderr")
    assert steps(ran.err) == ["reading", "loading the model", "embedding", "writing"]


def test_a_pipe_gets_the_result_alone(folder):
    ran = qa("index", "in", cwd=folder)
    assert (len(ran.complaints), ran.out) == (1, "")
