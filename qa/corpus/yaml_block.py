"""A block of YAML from a stranger -> its values, and the line of each. No tag is acted upon, and no alias followed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from qa.corpus.titles import shorten

if TYPE_CHECKING:
    import yaml

#: Bounds on a block: its size in bytes of UTF-8, and how deep its values may nest.
MAX_BYTES, MAX_DEPTH = 64 * 1024, 20

#: Longest reason of the parser that is told, in code points: it may name any part of the YAML.
MAX_REASON = 120

_PLAIN_LINE = re.compile(r"([A-Za-z_][\w -]{0,60}):[ \t]+(\S.*)")
_LETTER = re.compile(r"\w")


class Entry(NamedTuple):
    """A value of the block (text as written, None for null, lists and mappings of them) and its line, from 0."""

    value: object
    line: int


class RefusedError(Exception):
    """The block cannot be used. ``line`` counts from 0."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(what)
        self.line = line


class _YamlMark(Protocol):
    """A place in YAML, as PyYAML's two parsers mark it."""

    line: int


def entries(block: str) -> dict[str, Entry] | None:
    """The entries by key; None where the block is no mapping. Raises RefusedError."""
    import yaml

    if len(block.encode()) > MAX_BYTES:
        raise RefusedError(f"is longer than {MAX_BYTES // 1024} KiB", 0)
    try:
        _refuse_bombs(yaml.parse(block, Loader=yaml.SafeLoader))
        # Composed, not constructed: scalars stay as written, and no tag can run or fail.
        node = yaml.compose(block, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        raise RefusedError(
            f"is not valid YAML ({shorten(str(error.problem), MAX_REASON)})", _line(error.problem_mark)
        ) from None
    except yaml.reader.ReaderError as error:
        line = block.count("\n", 0, error.position)
        raise RefusedError("is not valid YAML (control character)", line) from None
    except (ValueError, OverflowError):
        # PyYAML lets chr() and int() fail on escapes and version numbers that are out of range.
        raise RefusedError("is not valid YAML (number out of range)", 0) from None
    if not isinstance(node, yaml.MappingNode):
        return None if node is not None else {}
    return {
        key.value: Entry(_value(value), _line(key.start_mark))
        for key, value in node.value
        if isinstance(key, yaml.ScalarNode)
    }


def plain_lines(block: str) -> dict[str, Entry]:
    """The ``key: value`` lines at the margin of a block that is no valid YAML, such as one with an unquoted colon."""
    matches = ((_PLAIN_LINE.fullmatch(line.rstrip()), number) for number, line in enumerate(block.split("\n")))
    return {
        match[1]: Entry(_unquoted(match[2]), number) for match, number in matches if match and _LETTER.search(match[2])
    }


def _unquoted(value: str) -> str:
    is_quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "\"'"
    return value[1:-1] if is_quoted else value


def _refuse_bombs(events: Iterable[yaml.Event]) -> None:
    """Raises RefusedError at the first alias, or value nested too deep, before anything is built from it."""
    import yaml

    depth = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise RefusedError("has a YAML alias, which is not read", _line(event.start_mark))
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MAX_DEPTH:
                raise RefusedError("is nested too deep", _line(event.start_mark))
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1


def _line(mark: _YamlMark | None) -> int:
    """The line of a place in the block, counted from 0."""
    return mark.line if mark else 0


def _value(node: yaml.Node) -> object:
    import yaml

    if isinstance(node, yaml.SequenceNode):
        return [_value(one) for one in node.value]
    if isinstance(node, yaml.MappingNode):
        return {key.value: _value(value) for key, value in node.value if isinstance(key, yaml.ScalarNode)}
    return None if node.tag == "tag:yaml.org,2002:null" else node.value
