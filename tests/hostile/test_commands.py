"""Real processes over hostile articles: nothing steers the terminal, no network is reached for, nothing is unpickled.

``tests/cli/test_untrusted_articles.py`` has pipes; these are terminals, and the commands that are not there. Every
process runs with a guard that refuses networks and unpickling and writes them down (``guard/sitecustomize.py``), in a
network of its own that leads nowhere where the system allows one, and with an empty home.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import HOSTILE_NAME, HOSTILE_RECORD
from tests.cli.support import Ran, environment, words_of
from tests.hostile.conftest import MILL, Watched, without_network
from tests.hostile.flow import assert_harmless

STEERING = "no\x1b[2J\u202e\x9b31m"
SEARCH = "import sys, qa; print([hit.passage.text for hit in qa.open(sys.argv[1]).search(sys.argv[2])])"
LIGHTHOUSE = "Who repainted the lighthouse at Skarholm?"

#: What we send ourselves: bold, dim and colour; and for the progress bar, the cursor's moves and the wiping of a line.
_BAR = re.compile(r"reading \u2501+\s*")
_OURS = re.compile(r"\r?\x1b\[(?:[0-9;]*m|\?25[hl]|[0-9]*A|2K)\r?")


def without_ours(shown: str) -> str:
    return _OURS.sub("", shown)


def test_problems_above_the_progress_bar(indexed: Ran) -> None:
    assert (indexed.code, indexed.out) == (0, "")
    shown = without_ours(indexed.err)
    assert_harmless(shown)
    flowing = words_of(_BAR.sub("", shown))
    # The lines are as wide as the terminal, which breaks them in words too where a path is long; after each of them the
    # bar is drawn anew.
    assert "\\x1b[2J\\x9b31m\\u202e[red].txt:hasnotext" in "".join(_BAR.sub("", shown).split())
    assert "is not valid JSON" in flowing
    assert "its name is not valid UTF-8" in flowing
    assert "3 documents" in flowing


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    "words",
    [
        ("ask", "What does the windmill of Dorpe grind?", "--explain"),
        ("ask", LIGHTHOUSE, "--json"),
        ("ask", "Who is Nica\x1b[2J\u202eragua?"),
        ("show", f"{HOSTILE_NAME}:4-60"),
        ("status",),
        ("status", "--documents"),
    ],
    ids=lambda words: ascii(" ".join(words))[:40],
)
def test_on_a_terminal(watched: Watched, words: tuple[str, ...]) -> None:
    ran = watched.qa_with_terminal(*words, "--index", watched.index)
    assert ran.code in (0, 1)
    assert ran.out.strip()
    assert_harmless(without_ours(ran.out))
    assert ran.err == ""


@pytest.mark.usefixtures("indexed")
@pytest.mark.parametrize(
    "words",
    [
        ("--debug", "show", STEERING),
        (STEERING,),
        ("ask", f"--{STEERING}", "what?"),
        ("ask", "--since", STEERING, "what?"),
        ("index", STEERING),
        ("verify", STEERING),
    ],
    ids=lambda words: ascii(" ".join(words))[:30],
)
def test_errors_on_a_terminal(watched: Watched, words: tuple[str, ...]) -> None:
    option = ("--index", watched.index) if len(words) > 1 else ()
    ran = watched.qa_with_terminal(*words, *option, stream="stderr")
    assert ran.code in (2, 3)
    assert ran.out == ""
    assert_harmless(without_ours(ran.err))
    assert "no\\x1b[2J\\u202e\\x9b31m" in ran.err
    assert re.search("^qa: ", without_ours(ran.err).splitlines()[-1])


@pytest.mark.usefixtures("indexed")
def test_verifying_and_evaluating_on_a_terminal(watched: Watched) -> None:
    exported, gold = watched.root / "answer.json", watched.root / "gold.jsonl"
    exported.write_text(watched.qa("ask", LIGHTHOUSE, "--json", "--index", watched.index).out)
    facts = {HOSTILE_RECORD["id"]: HOSTILE_RECORD["text"], "mill.md": MILL}
    gold.write_text("\n".join(json.dumps(fact(name, quote)) for name, quote in facts.items()))
    commands: list[tuple[str | Path, ...]] = [("verify", exported), ("verify", exported, "--json"), ("eval", gold)]
    for words in commands:
        ran = watched.qa_with_terminal(*words, "--index", watched.index)
        assert ran.code == 0, ran.err
        assert_harmless(without_ours(ran.out))


def fact(name: str, quote: str) -> dict[str, object]:
    """A gold question that is as hostile as its article."""
    gold = [{"doc": name, "quote": quote}]
    return {
        "id": f"of {name}\u202e",
        "question": f"Who {quote}?",
        "answerable": True,
        "kind": "\u202efact",
        "gold": gold,
    }


def python(watched: Watched, code: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [*without_network(), sys.executable, "-c", code, *arguments]
    return subprocess.run(command, env=environment(watched.env), capture_output=True, text=True, check=False)


def test_the_whole_flow_reaches_no_network_and_unpickles_nothing(watched: Watched, indexed: Ran) -> None:
    """Nothing in the environment keeps the model's libraries from it: they have no reason to."""
    option = ("--index", watched.index)
    exported, gold = watched.root / "flow.json", watched.root / "flow.jsonl"
    asked = watched.qa("ask", LIGHTHOUSE, "--json", *option)
    exported.write_text(asked.out)
    gold.write_text(json.dumps(fact("mill.md", MILL)))
    (watched.articles / "zoo.txt").write_text("The zoo of Lund has two otters.")
    runs = [
        indexed,
        asked,
        watched.qa("ask", "-", *option, stdin=LIGHTHOUSE.encode()),
        watched.qa("verify", exported, *option),
        watched.qa("status", *option),
        watched.qa("eval", gold, "--json", *option),
        watched.qa("index", *option),
    ]
    assert [ran.code for ran in runs] == [0] * len(runs), runs
    assert "1 added" in runs[-1].err
    searched = python(watched, SEARCH, watched.index, "otters")
    assert "two otters" in searched.stdout, searched.stderr
    events = watched.events()
    assert [event for event in events if "refused" in event] == []
    assert len([event for event in events if "watching" in event]) >= len(runs) + 1


@pytest.mark.parametrize(
    "code",
    [
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import socket; socket.getaddrinfo('localhost', 80)",
        "import urllib.request; urllib.request.urlopen('http://127.0.0.1:9/')",
        "import pickle, pathlib; pickle.loads(pickle.dumps(pathlib.Path('a')))",
    ],
    ids=["connect", "look up", "request", "unpickle"],
)
def test_the_guard_refuses_and_tells(tmp_path: Path, code: str) -> None:
    alone = Watched(tmp_path)
    ran = python(alone, code)
    assert ran.returncode == 1
    assert "the guard refuses" in ran.stderr
    assert any("refused" in event for event in alone.events())
