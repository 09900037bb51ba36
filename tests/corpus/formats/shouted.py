"""A format as another package would offer it: everything that it reads is shouted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qa.corpus import Problem
from qa.corpus.fields import Fields
from qa.corpus.formats.base import Format, article, bytes_of, sha256_of
from qa.corpus.problem import OnProblem
from qa.corpus.walk import Source
from qa.types import Document


@dataclass(frozen=True)
class Shouted:
    """A format of somebody else."""

    extensions: tuple[str, ...] = (".shout",)
    version: str = "1"
    holds_many: bool = False
    is_slow: bool = False

    def read(self, source: Source, tell: OnProblem) -> Iterator[tuple[str, Document]]:
        data = bytes_of(source)
        if not data:
            tell(Problem(source.where, "is silent"))
        yield source.where, article(source, source.id, data.decode().upper(), Fields(), sha256_of(data))


SHOUTED: Format = Shouted()
