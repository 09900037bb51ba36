"""Months by whatever name, English or Spanish, long or short -> one name each, so that "Dec. 6" is found by "December"
and "31 de julio" by "July"."""

from __future__ import annotations

_NAMES = {
    "january": "jan ene enero",
    "february": "feb febrero",
    "march": "marzo",  # "mar" is a word, and a name
    "april": "apr abr abril",
    "may": "mayo",
    "june": "jun junio",
    "july": "jul julio",
    "august": "aug agosto",  # "ago" is an English word
    "september": "sep sept septiembre setiembre",
    "october": "oct octubre",
    "november": "nov noviembre",
    "december": "dec dic diciembre",
}

#: The English name of each month, January first.
MONTHS = tuple(_NAMES)

#: Folded word -> the English name of the month that it means.
MONTH_OF = {word: month for month, others in _NAMES.items() for word in others.split()}
