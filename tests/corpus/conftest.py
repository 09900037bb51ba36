"""Reads real files and keeps both the documents and the problems."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple, TypeAlias

import pytest

from qa.corpus import Problem, read
from qa.types import Document


class Reading(NamedTuple):
    """What ``read`` gave."""

    documents: list[Document]
    problems: list[Problem]

    @property
    def ids(self) -> list[str]:
        """The documents' ids in order."""
        return [document.id for document in self.documents]

    @property
    def only(self) -> Document:
        """The one document, read without any problem."""
        assert self.problems == []
        (document,) = self.documents
        return document

    @property
    def problem(self) -> Problem:
        """The one problem."""
        (problem,) = self.problems
        return problem


Collect: TypeAlias = Callable[..., Reading]


@pytest.fixture(scope="session")
def collect() -> Collect:
    """``collect(path, …)`` reads everything."""

    def run(*paths: Path | str) -> Reading:
        problems: list[Problem] = []
        return Reading(list(read(paths, problems.append)), problems)

    return run
