"""Complete calendar dates in the notations that articles use."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH_NAME = (
    "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    "|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_TIME = (
    r"(?:t|,?[ \t]+(?:at[ \t]+)?)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?"
    r"(?:[ \t]*[ap]\.?m\.?)?(?:[ \t]*(?:[a-z]{1,5}|[+-][0-9]{1,2}(?::?[0-9]{2})?))?"
)
_ISO = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"
_DAY_FIRST = rf"(?P<day>[0-9]{{1,2}})[ \t]+(?P<month>{_MONTH_NAME})\.?,?[ \t]+(?P<year>[0-9]{{4}})"
_MONTH_FIRST = rf"(?P<month>{_MONTH_NAME})\.?[ \t]+(?P<day>[0-9]{{1,2}}),?[ \t]+(?P<year>[0-9]{{4}})"
_NOTATIONS = [re.compile(f"(?ai:{day}(?:{_TIME})?)") for day in (_ISO, _DAY_FIRST, _MONTH_FIRST)]


def to_iso(text: str) -> str | None:
    """``text`` as ``YYYY-MM-DD``, or None if it is not one complete calendar date.

    Reads ``2021-11-22``, ``22 Nov 2021`` and ``November 22, 2021`` (English month names), each with or
    without a time of day. The calendar date stays as written, whatever the time zone.
    """
    for notation in _NOTATIONS:
        if match := notation.fullmatch(text.strip()):
            return _calendar_date(match["year"], match["month"], match["day"])
    return None


def _calendar_date(year: str, month: str, day: str) -> str | None:
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return None
