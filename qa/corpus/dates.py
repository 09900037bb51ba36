"""Complete calendar dates in the notations that articles, feeds and sites use, in six languages."""

from __future__ import annotations

import re
from datetime import date

from qa.text.analysis import fold
from qa.text.languages import languages

_NUMBER_OF = {
    name: number
    for language in languages()
    for number, names in enumerate(language.months, start=1)
    for name in f"{names} {language.months_in_dates.get(number, '')}".split()
}
_WEEKDAYS = (
    "mon(?:day)?|tue(?:s|sday)?|wed(?:nesday)?|thu(?:rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
    "|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    "|montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonnabend|sonntag|mo|di|mi|do|fr|sa|so"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    "|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?"
    "|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica"
)
_WEEKDAY = rf"(?:(?:{_WEEKDAYS})[.,]*[ \t]+)?"
_CLOCK = r"[0-9]{1,2}[:h.][0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?(?:[ \t]*(?:[ap]\.?m\.?|uhr|h))?"
_ZONE = r"(?:[ \t]*(?:[a-z]{1,5}|[+-][0-9]{1,2}(?::?[0-9]{2})?)){0,2}(?:[ \t]*\([a-z]{1,5}\))?"
_TIME = rf"(?:(?:t|[,;]?[ \t]+(?:(?:at|um|às|as|à|a las|alle|ore)[ \t]+)?){_CLOCK}{_ZONE})?"
_DAY = r"(?P<day>[0-9]{1,2})(?:st|nd|rd|th|er|[ºª°.])?"
_MONTH = r"(?P<month>[^\W\d_]{3,10})\.?"
_YEAR = r"(?P<year>[0-9]{4})"
_OF = r"[ \t]+(?:(?:de|del|of|d[eu])[ \t]+)?"
_NOTATIONS = [
    re.compile(rf"{_WEEKDAY}{notation}{_TIME}", re.IGNORECASE)
    for notation in (
        r"(?P<year>[0-9]{4})(?P<mark>[-/.])(?P<month>[0-9]{1,2})(?P=mark)(?P<day>[0-9]{1,2})",
        rf"{_DAY}{_OF}{_MONTH},?{_OF}{_YEAR}",
        rf"{_DAY}-{_MONTH}-{_YEAR}",
        rf"{_MONTH}[ \t]+{_DAY},?[ \t]+{_YEAR}",
    )
]
_FIGURES = re.compile(rf"{_WEEKDAY}([0-9]{{1,2}})([./-])([0-9]{{1,2}})\2([0-9]{{4}}){_TIME}", re.IGNORECASE)


def to_iso(text: str) -> str | None:
    """``text`` as ``YYYY-MM-DD``, or None if it is not one complete and unambiguous calendar date.

    Reads ``2021-11-22`` and ``2021/11/22``, ``Mon, 22 Nov 2021``, ``November 22nd, 2021``, ``22 de noviembre de 2021``,
    ``22. November 2021``, ``22 novembre 2021``, each with or without a time of day and its zone (RFC 2822, ISO 8601),
    and ``22.11.2021`` and ``11/22/2021``, where only one of the numbers can be a month. The calendar date stays as
    written, whatever the time zone.
    """
    stripped = text.strip()
    if len(stripped) > 80:
        return None
    for notation in _NOTATIONS:
        if match := notation.fullmatch(stripped):
            return _calendar_date(match["year"], match["month"], match["day"])
    if match := _FIGURES.fullmatch(stripped):
        first, _, second, year = match.groups()
        readings = {_calendar_date(year, first, second), _calendar_date(year, second, first)} - {None}
        return readings.pop() if len(readings) == 1 else None
    return None


def _calendar_date(year: str, month: str, day: str) -> str | None:
    number = int(month) if month.isdigit() else _NUMBER_OF.get(fold(month), 0)
    try:
        return date(int(year), number, int(day)).isoformat()
    except ValueError:
        return None
