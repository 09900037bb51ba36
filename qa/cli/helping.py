"""How a command's help is laid out on a narrow terminal; on others it is as typer has it."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

#: Columns below which the names of options stand on lines of their own.
NARROW = 60


class _Formatter(typer._click.HelpFormatter):
    def write_dl(self, rows: Sequence[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        super().write_dl(rows, min(col_max, self.width // 4) if self.width < NARROW else col_max, col_spacing)


class _HelpContext(typer.Context):
    formatter_class = _Formatter

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        columns = shutil.get_terminal_size().columns
        if self.terminal_width is None and columns < NARROW:
            self.terminal_width = columns - 1


class Command(TyperCommand):
    """A command with that help."""

    context_class = _HelpContext


class CommandGroup(TyperGroup):
    """The command of commands, with that help."""

    context_class = _HelpContext
