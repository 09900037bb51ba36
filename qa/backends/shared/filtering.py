"""Which documents pass a filter: columns of integers, and a mask over them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import fields
from typing import Any

import numpy as np

from qa.text.analysis import fold
from qa.types import BoolArray, DocumentRef, Filter, Filtered, field_name

#: How many sources, or fields, are named where none is the one that was asked for.
NAMED = 8, 24

_OWN = {field_name(one.name): one.name for one in fields(DocumentRef) if one.name not in ("meta", "sha256")}


class Columns:
    """The dates and sources of some documents, in their order; ``references`` gives the documents, when other fields
    are asked for."""

    def __init__(
        self,
        dates: Sequence[str | None],
        sources: Sequence[str | None],
        references: Callable[[], Iterable[DocumentRef]],
    ) -> None:
        names: dict[str | None, int] = {}
        self._codes = np.array([names.setdefault(source, len(names)) for source in sources], dtype=np.int64)
        self._days = np.array([day(date) for date in dates], dtype=np.int64)
        self._sources = list(names)
        self._references = references
        self._fields: dict[str, list[list[str]]] = {}
        self._last: tuple[Filter, BoolArray] | None = None

    @classmethod
    def of(cls, documents: Sequence[DocumentRef]) -> Columns:
        """The columns of documents that are in memory."""
        return cls([one.date for one in documents], [one.source for one in documents], lambda: documents)

    @property
    def every(self) -> BoolArray:
        """One flag a document: that it counts."""
        return np.ones(len(self._days), dtype=np.bool_)

    def mask(self, within: Filter) -> BoolArray:
        """One flag a document: whether it passes. A question asks for the same mask several times."""
        last = self._last
        if last is None or last[0] != within:
            self._last = last = within, self._mask(within)
        return last[1]

    def _mask(self, within: Filter) -> BoolArray:
        flags = self._of_source(within)
        if within.since or within.until:
            flags = flags & (self._days > 0)
        if within.since:
            flags = flags & (self._days >= day(within.since))
        if within.until:
            flags = flags & (self._days <= day(within.until))
        for name, value in within.where:
            needle = fold(value)
            values = self._values(name)
            flags = flags & np.array([any(needle in text for text in texts) for texts in values], dtype=np.bool_)
        return flags

    def undated(self, within: Filter) -> BoolArray:
        """One flag a document: whether it would pass if it had a date."""
        dateless = Filter(source=within.source, where=within.where)
        flags: BoolArray = self._mask(dateless) & (self._days == 0)
        return flags

    def sources(self, live: BoolArray) -> set[str]:
        """The sources of the documents that are ``live``."""
        return {self._sources[code] or "" for code in set(self._codes[live].tolist())} - {""}

    def has_field(self, name: str, live: BoolArray) -> bool:
        """Whether any document that is ``live`` tells something in a field."""
        return any(told for told, flag in zip(self._values(name), live, strict=True) if flag)

    def fields(self, live: BoolArray) -> set[str]:
        """The fields in which the documents that are ``live`` tell something."""
        return {name for one, flag in zip(self._references(), live, strict=True) if flag for name in told_by(one)}

    def _of_source(self, within: Filter) -> BoolArray:
        if within.source is None:
            return self.every
        needle = fold(within.source)
        matches = np.array([needle in fold(source or "") for source in self._sources], dtype=np.bool_)
        return matches[self._codes] if len(self._codes) else np.zeros(0, dtype=np.bool_)

    def _values(self, name: str) -> list[list[str]]:
        """What each document tells in a field, folded; read once for each field."""
        key = field_name(name)
        if key not in self._fields:
            self._fields[key] = [[fold(text) for text in texts(field_value(one, key))] for one in self._references()]
        return self._fields[key]


def filtered(within: Filter, parts: Sequence[tuple[Columns, BoolArray]]) -> Filtered:
    """What a filter leaves of the documents in some columns, of each of which those that are live have a flag."""
    left = sum(int((columns.mask(within) & live).sum()) for columns, live in parts)
    asks_days = bool(within.since or within.until)
    undated = sum(int((columns.undated(within) & live).sum()) for columns, live in parts) if asks_days else 0
    names = set[str]().union(*(columns.sources(live) for columns, live in parts))
    is_there = within.source is None or any(fold(within.source) in fold(name) for name in names)
    has_fields = all(any(columns.has_field(name, live) for columns, live in parts) for name, _ in within.where)
    told = () if has_fields else set[str]().union(*(columns.fields(live) for columns, live in parts))
    most_sources, most_fields = NAMED
    return Filtered(
        left, undated, () if is_there else tuple(sorted(names)[:most_sources]), tuple(sorted(told)[:most_fields])
    )


def day(date: str | None) -> int:
    """An ISO date as the number YYYYMMDD; 0 where there is none."""
    return int(date.replace("-", "")) if date else 0


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
