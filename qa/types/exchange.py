"""Values as JSON and back: the fields of a dataclass or NamedTuple say what stands there."""

from __future__ import annotations

import math
import types
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from qa.errors import UsageError
from qa.escaping import is_unicode
from qa.types.frozen import FrozenDict, frozen

T = TypeVar("T")

_NAMES: dict[Any, str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}
_EXACT: dict[Any, tuple[type, ...]] = {str: (str,), int: (int,), float: (int, float), bool: (bool,)}


def plain(value: Any) -> Any:
    """A value as JSON values of its own: objects for dataclasses, NamedTuples and mappings, lists for tuples."""
    if is_dataclass(value):
        return {one.name: plain(getattr(value, one.name)) for one in fields(value)}
    if isinstance(value, tuple) and hasattr(value, "_asdict"):
        return {name: plain(one) for name, one in value._asdict().items()}
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list | tuple) else value


def decoded(kind: type[T], value: object, where: str, advice: str, path: str = "") -> T:
    """The value of a type that JSON values stand for, as ``plain`` gives them.

    What the type does not know is left out, and what has a default may be absent. Raises UsageError, which begins with
    ``where``, names the JSON path, and ends with ``advice``, for whatever else is not there or of another type.
    """
    try:
        result: T = _decoded(kind, value, path)
    except _MismatchError as error:
        raise UsageError(f"{where}: {error}", advice) from None
    except RecursionError:
        raise UsageError(f"{where} is nested too deep", advice) from None
    return result


class _MismatchError(Exception):
    """What is wrong, and at which path."""


def _decoded(kind: Any, value: object, path: str) -> Any:
    if kind is Any:
        return frozen(value)
    origin, arguments = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        (other,) = (one for one in arguments if one is not types.NoneType)
        return None if value is None else _decoded(other, value, path)
    if origin is tuple:
        if not isinstance(value, list | tuple):
            raise _mismatch(path, "a list")
        return tuple(_decoded(arguments[0], one, f"{path}[{place}]") for place, one in enumerate(value))
    if kind in _EXACT:
        return _scalar(kind, value, path)
    if not isinstance(value, Mapping):
        raise _mismatch(path, "an object")
    if origin is not None:
        return FrozenDict((name, _decoded(arguments[1], one, _inside(path, name))) for name, one in value.items())
    return kind(**dict(_fields_of(kind, value, path)))


def _fields_of(kind: Any, value: Mapping[str, object], path: str) -> Iterator[tuple[str, Any]]:
    for name, (type_, is_needed) in _members(kind).items():
        if name in value:
            yield name, _decoded(type_, value[name], _inside(path, name))
        elif is_needed:
            raise _MismatchError(f"{_inside(path, name)} is missing")


@cache
def _members(kind: Any) -> Mapping[str, tuple[Any, bool]]:
    """The type of each field, and whether it has to be there."""
    hints = get_type_hints(kind)
    if is_dataclass(kind):
        needed = {one.name for one in fields(kind) if one.default is MISSING and one.default_factory is MISSING}
    else:
        needed = set(kind._fields) - set(kind._field_defaults)
    names = [one.name for one in fields(kind)] if is_dataclass(kind) else kind._fields
    return {name: (hints[name], name in needed) for name in names}


def _scalar(kind: Any, value: object, path: str) -> Any:
    # For JSON, true is no number; and NaN, which Python reads, is none either.
    if type(value) not in _EXACT[kind] or (isinstance(value, float) and not math.isfinite(value)):
        raise _mismatch(path, _NAMES[kind])
    if isinstance(value, str) and not is_unicode(value):
        raise _MismatchError(f"{path or 'it'} is not valid Unicode")
    return value


def _inside(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _mismatch(path: str, expected: str) -> _MismatchError:
    return _MismatchError(f"{path or 'it'} is not {expected}")
