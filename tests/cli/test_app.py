"""A command's parser is the same whether those of the others are prepared too or not."""

from __future__ import annotations

import subprocess
import sys

import pytest
from typer.main import get_command

from qa.cli.app import app_for
from tests.cli.support import qa

COMMANDS = ("index", "add", "remove", "ask", "show", "status", "doctor", "verify", "eval", "calibrate", "help")


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


@pytest.mark.parametrize(("short", "long"), [("-h", "--help"), ("-V", "--version")])
def test_short_options_say_what_the_long_ones_say(short, long):
    assert qa(short) == qa(long)
    assert qa(short).code == 0


def test_the_package_is_run_as_the_command():
    done = subprocess.run([sys.executable, "-m", "qa", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == qa("--version").out
