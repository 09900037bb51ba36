"""What a converter gives of an article: its text, what it tells of itself, and where the text stands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib.metadata import version
from typing import NamedTuple

from qa.corpus.problem import UnreadableError

_BLANKS = re.compile(r"[ \t\u00a0]*\n[ \t\u00a0]*")


class Attachment(NamedTuple):
    """A file that is in another one, as attachments are in a message: its name, and what it holds."""

    name: str
    data: bytes


class Extract(NamedTuple):
    """``values`` are named as front matter names them (``title``, ``date``, ``author`` …); ``places`` are ``(offset,
    place)``, from which offset in ``text`` on something stands on which page or in which chapter. ``lines`` are all
    that the file has, where more of an export of several articles is seen in them than in ``text``."""

    text: str
    values: Mapping[str, object]
    places: tuple[tuple[int, Mapping[str, object]], ...] = ()
    lines: str = ""
    attachments: tuple[Attachment, ...] = ()


@cache
def extractor(name: str, libraries: tuple[str, ...]) -> str:
    """What makes the text of a format's files, with every version that it depends on: ``pdf 2, pypdfium2 5.15.0``."""
    return ", ".join([name, *(f"{library} {version(library)}" for library in libraries)])


class DamagedError(UnreadableError):
    """The file is not what its extension says, or no longer."""

    def __init__(self) -> None:
        super().__init__("is damaged, or not what its extension says", "open it and save it again")


@contextmanager
def any_input() -> Iterator[None]:
    """Whatever a library raises for what a file holds is a DamagedError: none of them says all that it may raise."""
    try:
        yield
    except UnreadableError:
        raise
    except Exception as error:
        raise DamagedError from error


def paragraphs(blocks: Iterable[str]) -> str:
    """The blocks that are not blank, each with its lines trimmed, a blank line between them."""
    trimmed = (_BLANKS.sub("\n", block).strip() for block in blocks)
    return "\n\n".join(block for block in trimmed if block)


def table_rows(rows: Iterable[Iterable[str]]) -> str:
    """A table as Markdown writes it: a row a line, its header ruled off. What has one column only is no table, but a
    frame around paragraphs."""
    cells = [[" ".join(cell.split()) for cell in row] for row in rows]
    if all(len(row) < 2 for row in cells):
        return "\n\n".join(cell for row in cells for cell in row if cell)
    lines = [f"| {' | '.join(row)} |" for row in cells]
    if len(lines) > 1:
        lines.insert(1, "|" + "---|" * (lines[0].count(" | ") + 1))
    return "\n".join(lines)
