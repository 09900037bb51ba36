"""What people see: text made safe for a terminal, wrapped to it, and readable without colour."""

from __future__ import annotations

import os
import re
import shutil
import sys
import textwrap
from typing import TextIO

from qa.escaping import one_line

#: Columns. Wider lines are hard to read, however wide the terminal is.
MAX_WIDTH = 100

_BOLD, _DIM, _PLAIN = "\033[1m", "\033[2m", "\033[0m"


def complain(message: str) -> None:
    """One line on stderr."""
    print(f"qa: {one_line(message)}", file=sys.stderr)


def notice(message: str) -> None:
    """One line on stderr that is no error."""
    print(one_line(message), file=sys.stderr)


def has_colour(stream: TextIO) -> bool:
    """Whether ``stream`` is a terminal that wants colour (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int:
    """Columns to wrap to."""
    return max(40, min(MAX_WIDTH, shutil.get_terminal_size().columns))


def wrapped(text: str, indent: str) -> str:
    """``text`` on one or more lines of at most ``width()`` columns, each behind ``indent``."""
    return textwrap.fill(
        one_line(text),
        width(),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def highlighted(before: str, quote: str, after: str, indent: str, colour: bool) -> str:
    """A wrapped passage with its quote in bold, or between ``>>`` and ``<<`` where there is no colour."""
    if not colour:
        return wrapped(f"{before}>>{quote}<<{after}", indent)
    text = wrapped(before + quote + after, indent)
    # Wrapping changes white space only, and never shortens what stands before the quote.
    words = re.compile(r"\s+".join(re.escape(word) for word in one_line(quote).split()))
    found = words.search(text, len(one_line(before)))
    return f"{text[: found.start()]}{bold(found[0], colour)}{text[found.end() :]}" if found else text


def bold(text: str, colour: bool) -> str:
    """``text`` in bold where there is colour."""
    return f"{_BOLD}{text}{_PLAIN}" if colour else text


def dim(text: str, colour: bool) -> str:
    """``text`` dimmed where there is colour."""
    return f"{_DIM}{text}{_PLAIN}" if colour else text
