"""Dates as people type them -> the first or the last day that they mean."""

from __future__ import annotations

import calendar
import re
from datetime import date

from qa.errors import ConfigError

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")


def first_day(text: str | None) -> str | None:
    """``2024`` -> ``2024-01-01``, ``2024-07`` -> ``2024-07-01``; a whole date stays. Raises ConfigError."""
    if text is None:
        return None
    year, month, day = _parts(text)
    return _iso(text, year, 1 if month is None else month, 1 if day is None else day)


def last_day(text: str | None) -> str | None:
    """``2024`` -> ``2024-12-31``, ``2024-02`` -> ``2024-02-29``; a whole date stays. Raises ConfigError."""
    if text is None:
        return None
    year, month, day = _parts(text)
    month = 12 if month is None else month
    if day is None:
        day = calendar.monthrange(year, month)[1] if year and 1 <= month <= 12 else 0
    return _iso(text, year, month, day)


def is_iso(text: str) -> bool:
    """Whether ``text`` is a whole calendar date as ``2024-07-31``."""
    match = _DATE.fullmatch(text)
    try:
        return match is not None and None not in match.groups() and date.fromisoformat(text) is not None
    except ValueError:
        return False


def _parts(text: str) -> tuple[int, int | None, int | None]:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise _error(text)
    year, month, day = match.groups()
    return int(year), None if month is None else int(month), None if day is None else int(day)


def _iso(text: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise _error(text) from None


def _error(text: str) -> ConfigError:
    return ConfigError(f"{text!r} is not a date", "write it as 2024, 2024-07 or 2024-07-31")
