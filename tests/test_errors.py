"""The errors: one tree, drawn in the docstring, with an exit code and advice."""

from __future__ import annotations

import pickle
import re
from typing import NamedTuple

import pytest

import qa
from qa import errors
from qa.errors import QAError


class Drawn(NamedTuple):
    """One line of the drawn tree."""

    name: str
    parent: str
    exit_code: int | None


def drawn() -> list[Drawn]:
    """The tree of the docstring, a column of four characters a level."""
    tree: list[Drawn] = []
    path = ["QAError"]
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"    (?P<indent>[│ ]*)[├└]── (?P<name>\w+)(?: +exit (?P<code>\d))?", line)
        if match:
            depth = 1 + len(match["indent"]) // 4
            path[depth:] = [match["name"]]
            tree.append(Drawn(match["name"], path[depth - 1], int(match["code"]) if match["code"] else None))
    return tree


CLASSES: dict[str, type[QAError]] = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and kind.__module__ == errors.__name__
}


def test_every_error_is_drawn_and_every_drawn_error_exists() -> None:
    names = [line.name for line in drawn()]
    assert len(names) == len(set(names))
    assert {*names, "QAError"} == CLASSES.keys()


@pytest.mark.parametrize("line", drawn(), ids=lambda line: line.name)
def test_an_error_stands_under_its_parent_with_its_exit_code(line: Drawn) -> None:
    kind = CLASSES[line.name]
    assert kind.__bases__ == (CLASSES[line.parent],)
    # A line without a code has its parent's.
    codes = {other.name: other.exit_code for other in drawn()}
    assert kind.exit_code == (line.exit_code if line.exit_code is not None else codes[line.parent])


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_an_error_is_one_line_with_its_advice(kind: type[QAError]) -> None:
    error = kind("there is no index in x", "build it: qa index")
    assert str(error) == "there is no index in x; build it: qa index"
    assert error.advice == "build it: qa index"
    assert len(str(error).splitlines()) == 1


@pytest.mark.parametrize("kind", CLASSES.values(), ids=CLASSES)
def test_an_error_is_public_and_says_what_it_means(kind: type[QAError]) -> None:
    assert getattr(qa, kind.__name__) is kind
    assert kind.__name__ in qa.__all__
    assert kind.__doc__


def test_without_advice_there_is_only_the_message() -> None:
    assert str(QAError("it failed")) == "it failed"
    assert QAError("it failed").advice == ""


def test_an_error_crosses_processes_with_its_advice() -> None:
    error = pickle.loads(pickle.dumps(errors.ModelError("no such model", "check its name")))
    assert isinstance(error, errors.ModelError)
    assert str(error) == "no such model; check its name"


class TestFailuresOfLibraries:
    @pytest.mark.parametrize(
        ("error", "line"),
        [
            (ValueError("it broke.\nhere is why"), "it broke"),
            (ValueError("\n it broke "), "it broke"),
            (ValueError(), "ValueError"),
            (ValueError("  \n"), "ValueError"),
        ],
    )
    def test_are_told_in_one_line(self, error, line):
        assert errors.first_line(error) == line
        with pytest.raises(errors.ModelError) as raised, errors.as_error(errors.ModelError, "no model", "get one"):
            raise error
        assert str(raised.value) == f"no model ({line}); get one"
        assert raised.value.__cause__ is error

    @pytest.mark.parametrize("error", [errors.ConfigError("wrong"), KeyboardInterrupt()])
    def test_what_is_ours_or_the_users_passes(self, error):
        with pytest.raises(type(error)) as raised, errors.as_error(errors.ModelError, "no model", "get one"):
            raise error
        assert raised.value is error
