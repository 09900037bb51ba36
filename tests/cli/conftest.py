"""Indexes that several tests look at. Building one loads the model, which takes seconds: each is built once."""

from __future__ import annotations

import functools
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import qa as library
from tests.cli.support import Ran, qa
from tests.support import SHARED

Ask = Callable[..., Ran]

ALMAGRO = "what did Almagro request?"
ROUTER = "How do I reset my router password?"

#: What steers a terminal: clear the screen, colour, a window title, the one-character form, right-to-left override.
CLEAR, RED, TITLE, CSI, RTL = "\x1b[2J", "\x1b[31m", "\x1b]0;owned\x07", "\x9b31m", "\u202e"
HOSTILE_NAME = "hostile\x1b[2J[bold red]\nname.txt"
HOSTILE_TEXT = (
    f"The lighthouse at Skarholm {RED}was{CLEAR} repainted [bold red]in spring[/] by{CSI} its {RTL}keeper.\r"
    "Overwritten.\n"
)
HOSTILE_RECORD = {
    "id": f"record{RTL}",
    "title": f"The [blink]ferry[/blink] {TITLE}timetable",
    "source": f"Harbour {CSI}Office",
    "text": f"The ferry to Vestmark departs{CSI} at [red]nine[/red] every {CLEAR}morning.",
}


@pytest.fixture(scope="session")
def ask(corpus_index: Path) -> Ask:
    """``qa ask`` on the sample corpus; the same question is asked only once."""

    @functools.cache
    def run(*words: str) -> Ran:
        return qa("ask", *words, "--index", corpus_index)

    return run


@dataclass(frozen=True)
class Indexed:
    """A folder of articles, the index made of it, and what ``qa index`` said."""

    articles: Path
    index: Path
    ran: Ran

    def ask(self, question: str, *options: str) -> Ran:
        return qa("ask", question, *options, "--index", self.index)

    def lines_about(self, name: str) -> list[str]:
        """The lines on stderr that name the file ``name`` of the articles, or one of its lines."""
        where = f"qa: {self.articles / name}:"
        return [line for line in self.ran.complaints if line.startswith(where)]


@pytest.fixture(scope="session")
def bad_inputs(tmp_path_factory: pytest.TempPathFactory) -> Indexed:
    """Good articles among everything that can be wrong with a folder of articles, indexed once."""
    root = tmp_path_factory.mktemp("bad inputs")
    articles = root / "articles"
    articles.mkdir()
    _write_good(articles)
    _write_bad(articles)
    _write_jsonl(articles / "records.jsonl")
    (articles / HOSTILE_NAME).write_bytes(HOSTILE_TEXT.encode())
    return Indexed(articles, root / "index", qa("index", articles, "--index", root / "index"))


def _write_good(articles: Path) -> None:
    (articles / "a-plain.txt").write_bytes(b"The bakery in Holmby sells saffron buns on Fridays.\n")
    (articles / "bom.txt").write_bytes("\ufeffDie Brücke über die Ostrach öffnet im März.\n".encode())
    (articles / "cp1252.txt").write_bytes("The café “Chez Zöe” – closed on Mondays – serves crêpes.\n".encode("cp1252"))
    (articles / "utf16.txt").write_bytes("El museo de Coruña expone azulejos antiguos.\n".encode("utf-16"))


def _write_bad(articles: Path) -> None:
    (articles / "empty.txt").write_bytes(b"")
    (articles / "blank.md").write_bytes(b" \n\t\r\n \n")
    (articles / "binary.txt").write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")
    (articles / "undecodable.txt").write_bytes(b"\xff\xfeT\x00h\x00e\x00\x00\xd8")  # UTF-16, cut within a character
    (articles / "dangling.txt").symlink_to("nowhere.txt")
    (articles / "loop").symlink_to(".")
    (articles / os.fsdecode(b"latin-\xe9.txt")).write_text("An article whose name is not UTF-8.")
    for name in ("README.md", ".hidden.txt"):
        (articles / name).write_text("This is passed over.")
    for name in ("one.xcf", "two.xcf", "three.wpd"):
        (articles / name).write_bytes(b"not read")


def _write_jsonl(file: Path) -> None:
    lines = [
        json.dumps({"_id": "r1", "title": "Harbour", "text": "The harbour of Ulvik froze in January."}),
        '{"id": "r2", "text": "cut off',
        json.dumps({"id": "r3", "title": "No article"}),
        json.dumps({"id": "r1", "text": "The second r1 tells of turnips."}),
        json.dumps({"id": "a-plain.txt", "text": "This one took a file's id and tells of parsnips."}),
        json.dumps(HOSTILE_RECORD),
        json.dumps({"id": "map", "text": "The archive of Tarnby keeps twelve maps."}),
        json.dumps({"id": "map:4-11", "text": "The observatory of Kelling lends telescopes."}),
        json.dumps({"id": "r9", "text": "The windmill of Dorpe grinds buckwheat."}),
    ]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


@dataclass(frozen=True)
class Updated:
    """An index that was built, built again, updated after changes, and rebuilt with another setting."""

    articles: Path
    index: Path
    first: Ran
    again: Ran
    stale: Ran  # qa status --json, the articles having changed
    stale_for_people: Ran
    after_changes: Ran
    asked_changed: Ran
    asked_removed: Ran
    fresh: Ran  # qa status --json, the index being up to date
    fresh_for_people: Ran
    after_setting: Ran
    damaged: Ran  # qa ask, a file of the index being damaged
    repaired: Ran  # qa index --rebuild
    asked_repaired: Ran


@pytest.fixture(scope="session")
def updated(tmp_path_factory: pytest.TempPathFactory) -> Updated:
    """Every stage of an index's life, each run once."""
    root = tmp_path_factory.mktemp("updated")
    articles, index = root / "articles", root / "index"
    articles.mkdir()
    (articles / "bakery.txt").write_text("The bakery in Holmby sells saffron buns on Fridays.\n")
    (articles / "ferry.txt").write_text("The ferry to Vestmark departs at nine every morning.\n")
    (articles / "library.txt").write_text("The library of Tarnby lends maps. It closes at noon.\n")
    first = qa("index", articles, "--index", index)
    again = qa("index", "--index", index)
    (articles / "bakery.txt").write_text("The bakery in Holmby burned down on Sunday night.\n")
    (articles / "ferry.txt").unlink()
    (articles / "windmill.txt").write_text("The windmill of Dorpe grinds buckwheat in autumn.\n")
    return Updated(
        articles=articles,
        index=index,
        first=first,
        again=again,
        stale=qa("status", "--json", "--index", index),
        stale_for_people=qa("status", "--index", index),
        after_changes=qa("index", "--index", index),
        asked_changed=qa("ask", "What burned down in Holmby?", "--json", "--index", index),
        asked_removed=qa("ask", "When does the ferry to Vestmark depart?", "--json", "--index", index),
        fresh=qa("status", "--json", "--index", index),
        fresh_for_people=qa("status", "--index", index),
        after_setting=qa("index", "--max-tokens", "40", "--index", index),
        damaged=_damage(index),
        repaired=qa("index", "--rebuild", "--index", index),
        asked_repaired=qa("ask", "What burned down in Holmby?", "--json", "--index", index),
    )


def _damage(index: Path) -> Ran:
    flip_a_byte(next(index.rglob("passages.f16")))
    return qa("ask", "What burned down in Holmby?", "--index", index)


def flip_a_byte(file: Path) -> None:
    """Damages a file as a failing disk would: its size stays."""
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 0xFF
    file.unlink()  # a generation may share its files with another one
    file.write_bytes(data)


@pytest.fixture(scope="session")
def real_articles(tmp_path_factory: pytest.TempPathFactory) -> Iterator[library.Index]:
    """An index of the five real articles, which are not part of the repository."""
    articles = SHARED / "articles"
    if not articles.is_dir():
        pytest.skip(f"{articles} is not there: the five real articles are not part of the repository")
    with library.build(articles, tmp_path_factory.mktemp("real") / "index") as index:
        yield index
