"""Records that call their fields otherwise: told once, kept by the index, and verified without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import qa
from qa.corpus.field_names import made_by, names_in, renamed
from tests.cli.support import qa as command

STORIES = [
    {"nid": 7, "titel_kurz": "Quay closed", "story": "The northern quay is closed until May.", "day": "2023-03-14"},
    {"nid": 8, "titel_kurz": "Grain", "story": "From May on, grain is loaded at the southern quay.", "text": ""},
]
NAMES = ("--field", "text=story", "--field", "id=nid", "--field", "title=titel_kurz", "--field", "date=day")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl").write_text("".join(json.dumps(story) + "\n" for story in STORIES))
    rows = ["nid,story", "9,Ferries sail from the eastern lock on Sundays."]
    (tmp_path / "in" / "b.csv").write_text("\n".join(rows))
    (tmp_path / "in" / "c.json").write_text(json.dumps([{"nid": 10, "text": "The crane was sold to a museum."}]))
    return tmp_path / "in"


def test_without_their_names_one_line_says_what_to_do(folder: Path) -> None:
    ran = command("index", folder, "--index", folder.parent / "ix")
    assert "has no text; its fields: nid, titel_kurz, story, day" in ran.err
    assert "name it: qa index --field text=NAME" in ran.err


def test_they_are_told_once_and_kept_and_an_answer_is_verified_without_the_index(folder: Path, tmp_path: Path) -> None:
    ix = tmp_path / "ix"
    ran = command("index", folder, "--index", ix, *NAMES)
    assert (ran.code, ran.err.count("\n")) == (0, 1), ran.err
    with qa.open(ix) as index:
        stories = {one.id: one for one in map(index.document, ("7", "8", "9", "10"))}
        assert [one.text for one in stories.values()][:2] == [story["story"] for story in STORIES]
        assert (stories["7"].title, stories["7"].date, stories["9"].date) == ("Quay closed", "2023-03-14", None)
        assert stories["7"].meta == {}
        answer = index.ask("When is the northern quay closed?", k=1)
    assert {one.status for one in qa.verify(answer, corpus=folder).citations} == {"exact"}
    assert {one.status for one in qa.verify(answer).citations} == {"exact"}
    (folder / "d.jsonl").write_text('{"nid": 11, "story": "The lock was opened by the harbour master."}\n')
    again = command("index", "--index", ix)
    assert "1 added, 0 changed, 0 removed, 4 unchanged" in again.err
    assert command("status", "--index", ix).code == 0


def test_other_names_read_the_records_anew(folder: Path, tmp_path: Path) -> None:
    assert command("index", folder, "--index", tmp_path / "ix", *NAMES).code == 0
    ran = command("index", "--index", tmp_path / "ix", "--field", "text=titel_kurz")
    assert "rebuilt, because the settings have changed: field_names" in ran.err
    with qa.open(tmp_path / "ix") as index:
        assert {one.text for one in map(index.document, ("a.jsonl:1", "a.jsonl:2"))} == {"Quay closed", "Grain"}


@pytest.mark.parametrize("option", ["text", "=story", "text=", "body=story"])
def test_what_names_no_field_is_wrong_usage(folder: Path, tmp_path: Path, option: str) -> None:
    ran = command("index", folder, "--index", tmp_path / "ix", "--field", option)
    assert ran.code == 2
    assert ran.err.count("\n") == 1
    assert not (tmp_path / "ix").exists()


def test_a_field_of_that_name_that_is_another_one_gives_way() -> None:
    names = (("text", "story"), ("title", "none"))
    assert renamed({"text": "old", "story": "new", "title": "A"}, names) == {"text": "new", "title": "A"}
    assert names_in(made_by(names)) == names


@pytest.mark.parametrize(
    "extractor", [None, "", "pdf 2", "fields", "fields {", "fields []", 'fields {"text": 1}', 'fields {"a": "b"}']
)
def test_anything_else_in_an_answer_names_nothing(extractor: str | None) -> None:
    assert names_in(extractor) == ()
