"""Dates as people type them -> the first or the last day that they mean."""

from __future__ import annotations

import calendar
import re
from datetime import date

from qa.errors import ConfigError

_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")


def first_day(text: str | None) -> str | None:
    """``2024`` -> ``2024-01-01``, ``2024-07`` -> ``2024-07-01``; a whole date stays. Raises ConfigError."""
    if text is None:
        return None
    year, month, day = _parts(text)
    return _iso(text, year, month or 1, day or 1)


def last_day(text: str | None) -> str | None:
    """``2024`` -> ``2024-12-31``, ``2024-02`` -> ``2024-02-29``; a whole date stays. Raises ConfigError."""
    if text is None:
        return None
    year, month, day = _parts(text)
    month = month or 12
    days = calendar.monthrange(year, month)[1] if year and 1 <= month <= 12 else 0
    return _iso(text, year, month, day or days)


def _parts(text: str) -> tuple[int, int, int]:
    match = _DATE.fullmatch(text.strip())
    if match is None:
        raise _error(text)
    year, month, day = (int(part or 0) for part in match.groups())
    return year, month, day


def _iso(text: str, year: int, month: int, day: int) -> str:
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        raise _error(text) from None


def _error(text: str) -> ConfigError:
    return ConfigError(f"{text!r} is not a date", "write it as 2024, 2024-07 or 2024-07-31")
