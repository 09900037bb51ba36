"""How a file's documents are read: here and now, or elsewhere and beforehand (``pool.py``)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass

from qa.corpus.field_names import FieldNames
from qa.corpus.formats.registry import format_of
from qa.corpus.problem import OnProblem, Problem
from qa.corpus.walk import Source
from qa.types import Document
from qa.types.exchange import plain


class FileReader:
    """Reads each file by its format when it is asked for. ``ReaderPool`` gives the same in the same order.

    ``ahead`` is how many files before one that is to be read it wants to be told of it. ``field_names`` are what
    records call their fields.
    """

    ahead = 0

    def __init__(self, field_names: FieldNames = ()) -> None:
        self._field_names = field_names

    def expect(self, source: Source) -> None:
        """Is told that the file will be read soon."""

    def read(self, source: Source, tell: OnProblem) -> Iterator[tuple[str, Document]]:
        """The documents of a file, each with where it stands, as ``Format.read`` gives them."""
        one = format_of(source.where)
        return one.read(self.named(source), tell) if one else iter(())

    def named(self, source: Source) -> Source:
        """The file with the names of its records' fields."""
        return source._replace(field_names=self._field_names) if self._field_names else source


#: Reads here, when it is asked to.
HERE = FileReader()


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What reading a file of one article has given, as bytes and back.

    The bytes are JSON: they name no code that whoever reads them would run.
    """

    problems: tuple[Problem, ...]
    documents: tuple[tuple[str, Document], ...]

    @classmethod
    def of(cls, source: Source) -> FileOutcome:
        """Reads the file."""
        problems = list[Problem]()
        documents = tuple(HERE.read(source, problems.append))
        return cls(tuple(problems), documents)

    def to_bytes(self) -> bytes:
        """What ``from_bytes`` makes the outcome of."""
        return json.dumps(plain(self)).encode()

    @classmethod
    def from_bytes(cls, data: bytes) -> FileOutcome:
        """What ``to_bytes`` has written."""
        values = json.loads(data)
        read = ((where, Document(**document)) for where, document in values["documents"])
        return cls(tuple(Problem(**one) for one in values["problems"]), tuple(read))
