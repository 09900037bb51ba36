"""The date in an article's file name or web address, where whoever named it has put it there.

What may be another date is none: one of several, the day of a scan or a download, an event that a title tells of. Only
whole dates count, and only where their figures can be read in one way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from qa.corpus.dates import to_iso

_YEAR, _TWO = r"(?:1[789]|20)[0-9]{2}", r"[0-9]{2}"

#: 2023-03-14, 2023_03_14, 2023.03.14; 20230314, of this century and the last; 14.03.2023.
_FIGURES = (
    re.compile(rf"(?<![0-9])({_YEAR})([-_.])({_TWO})\2({_TWO})(?![0-9])"),
    re.compile(rf"(?<![0-9a-z])((?:19|20){_TWO})()({_TWO})({_TWO})(?:t[0-9]{{4,6}}z?)?(?![0-9a-z])", re.IGNORECASE),
)
_DAY_FIRST = re.compile(rf"(?<![0-9])({_TWO})([-_.])({_TWO})\2({_YEAR})(?![0-9])")

#: Folders of a site, or of a copy of one: /2023/03/14/, /2023/mar/14/. A day alone may be the number of a page.
_FOLDERS = re.compile(rf"(?:^|/)({_YEAR})/({_TWO}|[a-z]{{3}})/({_TWO})(?=/|$)", re.IGNORECASE)

#: At the start of a file's name: "14 March 2023 …". Further on, it may be what a title tells of.
_WORDS = re.compile(rf"([0-9]{{1,2}})[-_. ]+([^\W\d_]{{3,10}})[-_., ]+({_YEAR})(?![0-9])")

#: What says that a date in a name is that of the file, or of a day that the article is about.
_OTHERWISE = re.compile(
    r"(?<![^\W\d_])(?:access(?:ed)?|retrieved|download(?:ed|s)?|scan(?:s|ned)?|backup|bak|dump|snapshot|crawl(?:ed)?"
    r"|export(?:ed)?|archived?|copy|capture[ds]?|updated?|modified|revised|screenshot|img|dsc|version|release|build"
    r"|deadline|due|until|till|from|since|to|through|before|after|expire[sd]?|valid|born|died|on[-_. ]this[-_. ]day"
    r"|bis|vom|ab|seit|hasta|desde|jusqu|depuis|até|fino)(?![^\W\d_])",
    re.IGNORECASE,
)


def date_in_name(path: str) -> str | None:
    """The date (ISO) in the name of a file, or in the folders above it where these are a year, a month and a day.

    ``path`` has ``/`` between folders.
    """
    folders, _, name = path.rpartition("/")
    stem = (
        name.partition(".")[0]
        if name.count(".") == 1
        else re.sub(r"(?:\.[a-z][a-z0-9]{0,7}){1,2}$", "", name, flags=re.IGNORECASE)
    )
    if _OTHERWISE.search(stem):
        return None
    dates = set(_in_figures(stem))
    if not dates and (match := _WORDS.match(stem)):
        dates = {to_iso(" ".join(match.groups()))}
    if not dates and (match := _FOLDERS.search(folders)) and match.end() == len(folders):
        dates = set(_in_folders(folders))
    return _only(dates)


def date_in_url(url: str) -> str | None:
    """The date (ISO) in the path of a web address."""
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return None
    if _OTHERWISE.search(path.rpartition("/")[2]):
        return _only(set(_in_folders(path)))
    return _only({*_in_folders(path), *_in_figures(path)})


def _in_figures(text: str) -> Iterator[str | None]:
    for notation in _FIGURES:
        for match in notation.finditer(text):
            yield to_iso("-".join(match.group(1, 3, 4)))
    for match in _DAY_FIRST.finditer(text):
        yield to_iso(".".join(match.group(1, 3, 4)))


def _in_folders(path: str) -> Iterator[str | None]:
    for match in _FOLDERS.finditer(path):
        year, month, day = match.groups()
        yield to_iso(f"{day} {month} {year}" if month.isalpha() else f"{year}-{month}-{day}")


def _only(dates: set[str | None]) -> str | None:
    """The one date; None where there is none, are several, or one cannot be read in one way."""
    return dates.pop() if len(dates) == 1 else None
