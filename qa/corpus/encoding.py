"""From a file's bytes to its text: UTF-8, UTF-16, or the single-byte encodings that archives are full of."""

from __future__ import annotations

import codecs
import unicodedata
from typing import NamedTuple

from qa.corpus.legacy import guess
from qa.corpus.problem import UnreadableError

#: The first bytes of common binary files, some of which hold no NUL byte.
_MAGIC = (
    b"%PDF-",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"\x1f\x8b",
    b"\xd0\xcf\x11\xe0",
    b"\xfd7zXZ",
    b"BZh91AY&SY",
)


class Decoded(NamedTuple):
    """A file's text. ``doubt`` is '', or says in which encoding it was read by a guess that may be wrong."""

    text: str
    doubt: str = ""


def decode(data: bytes) -> Decoded:
    """The text of a file: its byte-order mark removed, its line ends as they are.

    Tries UTF-8, UTF-16 (without a byte-order mark only where most characters are ASCII or Latin-1), then the
    single-byte encodings of ``legacy``. The text holds no NUL and no surrogate. Raises UnreadableError.
    """
    decoded = None if data.startswith(_MAGIC) else _decode(data)
    if decoded is None or "\0" in decoded.text:
        raise UnreadableError("is not text (binary)", "remove it, or convert it to text")
    return decoded


def _decode(data: bytes) -> Decoded | None:
    """The text, or None for binary data. Raises UnreadableError."""
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if b"\0" in data and not marked:
        text = _utf16_without_mark(data)
        return None if text is None else Decoded(text)
    try:
        return Decoded(data.decode("utf-16" if marked else "utf-8-sig"))
    except UnicodeDecodeError:
        legacy = None if marked or _is_damaged_utf8(data) else guess(data)
        if legacy is None:
            raise UnreadableError("cannot be decoded", "save it as UTF-8") from None
        return Decoded(data.decode(legacy.encoding), "" if legacy.is_sure else legacy.name)


def _utf16_without_mark(data: bytes) -> str | None:
    """The text where every other byte, and no byte between, is mostly NUL, and the rest makes text."""
    if len(data) % 2:
        return None
    high_first, high_last = data[0::2].count(0), data[1::2].count(0)
    if min(high_first, high_last) or max(high_first, high_last) * 4 < len(data):
        return None
    text = data.decode("utf-16-be" if high_first else "utf-16-le", "replace")
    return text if all(_is_text(character) for character in text) else None


def _is_text(character: str) -> bool:
    if character == "\ufffd":
        return False
    return character.isspace() or unicodedata.category(character) not in ("Cc", "Cn", "Co")


def _is_damaged_utf8(data: bytes) -> bool:
    """Whether most of what is not ASCII is valid UTF-8, so that Windows-1252 would garble it."""
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    return sum(not character.isascii() for character in text) > 2 * damaged
