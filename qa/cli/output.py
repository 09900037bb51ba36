"""What is told on stderr, and how a text stands out, with colour and without."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from typing import TextIO

import qa
from qa.cli import DEFAULT_INDEX
from qa.errors import QAError
from qa.escaping import one_line

#: Which articles have changed: some of them, or, where some were just looked at, some of the others.
ANY, OTHERS = "the articles", "other articles"

_BOLD, _DIM, _PLAIN = "\033[1m", "\033[2m", "\033[0m"


def complain(message: str) -> None:
    """One line on stderr, which is wrapped on a terminal."""
    notice(f"qa: {message}")


def notice(message: str) -> None:
    """One line on stderr that is no error, wrapped on a terminal."""
    if sys.stderr.isatty():
        from qa.cli.wrapping import wrapped  # what is told in a pipe need not wait for it

        print(wrapped(message, ""), file=sys.stderr)
    else:
        print(one_line(message), file=sys.stderr)


def tell_if_stale(index: str, which: str = ANY) -> None:
    """One line on stderr where the articles of an index in a folder have changed since it was made."""
    with suppress(QAError):  # such as an index that was removed meanwhile
        stale = qa.is_stale(index)
        if stale is not False:
            have = "have" if stale else "may have"
            where = "" if index == str(DEFAULT_INDEX) else f" --index {index}"
            notice(f"note: {which} {have} changed since they were indexed; qa index{where} brings the index up to date")


def has_colour(stream: TextIO) -> bool:
    """Whether ``stream`` is a terminal that wants colour (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def marks(stream: TextIO) -> tuple[str, str]:
    """What stands around a quote: bold, or ``>>`` and ``<<`` where there is no colour."""
    return (_BOLD, _PLAIN) if has_colour(stream) else (">>", "<<")


def percent(share: float) -> str:
    """A share from 0 to 1 for people, to four digits: ``7.5 %``."""
    return f"{100 * share:.4g} %"


def bold(text: str, colour: bool) -> str:
    """``text`` in bold where there is colour."""
    return f"{_BOLD}{text}{_PLAIN}" if colour else text


def dim(text: str, colour: bool) -> str:
    """``text`` dimmed where there is colour."""
    return f"{_DIM}{text}{_PLAIN}" if colour else text
