"""Which documents pass a filter: columns of numbers of what they tell, and a mask over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, NamedTuple

import numpy as np

from qa.backends.filters import Filter
from qa.types import BoolArray, DocumentRef, Filtered, IntArray, field_name

#: How many sources, or fields, are named where none is the one that was asked for.
NAMED = 8, 24

_OWN = {field_name(one.name): one.name for one in fields(DocumentRef) if one.name not in ("meta", "sha256")}


class Columns:
    """What some documents tell of themselves, in their order: in the fields ``told``, by their names, at once, and in
    others when they are asked for, by the documents that ``references`` gives."""

    def __init__(self, told: Mapping[str, Iterable[object]], references: Callable[[], Iterable[DocumentRef]]) -> None:
        self._columns = {name: _Column.of(values) for name, values in told.items()}
        self._references = references
        self._last: tuple[Filter, list[BoolArray]] | None = None

    @classmethod
    def of(cls, documents: Sequence[DocumentRef]) -> Columns:
        """The columns of documents that are in memory."""
        return cls({"date": (one.date for one in documents)}, lambda: documents)

    @property
    def every(self) -> BoolArray:
        """One flag a document: that it counts."""
        return np.ones(len(self._column("date").codes), dtype=np.bool_)

    def mask(self, within: Filter) -> BoolArray:
        """One flag a document: whether it passes."""
        return _all([self.every, *self._flags(within)])

    def undated(self, within: Filter) -> BoolArray:
        """One flag a document: whether it would pass if it had a date."""
        flags = zip(within.conditions, self._flags(within), strict=True)
        dateless = ~self._column("date").flags(lambda _: True)
        return _all([dateless, *(flag for one, flag in flags if one.field != "date")])

    def texts(self, field: str, live: BoolArray) -> set[str]:
        """What the documents that are ``live`` tell in a field."""
        column = self._column(field)
        return {text for code in set(column.codes[live].tolist()) for text in column.values[code]} - {""}

    def fields(self, live: BoolArray) -> set[str]:
        """The fields in which the documents that are ``live`` tell something."""
        return {name for one, flag in zip(self._references(), live, strict=True) if flag for name in told_by(one)}

    def _flags(self, within: Filter) -> list[BoolArray]:
        """For each condition, one flag a document. A question asks for the same several times."""
        last = self._last
        if last is None or last[0] != within:
            flags = [self._column(one.field).flags(one.test) for one in within.conditions]
            self._last = last = within, flags
        return last[1]

    def _column(self, field: str) -> _Column:
        if field not in self._columns:
            self._columns[field] = _Column.of(field_value(one, field) for one in self._references())
        return self._columns[field]


class _Column(NamedTuple):
    """What each document tells in a field: the number of its texts among the ``values``, which are all different."""

    codes: IntArray
    values: list[tuple[str, ...]]

    @classmethod
    def of(cls, told: Iterable[object]) -> _Column:
        numbers: dict[tuple[str, ...], int] = {}
        codes = [numbers.setdefault(tuple(texts(value)), len(numbers)) for value in told]
        return cls(np.array(codes, dtype=np.int64), list(numbers))

    def flags(self, test: Callable[[str], bool]) -> BoolArray:
        """One flag a document: whether the test holds for any of its texts."""
        passing = np.array([any(map(test, value)) for value in self.values], dtype=np.bool_)
        flags: BoolArray = passing[self.codes]
        return flags


def _all(flags: Sequence[BoolArray]) -> BoolArray:
    together: BoolArray = np.logical_and.reduce(flags)
    return together


def filtered(within: Filter, parts: Sequence[tuple[Columns, BoolArray]]) -> Filtered:
    """What a filter leaves of the documents in some columns, of each of which those that are live have a flag."""
    asked = within.conditions

    def told(field: str) -> set[str]:
        return set[str]().union(*(columns.texts(field, live) for columns, live in parts))

    left = sum(int((columns.mask(within) & live).sum()) for columns, live in parts)
    sources, undated, fields = set[str](), 0, set[str]()
    if any(one.field == "date" for one in asked):
        undated = sum(int((columns.undated(within) & live).sum()) for columns, live in parts)
    if any(one.field == "source" and not any(map(one.test, told("source"))) for one in asked):
        sources = told("source")
    if any(one.field not in ("date", "source") and not told(one.field) for one in asked):
        fields = fields.union(*(columns.fields(live) for columns, live in parts))
    most_sources, most_fields = NAMED
    return Filtered(left, undated, tuple(sorted(sources)[:most_sources]), tuple(sorted(fields)[:most_fields]))


def field_value(document: DocumentRef, key: str) -> object:
    """What a document tells in the field whose ``field_name`` is ``key``; None where nothing."""
    if key in _OWN:
        return getattr(document, _OWN[key])
    return next((value for name, value in document.meta.items() if field_name(name) == key), None)


def told_by(document: DocumentRef) -> Iterator[str]:
    """The names of the fields in which a document tells something, those of its own as ``DocumentRef`` has them."""
    yield from (name for name in _OWN.values() if texts(getattr(document, name)))
    yield from (name for name, value in document.meta.items() if texts(value))


def texts(value: Any) -> list[str]:
    """A JSON value as the texts that are compared: each element of a list by itself."""
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return [text for one in value for text in texts(one)]
    if isinstance(value, dict):
        return [text for one in value.values() for text in texts(one)]
    return [str(value).lower() if isinstance(value, bool) else str(value)]
