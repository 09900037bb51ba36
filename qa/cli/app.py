"""The command ``qa``: its commands, and the options of the whole."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Annotated

import typer
from typer.main import get_command
from typer.models import CommandInfo

from qa.cli.commands.asking import ask
from qa.cli.commands.looking import doctor, show, status, verify
from qa.cli.commands.making import add, index, remove
from qa.cli.commands.measuring import calibrate, evaluate
from qa.cli.helping import Command, CommandGroup

app = typer.Typer(
    name="qa",
    cls=CommandGroup,
    help="Answers questions with cited passages, word for word from your articles. Nothing is ever generated.",
    epilog="Exit codes: 0 answered, verified, evaluated or healthy; 1 the corpus does not say, or a citation, a gate "
    "or a check failed; 2 wrong usage; 3 any other error.",
    context_settings={"help_option_names": ["-h", "--help"]},
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def app_for(words: Sequence[str]) -> typer.Typer:
    """The app that can run ``words``: where they begin with the name of a command, with that command alone, because a
    question should not wait until the options of all others are prepared."""
    commands = [command for command in app.registered_commands if _name(command) in words[:1]]
    if not commands:
        return app
    narrowed = copy.copy(app)
    narrowed.registered_commands = commands
    return narrowed


def _name(command: CommandInfo) -> str:
    return command.name or str(getattr(command.callback, "__name__", ""))


def _print_version(wanted: bool) -> None:
    if wanted:
        import qa

        typer.echo(f"qa {qa.__version__}")
        raise typer.Exit


@app.callback()
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
    get_command(app).main([*([command] if command else []), "--help"], prog_name="qa", standalone_mode=False)


for one in (index, add, remove, ask, show, status, doctor, verify):
    app.command(cls=Command)(one)
app.command("eval", cls=Command)(evaluate)
app.command(cls=Command)(calibrate)
app.command("help", cls=Command)(show_help)
