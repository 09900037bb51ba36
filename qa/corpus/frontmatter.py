"""Front matter: the YAML between ``---`` lines that a file may begin with."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from qa.corpus.titles import shorten

if TYPE_CHECKING:
    import yaml

#: Bounds on front matter: its size in bytes of UTF-8, and how deep its values may nest.
MAX_BYTES, MAX_DEPTH = 64 * 1024, 20

#: Longest reason of the parser that is told, in code points: it may name any part of the YAML.
MAX_REASON = 120

_OPENING = re.compile(r"---[ \t]*(?:\r\n?|\n)")
_CLOSING = re.compile(r"(?<=[\r\n])(?:---|\.\.\.)[ \t]*(?=[\r\n]|\Z)")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """Front matter that ends at offset ``end``, its closing line included.

    ``values`` has lower-case keys; a value is a str as written, None for YAML's null, or an empty tuple for
    anything that is not a scalar. ``lines`` tells the file's line of each key. ``error`` is '' or says why
    there are no values, and ``error_line`` where.
    """

    end: int
    values: Mapping[str, object] = field(default_factory=dict)
    lines: Mapping[str, int] = field(default_factory=dict)
    error: str = ""
    error_line: int = 1


class _Mark(Protocol):
    """A place in YAML, as PyYAML's two parsers mark it."""

    line: int


class _RefusedError(Exception):
    """The YAML cannot be used. ``line`` counts from 0 within the front matter's own lines."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


def parse(text: str) -> FrontMatter | None:
    """The front matter of ``text``, or None where it does not begin with a ``---`` line that is closed later.

    Never raises for what the front matter contains; YAML tags are not acted upon and aliases are refused.
    """
    opening = _OPENING.match(text)
    closing = opening and _CLOSING.search(text, opening.end())
    if opening is None or closing is None:
        return None
    try:
        values, lines = _entries(text[opening.end() : closing.start()])
    except _RefusedError as refused:
        return FrontMatter(closing.end(), error=str(refused), error_line=refused.line + 2)
    if "lang" in values:
        values = {"language": values["lang"], **values}
        lines = {"language": lines["lang"], **lines}
    return FrontMatter(closing.end(), values, lines)


def _entries(block: str) -> tuple[dict[str, object], dict[str, int]]:
    """Values by lower-case key, and their lines in the file. Raises _RefusedError."""
    import yaml

    if len(block.encode()) > MAX_BYTES:
        raise _RefusedError(f"is longer than {MAX_BYTES // 1024} KiB", 0)
    try:
        _refuse_bombs(yaml.parse(block, Loader=yaml.SafeLoader))
        # Composed, not constructed: scalars stay as written, and no tag can run or fail.
        node = yaml.compose(block, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise _RefusedError(
            f"is not valid YAML ({shorten(str(error.problem), MAX_REASON)})", _line(error.problem_mark)
        ) from None
    except yaml.reader.ReaderError as error:
        line = block.count("\n", 0, error.position)
        raise _RefusedError("is not valid YAML (control character)", line) from None
    except (ValueError, OverflowError):
        # PyYAML lets chr() and int() fail on escapes and version numbers that are out of range.
        raise _RefusedError("is not valid YAML (number out of range)", 0) from None
    if node is None:
        return {}, {}
    if not isinstance(node, yaml.MappingNode):
        raise _RefusedError("has no 'key: value' lines", 0)
    pairs = [
        (key.value.lower(), _value(value), _line(key.start_mark) + 2)
        for key, value in node.value
        if isinstance(key, yaml.ScalarNode)
    ]
    return {key: value for key, value, _ in pairs}, {key: line for key, _, line in pairs}


def _refuse_bombs(events: Iterable[yaml.Event]) -> None:
    """Raise _RefusedError at the first alias, or value nested too deep, before anything is built from it."""
    import yaml

    depth = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise _RefusedError("has a YAML alias, which is not read", _line(event.start_mark))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise _RefusedError("is nested too deep", _line(event.start_mark))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _line(mark: _Mark | None) -> int:
    """The line of a place in the front matter, counted from 0 within its own lines."""
    return mark.line if mark else 0


def _value(node: yaml.Node) -> object:
    import yaml

    if not isinstance(node, yaml.ScalarNode):
        return ()
    return None if node.tag == "tag:yaml.org,2002:null" else node.value
