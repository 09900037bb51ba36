"""Numbers and days in figures -> one notation each: 10,000 is 10000, 3,5 is 3.5, and 31.07.2024 is 31 July 2024."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

from qa.text.languages import languages, union

#: The English name of each month, January first: what every other name of it becomes.
MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

#: From this on, a number word is as often a round figure ("hundreds") as a number.
_LARGE = 100

_SPACES = "\u00a0\u2009\u202f"
_SPACE = re.compile(rf"[{_SPACES}]\d{{3}}")
_SPACED = re.compile(rf"(?<![^\W_])\d{{1,3}}(?:[{_SPACES}]\d{{3}})+(?!\d)")
# These begin with what is rare, so that a text is searched fast; what stands before it is looked at then.
_GLUED = re.compile(r"\d(?<=[^\W\d_][^\W\d_]\d)\d+(?![^\W_])")
_YEAR_FIRST = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})")
_THOUSANDS = re.compile(r"([1-9]\d{0,2}(?:([.,])\d{3})(?:\2\d{3})*)(?:[.,](\d+))?")
_DECIMAL = re.compile(r"(\d+),(\d+)")


def normalize(text: str) -> str:
    """``text`` with its numbers and days in one notation: without separators of thousands, with a decimal point,
    without the letters of an ordinal number, and days as ``2 may 2023``; of ``02/05/2023`` both readings.

    Letters and figures that are written as one word are parted (FY2022, COVID19).
    """
    if _SPACE.search(text):
        text = _SPACED.sub(lambda match: re.sub(f"[{_SPACES}]", "", match.group()), text)
    text = _GLUED.sub(r" \g<0>", text)
    return _figures().sub(lambda match: " ".join(_dated(match[1]) or _plain(match[1])), text)


def readings(notation: str) -> list[tuple[int, int, int]]:
    """The days, as year, month and day, that ``2023-05-02``, ``02/05/2023`` and the like may mean: none, one or two."""
    if match := _YEAR_FIRST.fullmatch(notation):
        candidates = [(int(match[1]), int(match[3]), int(match[4]))]
    elif match := _YEAR_LAST.fullmatch(notation):
        one, other, year = int(match[1]), int(match[3]), int(match[4])
        candidates = [(year, other, one), (year, one, other)]
    else:
        return []
    return list(dict.fromkeys(day for day in candidates if _exists(*day)))


@cache
def word_numbers() -> dict[str, str]:
    """Number words, in any language, that have one meaning only -> figures."""
    values: dict[str, set[int]] = {}
    for language in languages():
        for word, value in [*language.numerals.items(), *language.ordinals.items()]:
            values.setdefault(word, set()).add(value)
    return {
        word: str(*numbers)
        for word, numbers in values.items()
        if len(numbers) == 1 and max(numbers) < _LARGE and word != "one" and word not in _ambiguous()
    }


def numerals() -> frozenset[str]:
    """The words for numbers, in any language, that are nothing else in another one (as "once" is)."""
    return union(lambda language: language.numerals.keys() - _ambiguous())


@cache
def month_names() -> dict[str, str]:
    """The name of a month, in any language and length -> its English name, where that is another."""
    return {
        name: month
        for language in languages()
        for month, names in zip(MONTHS, language.months, strict=True)
        for name in names.split()
        if name != month
    }


@cache
def _ambiguous() -> frozenset[str]:
    return union(lambda language: language.function_words | language.homographs).union(month_names())


def _dated(number: str) -> list[str]:
    days = readings(number)
    return list(dict.fromkeys(part for year, month, day in days for part in (str(day), MONTHS[month - 1], str(year))))


def _plain(number: str) -> list[str]:
    return [_bare(part) for part in re.split("[-/]", number)]


def _bare(number: str) -> str:
    if match := _THOUSANDS.fullmatch(number):
        whole = match[1].replace(".", "").replace(",", "")
        return f"{whole}.{match[3]}" if match[3] else whole
    if match := _DECIMAL.fullmatch(number):
        return f"{match[1]}.{match[2]}"
    return number[1:] if len(number) == 2 and number[0] == "0" else number


def _exists(year: int, month: int, day: int) -> bool:
    try:
        return date(year, month, day) is not None
    except ValueError:
        return False


@cache
def _figures() -> re.Pattern[str]:
    suffixes = "|".join(
        map(re.escape, sorted(union(lambda language: language.ordinal_suffixes), key=len, reverse=True))
    )
    return re.compile(rf"(\d(?<![^\W_]\d)\d*(?:[.,/-]\d+)*)(?i:{suffixes})?(?![^\W_])")
