"""Articles are untrusted: what they hold is shown, and never acted upon."""

from __future__ import annotations

import json

import pytest

from tests.cli.conftest import CLEAR, CSI, HOSTILE_NAME, HOSTILE_RECORD, HOSTILE_TEXT, RED, RTL, TITLE, Indexed
from tests.cli.support import Ran, qa, qa_with_terminal, words_of

RAW = (CLEAR, RED, TITLE, CSI, RTL, "\x1b", "\x9b", "\x07", "\u202e")
LIGHTHOUSE, FERRY = "Who repainted the lighthouse at Skarholm?", "When does the ferry to Vestmark depart?"


def assert_nothing_raw(text: str) -> None:
    assert [sign for sign in RAW if sign in text] == []


@pytest.fixture(scope="module")
def lighthouse(bad_inputs: Indexed) -> Ran:
    return bad_inputs.ask(LIGHTHOUSE, "-k", "1")


@pytest.fixture(scope="module")
def ferry(bad_inputs: Indexed) -> Ran:
    return bad_inputs.ask(FERRY, "-k", "1", "--explain")


def test_escape_codes_in_an_article_are_shown_as_escapes(lighthouse):
    assert_nothing_raw(lighthouse.out)
    assert "\\x1b[31mwas\\x1b[2J repainted" in words_of(lighthouse.out)
    assert "\\x9b31m its" in words_of(lighthouse.out)


def test_a_text_direction_override_is_shown_as_an_escape(lighthouse):
    assert "\\u202ekeeper." in words_of(lighthouse.out)


def test_a_carriage_return_does_not_overwrite_what_stands_before(lighthouse):
    assert "\r" not in lighthouse.out
    assert "keeper." in lighthouse.out


def test_markup_in_an_article_is_shown_as_it_stands(lighthouse, ferry):
    assert "[bold red]in spring[/]" in words_of(lighthouse.out)
    assert "[red]nine[/red]" in words_of(ferry.out)


def test_a_file_name_is_shown_on_one_line_with_its_escapes(lighthouse):
    assert "'hostile\\x1b[2J[bold red] name.txt:L1'" in words_of(lighthouse.out)


def test_escape_codes_in_title_source_and_id_are_shown_as_escapes(ferry):
    assert_nothing_raw(ferry.out)
    assert "1. The [blink]ferry[/blink] \\x1b]0;owned\\x07timetable" in words_of(ferry.out)
    assert "Harbour \\x9b31mOffice" in words_of(ferry.out)
    assert "record\\u202e:L1" in words_of(ferry.out)


def test_a_terminal_gets_no_escape_codes_but_our_own(bad_inputs):
    for question in (LIGHTHOUSE, FERRY):
        ran = qa_with_terminal("ask", question, "-k", "1", "--index", bad_inputs.index)
        ours = ran.out.replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "")
        assert_nothing_raw(ours)
        assert ours != ran.out


def test_problems_with_hostile_names_are_told_on_one_line_without_raw_codes(bad_inputs):
    assert_nothing_raw(bad_inputs.ran.err)
    assert bad_inputs.ran.out == ""


def test_listing_documents_prints_one_line_each_without_raw_codes(bad_inputs):
    ran = qa("status", "--documents", "--index", bad_inputs.index)
    assert_nothing_raw(ran.out)
    assert "hostile\\x1b[2J[bold red] name.txt" in ran.out.splitlines()
    assert len(ran.out.splitlines()) == qa("status", "--json", "--index", bad_inputs.index).json["documents"]


def test_showing_a_slice_shows_escapes(bad_inputs):
    ran = qa("show", f"{HOSTILE_NAME}:0-60", "--index", bad_inputs.index)
    assert_nothing_raw(ran.out)
    assert "\\x1b[31mwas" in words_of(ran.out)


def test_showing_a_document_on_a_terminal_shows_escapes(bad_inputs):
    ran = qa_with_terminal("show", HOSTILE_NAME, "--index", bad_inputs.index)
    assert_nothing_raw(ran.out)
    assert "\\x1b[31mwas\\x1b[2J repainted" in words_of(ran.out)


def test_a_document_goes_into_a_pipe_exactly(bad_inputs):
    assert qa("show", HOSTILE_NAME, "--index", bad_inputs.index).out == HOSTILE_TEXT
    assert qa("show", HOSTILE_RECORD["id"], "--index", bad_inputs.index).out == HOSTILE_RECORD["text"]


def test_an_unknown_document_is_named_without_raw_codes(bad_inputs):
    ran = qa("show", f"no{CLEAR}{CSI}\nsuch", "--index", bad_inputs.index)
    assert ran.code == 3
    assert_nothing_raw(ran.err)
    assert len(ran.complaints) == 1


def test_json_keeps_the_exact_text(bad_inputs):
    quote = bad_inputs.ask(LIGHTHOUSE, "--json").json["citations"][0]["quote"]
    assert quote["text"] == HOSTILE_TEXT[quote["start"] : quote["end"]]
    assert RED in quote["text"]


def test_json_escapes_whatever_steers_a_terminal(bad_inputs):
    assert_nothing_raw(bad_inputs.ask(LIGHTHOUSE, "--json").out)


def test_the_list_of_documents_as_json_escapes_them_and_gives_them_back(bad_inputs):
    ran = qa("status", "--documents", "--json", "--index", bad_inputs.index)
    assert_nothing_raw(ran.out)
    sources = {row["id"]: row["source"] for row in map(json.loads, ran.out.split("\n")[:-1])}
    assert sources[HOSTILE_RECORD["id"]] == HOSTILE_RECORD["source"]
    assert HOSTILE_NAME in sources


def test_the_status_as_json_escapes_paths_and_gives_them_back(bad_inputs, tmp_path):
    hostile = tmp_path / f"index{RTL}{CSI}"
    hostile.symlink_to(bad_inputs.index)
    ran = qa("status", "--json", "--index", hostile)
    assert_nothing_raw(ran.out)
    assert ran.json["index"] == str(hostile)


def test_the_status_for_people_shows_paths_with_escapes(bad_inputs, tmp_path):
    hostile = tmp_path / f"index{RTL}{CSI}\n"
    hostile.symlink_to(bad_inputs.index)
    ran = qa("status", "--index", hostile)
    assert_nothing_raw(ran.out)
    assert ran.out.startswith(f"index       {tmp_path}/index\\u202e\\x9b31m\\n\n")
