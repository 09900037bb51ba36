"""Mappings and lists that nobody can change: what values hold of JSON."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any, NoReturn


class FrozenDict(dict[str, Any]):
    """A mapping of frozen values that cannot be changed, and has a hash. It equals any mapping of the same JSON values,
    be they lists or tuples."""

    __slots__ = ()

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("this mapping cannot be changed: dict() makes one that can")

    __setitem__ = __delitem__ = __ior__ = clear = pop = popitem = setdefault = update = _refuse

    def __eq__(self, other: object) -> bool:
        return dict.__eq__(self, frozen(other))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))

    def __reduce__(self) -> tuple[Any, ...]:
        return FrozenDict, (dict(self),)


def frozen(value: Any) -> Any:
    """A JSON value with mappings that cannot be changed, and tuples for lists; anything else as it is."""
    if type(value) is FrozenDict:
        return value
    if isinstance(value, Mapping):
        return FrozenDict((name, frozen(one)) for name, one in value.items())
    return tuple(map(frozen, value)) if type(value) in (list, tuple) else value


def freeze(owner: object, *names: str) -> None:
    """Freezes fields of a frozen dataclass that is being made. One that is nested too deep stays as it is: what reads
    it refuses it by name."""
    for name in names:
        with suppress(RecursionError):
            object.__setattr__(owner, name, frozen(getattr(owner, name)))
