"""The command ``qa``: its commands, and the options of the whole."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.main import get_command

from qa.cli.helping import Command, CommandGroup

#: The commands, in the order of ``qa --help``, each with its module and its function there.
COMMANDS = {
    "index": ("indexing", "index"),
    "add": ("indexing", "add"),
    "remove": ("indexing", "remove"),
    "ask": ("asking", "ask"),
    "show": ("showing", "show"),
    "status": ("status", "status"),
    "doctor": ("doctor", "doctor"),
    "verify": ("verifying", "verify"),
    "eval": ("evaluating", "evaluate"),
    "calibrate": ("calibrating", "calibrate"),
}


def app_for(words: Sequence[str]) -> typer.Typer:
    """The app that can run ``words``: where they begin with the name of a command, with that command alone, because a
    question should not wait until all others are imported and their options prepared."""
    app = typer.Typer(
        name="qa",
        cls=CommandGroup,
        help="Answers questions with cited passages, word for word from your articles. Nothing is ever generated.",
        epilog="Exit codes: 0 answered, verified, evaluated or healthy; 1 the corpus does not say, or a citation, a "
        "gate or a check failed; 2 wrong usage; 3 any other error.",
        context_settings={"help_option_names": ["-h", "--help"]},
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(_qa)
    for name in [*words[:1]] if words and words[0] in (*COMMANDS, "help") else [*COMMANDS, "help"]:
        app.command(name, cls=Command)(_function(name))
    return app


def _function(name: str) -> Callable[..., Any]:
    if name not in COMMANDS:
        return show_help
    module, function = COMMANDS[name]
    command: Callable[..., Any] = getattr(import_module(f"qa.cli.{module}"), function)
    return command


def _print_version(wanted: bool) -> None:
    if wanted:
        import qa

        typer.echo(f"qa {qa.__version__}")
        raise typer.Exit


def _qa(
    _version: Annotated[
        bool,
        typer.Option("--version", "-V", help="Print the version and exit.", callback=_print_version, is_eager=True),
    ] = False,
    _debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
) -> None:
    """Options of the whole command. ``main`` takes ``--debug`` out of the words; it is declared here for ``--help``."""


def show_help(
    command: Annotated[str | None, typer.Argument(help="A command. Default: all of them.", metavar="COMMAND")] = None,
) -> None:
    """Show how a command is used."""
    get_command(app_for([])).main([*([command] if command else []), "--help"], prog_name="qa", standalone_mode=False)
