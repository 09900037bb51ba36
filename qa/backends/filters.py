"""The filters: what articles have to tell of themselves to be searched. A new one is a field of ``Filters``.

Texts are compared without letter case and accents. What the checks need is imported by them: the command line offers
the filters before it needs anything else.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Annotated, Any, NamedTuple, TypeAlias, TypedDict, Unpack, get_type_hints

from qa.errors import ConfigError
from qa.types.frozen import freeze

#: A day, or a month or a year as people type them: ``2024``, ``2024-07``, ``2024-07-31``.
Day: TypeAlias = "str | date | None"

#: Values of fields by name, or pairs of them, or ``FIELD=VALUE`` texts.
FieldValues: TypeAlias = "Mapping[str, str] | Iterable[str | tuple[str, str]]"


class Condition(NamedTuple):
    """A document meets it if ``test`` holds for any text that it tells in a field; ``field`` is its ``field_name``."""

    field: str
    test: Callable[[str], bool]


class Rule(NamedTuple):
    """How a filter is understood, applied and offered.

    ``check`` makes its value of what a caller gives, an empty one where nothing is asked for, and raises ConfigError.
    ``conditions`` are those that a document has to meet, for a value. ``help`` and ``metavar`` are the command line's,
    where one that ``repeats`` may be given several times.
    """

    check: Callable[[Any], Any]
    conditions: Callable[[Any], Iterable[Condition]]
    help: str
    metavar: str
    repeats: bool = False


def _since(day: Day) -> str | None:
    from qa.text.dates import first_day

    return first_day(_text("since", day))


def _until(day: Day) -> str | None:
    from qa.text.dates import last_day

    return last_day(_text("until", day))


def _text(name: str, day: Day) -> str | None:
    if isinstance(day, date):
        return day.isoformat()[:10]  # a datetime is a date, too
    if not isinstance(day, str | None):
        raise ConfigError(f"{name} is {day!r}", "give a date as text, such as 2024-07-31, or a datetime.date")
    return day


def _source(source: object) -> str | None:
    if not isinstance(source, str | None) or (source and not _folded(source)):
        raise ConfigError(f"source is {source!r}", "give a part of the source's name as text")
    return source or None


def _pairs(where: FieldValues) -> tuple[tuple[str, str], ...]:
    pairs = where.items() if isinstance(where, Mapping) else [where] if isinstance(where, str) else where
    if not isinstance(pairs, Iterable):
        raise ConfigError(f"where is {where!r}", "give fields and values, as in {'author': 'Lopez'}")
    return tuple(_pair(pair) for pair in pairs)


def _pair(pair: object) -> tuple[str, str]:
    parts = pair.split("=", 1) if isinstance(pair, str) else pair
    texts = [part.strip() for part in parts if isinstance(part, str)] if isinstance(parts, list | tuple) else []
    if len(texts) != 2 or not all(map(_folded, texts)):
        raise ConfigError(f"the condition {pair!r} is not understood", "write FIELD=VALUE, as in author=Lopez")
    return texts[0], texts[1]


def _folded(text: str) -> str:
    from qa.text.analysis import fold

    return fold(text)


def contains(field: str, part: str) -> Condition:
    """The condition that a field contains a text."""
    from qa.types import field_name

    needle = _folded(part)
    return Condition(field_name(field), lambda told: needle in _folded(told))


class Filters(TypedDict, total=False):
    """The filters, by the names that callers and the command line give them. All that are given have to pass.

    ``since`` and ``until`` are inclusive; an article without a date passes neither. ``source`` is a part of the
    source's name, and ``where`` has parts of what articles tell of themselves under the names of its fields (author,
    title, language, id, or any other).
    """

    since: Annotated[
        Day,
        Rule(
            _since,
            lambda day: [Condition("date", lambda told: told >= day)],
            "Only articles from this date on (2024, 2024-07, 2024-07-31).",
            "DATE",
        ),
    ]
    until: Annotated[
        Day,
        Rule(
            _until,
            lambda day: [Condition("date", lambda told: told <= day)],
            "Only articles up to this date, inclusive.",
            "DATE",
        ),
    ]
    source: Annotated[
        str | None,
        Rule(_source, lambda part: [contains("source", part)], "Only articles whose source contains this.", "TEXT"),
    ]
    where: Annotated[
        FieldValues,
        Rule(
            _pairs,
            lambda pairs: [contains(*pair) for pair in pairs],
            "Only articles one of whose fields contains this, such as author=Lopez; repeatable.",
            "FIELD=VALUE",
            repeats=True,
        ),
    ]


@dataclass(frozen=True, init=False)
class Filter:
    """Which articles are searched: ``values`` are those of the filters, by name, as their rules check them.

    True where it leaves any out. Raises ConfigError for a value that is none, or a name that is no filter's.
    """

    values: Mapping[str, Any]

    def __init__(self, **given: Unpack[Filters]) -> None:
        rules = self.rules()
        if strangers := sorted(given.keys() - rules.keys()):
            raise ConfigError(f"there is no filter {strangers[0]!r}", f"there are {', '.join(rules)}")
        values: dict[str, Any] = {name: () if rule.repeats else None for name, rule in rules.items()}
        values |= {name: rules[name].check(value) for name, value in given.items()}
        if values["since"] and values["until"] and values["since"] > values["until"]:
            since, until = given["since"], given["until"]
            raise ConfigError(f"since {since} is after until {until}", "give the earlier day to since")
        object.__setattr__(self, "values", values)
        freeze(self, "values")

    @staticmethod
    @cache
    def rules() -> Mapping[str, Rule]:
        """The rule of each filter, by its name."""
        hints = get_type_hints(Filters, include_extras=True)
        return {name: rule for name, hint in hints.items() for rule in hint.__metadata__}

    def __bool__(self) -> bool:
        return any(self.values.values())

    @property
    def conditions(self) -> list[Condition]:
        """What a document has to meet, all of it."""
        rules = self.rules()
        return [one for name, value in self.values.items() if value for one in rules[name].conditions(value)]


#: The filter that everything passes.
ANYTHING = Filter()
