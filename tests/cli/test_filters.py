"""Filters on the command line say what they leave out."""

from __future__ import annotations

from pathlib import Path

import pytest

import qa as library
from tests.cli.support import Ran, words_of
from tests.cli.support import qa as run_qa

LEVY = "---\ntitle: Levy raised\n---\nThe council of Port Selden raised the levy to five crowns.\n"
QUAY = """---
title: Northern quay closed
date: 2023-03-14
source: El País
author: Zoë Lund
tags: [port, harbour]
---
The northern quay of Port Selden is closed until December.
"""
CLOSED = "Is the northern quay closed?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("filters")
    (folder / "in").mkdir()
    (folder / "in" / "levy.md").write_text(LEVY)
    (folder / "in" / "quay.md").write_text(QUAY)
    assert run_qa("index", "in", "--index", "ix", cwd=folder).code == 0
    return folder / "ix"


def ask(index: Path, *words: str) -> Ran:
    return run_qa("ask", *words, "-k", "1", "--index", str(index))


def test_a_source_is_found_without_its_accent(index):
    assert "northern quay" in ask(index, CLOSED, "--source", "El Pais").out


def test_fields_of_the_front_matter_are_filters(index):
    assert "northern quay" in ask(index, CLOSED, "--where", "author=zoe", "--where", "tags=port").out
    assert "No article passes the filters." in ask(index, CLOSED, "--where", "author=holm").out


def test_articles_without_a_date_that_are_left_out_are_told(index):
    assert "1 article without a date was left out." in ask(index, "Who raised the levy?", "--since", "2023").out


def test_where_nothing_is_left_it_is_said(index):
    assert "No article passes the filters." in ask(index, CLOSED, "--since", "2024").out
    output = ask(index, CLOSED, "--source", "Reuters").out
    assert "No source contains what was asked for; sources: El País." in output


def test_a_reversed_range_is_wrong_usage(index):
    ran = ask(index, CLOSED, "--since", "2024-08", "--until", "2024-01")
    assert (ran.code, ran.out) == (2, "")
    assert "since 2024-08 is after until 2024-01; give the earlier day to since" in ran.err


def test_json_tells_what_the_filters_left(index):
    assert ask(index, CLOSED, "--since", "2023", "--json").json["filtered"] == {
        "documents": 1,
        "undated": 1,
        "sources": [],
        "fields": [],
    }


FIELDS = "No article has the field that was asked for; fields: author, date, id, path, source, tags, title."


def test_a_field_that_no_article_has_is_answered_with_those_that_there_are(index):
    """Once it said only that no article passes the filters."""
    assert FIELDS in words_of(ask(index, CLOSED, "--where", "autor=zoe").out)
    batch = run_qa("ask", "-", "--where", "autor=zoe", "--index", str(index), stdin=f"{CLOSED}\n{CLOSED}\n".encode())
    assert words_of(batch.out).count(FIELDS) == 2
    told = ask(index, CLOSED, "--where", "autor=zoe", "--json").json["filtered"]
    assert told["fields"] == ["author", "date", "id", "path", "source", "tags", "title"]
    with library.open(index) as opened:
        answer = opened.ask(CLOSED, where={"autor": "zoe"})
    assert answer.filtered
    assert answer.filtered.notes == (FIELDS,)
    assert FIELDS in answer._repr_html_()


def test_a_field_that_some_article_has_is_there(index):
    """No article has a language, and one has an author: a field of the articles is one that any of them has."""
    assert "fields: author" in words_of(ask(index, CLOSED, "--where", "language=en").out)
    assert "fields:" not in ask(index, CLOSED, "--where", "author=nobody").out
    assert "No article passes the filters." in ask(index, CLOSED, "--where", "author=nobody").out


def test_a_batch_goes_on_after_a_line_that_cannot_be_asked(index):
    ran = run_qa(
        "ask",
        "-",
        "-k",
        "1",
        "--index",
        str(index),
        stdin=b"Is the northern quay closed?\n\xff\xfe\nWho raised the levy?\n",
    )
    assert ran.code == 2
    assert "line 2 of stdin: the question is not valid Unicode" in ran.err
    assert ran.out.count("confidence") == 2
    assert "> Who raised the levy?" in ran.out
