"""A command's parser is the same whether those of the others are prepared too or not."""

from __future__ import annotations

import pytest
from typer.main import get_command

from qa.cli.app import app, app_for

COMMANDS = ("index", "add", "remove", "ask", "show", "status", "doctor", "verify", "eval", "calibrate")


def helps(words: list[str]) -> dict[str, str]:
    """The help of each command that the app for these words has."""
    commands = vars(get_command(app_for(words)))["commands"]
    contexts = {name: command.make_context(name, [], resilient_parsing=True) for name, command in commands.items()}
    return {name: commands[name].get_help(context) for name, context in contexts.items()}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_alone_is_what_it_is_among_the_others(name):
    assert helps([name, "--index", "elsewhere"]) == {name: helps([])[name]}


@pytest.mark.parametrize("words", [[], ["--help"], ["--version"], ["aks"], ["--debug", "ask"], ["evaluate"]])
def test_all_commands_are_there_unless_the_first_word_names_one(words):
    assert tuple(helps(words)) == COMMANDS


def test_the_app_itself_keeps_all_commands():
    app_for(["ask"])
    assert len(app.registered_commands) == len(COMMANDS)
