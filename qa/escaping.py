"""Text from articles and questions must not steer what shows it, be it a terminal, a page, or a log of JSON.

Escape sequences begin with control characters; bidirectional marks make text read as something else.
"""

from __future__ import annotations

import json
import re
import unicodedata

# Control characters but for tab and line ends; marks that turn text around, and separators of lines; and surrogates,
# which no file can hold.
_STEERING = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
_SURROGATE = re.compile("[\ud800-\udfff]")


def harmless(text: str) -> str:
    """``text`` with what steers as JSON's escapes (``\\u202e``), and everything else, line ends too, as it is."""
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def json_text(values: object, indent: int | None = None) -> str:
    """``values`` as JSON: letters of all scripts as they are, what steers escaped. Reading it gives the same values."""
    return harmless(json.dumps(values, ensure_ascii=False, indent=indent))


def is_unicode(text: str) -> bool:
    """Whether ``text`` can be written as UTF-8, which lone surrogates cannot."""
    return _SURROGATE.search(text) is None


def has_control(text: str) -> bool:
    """Whether there is a control character in ``text`` (Unicode's category Cc: tabs and line ends are among them)."""
    return _CONTROL.search(text) is not None


def escaped(text: str) -> str:
    """``text`` with everything that cannot be printed, all line ends and unusual blanks too, as a backslash escape."""
    return "".join(c if c.isprintable() else _escape(c) for c in text)


def printable(text: str) -> str:
    """``text`` with everything that cannot be printed as a backslash escape. Line feeds, tabs and all blanks stay."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in "\n\t" or _is_space(c) else _escape(c) for c in text)


def one_line(text: str) -> str:
    """``text`` printable and on one line, every run of white space a single blank."""
    return printable(" ".join(text.split()))


def _is_space(character: str) -> bool:
    return unicodedata.category(character) == "Zs"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
