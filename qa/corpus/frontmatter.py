"""Front matter: what a file begins with to tell of itself: YAML, TOML, JSON, or lines of names and values."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time

from qa.corpus.fields import NAMES
from qa.corpus.titles import shorten
from qa.corpus.yaml_block import MAX_BYTES, MAX_DEPTH, MAX_REASON, RefusedError, entries, plain_lines
from qa.types import field_name

_YAML_OPENING = re.compile(r"---[ \t]*(?:\r\n?|\n)")
_YAML_CLOSING = re.compile(r"(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)")
_TOML_OPENING = re.compile(r"\+\+\+[ \t]*(?:\r\n?|\n)")
_TOML_CLOSING = re.compile(r"(?<=[\r\n])\+\+\+[ \t]*(?=[\r\n]|\Z)")
_TOML_LINE = re.compile(r"at line (\d+)")
_BLANK_LINE = re.compile(r"[ \t]*[\r\n]")
_KEY_LINE = re.compile(r"([^\W\d_][\w -]{0,40}):[ \t]+([^\s][^\r\n]*)(?:\r\n?|\n|\Z)")

#: Lines of names and values at the start of a file, at most.
_MOST_LINES = 32

#: Keys that make a block front matter, besides those of the fields: site generators and note-taking programs use them.
_OTHER_KEYS = (
    "tags categories keywords description summary layout draft slug section aliases id created updated type params lang"
)
_KNOWN_KEYS = frozenset(_OTHER_KEYS.split()).union(*NAMES.values())


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Front matter that ends at offset ``end``, its closing line included.

    ``values`` are JSON values: YAML's scalars as written, TOML's dates in ISO 8601. ``lines`` tells the file's line of
    each key. ``error`` is '' or says why ``values`` may not be all, and ``error_line`` where.
    """

    end: int
    values: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    error: str = ""
    error_line: int = 1


def parse(text: str) -> FrontMatter | None:
    """The front matter of ``text``, or None where it begins with none.

    A block that is closed later, but holds no mapping with a key that front matter has, is part of the article: an
    article may begin with a rule. Never raises for what the block contains.
    """
    return _yaml(text) or _toml(text) or _json(text) or _lines(text)


def _yaml(text: str) -> FrontMatter | None:
    block = _between(text, _YAML_OPENING, _YAML_CLOSING)
    if block is None:
        return None
    content, end = block
    error, error_line = "", 1
    try:
        fields = entries(content)
    except RefusedError as refused:
        error, error_line = str(refused), refused.line + 2
        fields = plain_lines(content) if len(content.encode()) <= MAX_BYTES else {}
        if not fields and not _looks_like_keys(content):
            return None
    if fields is None or (fields and not error and not _is_known(fields)):
        return None
    values = {key: entry.value for key, entry in fields.items()}
    return FrontMatter(end, values, {key: entry.line + 2 for key, entry in fields.items()}, error, error_line)


def _toml(text: str) -> FrontMatter | None:
    import tomllib

    block = _between(text, _TOML_OPENING, _TOML_CLOSING)
    if block is None:
        return None
    content, end = block
    if len(content.encode()) > MAX_BYTES:
        return FrontMatter(end, error=f"is longer than {MAX_BYTES // 1024} KiB", error_line=2)
    try:
        values = tomllib.loads(content.replace("\r\n", "\n").replace("\r", "\n"))
    except (tomllib.TOMLDecodeError, ValueError, RecursionError) as error:
        line = _TOML_LINE.search(str(error))
        reason = f"is not valid TOML ({shorten(str(error), MAX_REASON)})"
        return FrontMatter(end, error=reason, error_line=int(line[1]) + 1 if line else 2)
    lines = {key: 1 + _line_of(content, key) for key in values}
    return FrontMatter(end, {key: _plain(value, MAX_DEPTH) for key, value in values.items()}, lines)


def _json(text: str) -> FrontMatter | None:
    if not text.startswith("{") or len(text) < 2:
        return None
    try:
        values, end = json.JSONDecoder().raw_decode(text[:MAX_BYTES])
    except (ValueError, RecursionError):
        return None
    is_closed = end == len(text) or _BLANK_LINE.match(text, end) is not None
    if not isinstance(values, dict) or not is_closed or not _is_known(values):
        return None
    return FrontMatter(end, values, dict.fromkeys(values, 1))


def _lines(text: str) -> FrontMatter | None:
    """Two lines or more, each of a name that front matter has and its value, up to a blank line."""
    values, end = dict[str, str](), 0
    while match := _KEY_LINE.match(text, end):
        name = match[1].strip()
        if not _is_known([name]) or name in values or len(values) > _MOST_LINES:
            return None
        values[name], end = match[2].strip(), match.end()
    if len(values) < 2 or not _BLANK_LINE.match(text, end):
        return None
    return FrontMatter(end, values, {name: number for number, name in enumerate(values, start=1)})


def _between(text: str, opening: re.Pattern[str], closing: re.Pattern[str]) -> tuple[str, int] | None:
    """What stands between the two lines, and the offset after the second."""
    begin = opening.match(text)
    end = begin and closing.search(text, begin.end())
    if begin is None or end is None or _BLANK_LINE.match(text, begin.end()):
        return None
    return text[begin.end() : end.start()], end.end()


def _is_known(keys: Iterable[str]) -> bool:
    return any(field_name(key) in _KNOWN_KEYS for key in keys)


def _looks_like_keys(content: str) -> bool:
    """Whether a block that cannot be read is front matter all the same: its first line names a key."""
    first = content.lstrip().split("\n", 1)[0]
    return _is_known([first.partition(":")[0].strip("\"' ")])


def _line_of(content: str, key: str) -> int:
    """The line, from 1, on which a key of TOML stands."""
    match = re.search(
        rf"^[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*[=.]|^\[{{1,2}}{re.escape(key)}", content, re.MULTILINE
    )
    return content.count("\n", 0, match.start()) + 1 if match else 1


def _plain(value: object, depth: int) -> object:
    """A value of TOML as JSON has it."""
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list):
        return [_plain(one, depth - 1) for one in value] if depth else None
    if isinstance(value, dict):
        return {key: _plain(one, depth - 1) for key, one in value.items()} if depth else None
    return value
