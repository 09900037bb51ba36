"""What could steer a terminal or a page is shown as an escape, and comes back from JSON as it was."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.escaping import escaped, harmless, has_control, json_text, one_line, printable

#: Clear the screen in both forms, delete, line separator, and every mark that turns text around (UAX #9, table 1).
MARKS = (
    *("\x1b", "\x9b", "\x7f", "\u2028", "\u061c", "\u200e", "\u200f"),
    *("\u202a", "\u202b", "\u202c", "\u202d", "\u202e", "\u2066", "\u2067", "\u2068", "\u2069"),
)

#: Valid Unicode with what steers in it more often than chance would have it.
texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from([*MARKS, "\\", '"', "\n"]))


@pytest.mark.parametrize("mark", MARKS, ids=ascii)
def test_a_mark_is_escaped_with_its_four_digits(mark) -> None:
    assert harmless(f"a{mark}é") == f"a\\u{ord(mark):04x}é"


@pytest.mark.parametrize("text", ["", "Guaidó\tpidió\r\n«más»", "a\u00a0b", "السلام", "שלום", "👍🏽", "a\u200db"])
def test_letters_blanks_and_line_ends_stay(text) -> None:
    assert harmless(text) == text


def test_a_lone_surrogate_can_be_written_afterwards() -> None:
    assert harmless("a\ud800") == "a\\ud800"


@given(texts, texts, st.sampled_from([None, 2]))
def test_json_gives_back_what_was_put_in(name, value, indent) -> None:
    text = json_text({name: [value, 1.5, None]}, indent)
    assert json.loads(text) == {name: [value, 1.5, None]}
    assert [mark for mark in MARKS if mark in text] == []
    assert {c for c in text if unicodedata.category(c) == "Cc"} <= {"\n"}


def test_json_keeps_letters_readable() -> None:
    assert json_text({"título": "Guaidó\u202e"}) == '{"título": "Guaidó\\u202e"}'


@pytest.mark.parametrize("text", ["\0", "a\tb", "a\n", "\x1b", "\x7f", "\x9b"], ids=ascii)
def test_control_characters_are_found(text) -> None:
    assert has_control(text)


@given(texts)
def test_control_characters_are_those_that_unicode_calls_so(text) -> None:
    assert has_control(text) == any(unicodedata.category(character) == "Cc" for character in text)


def test_escaped_shows_line_ends_and_unusual_blanks_too() -> None:
    assert escaped("a b\n\x1b\u00a0\u202eé") == r"a b\n\x1b\xa0\u202eé"


def test_printable_keeps_line_feeds_tabs_and_blanks() -> None:
    assert printable("a\tb\n\x1b\u00a0\u202eé\r") == "a\tb\n\\x1b\u00a0\\u202eé\\r"


def test_one_line_makes_every_run_of_white_space_a_blank() -> None:
    assert one_line(" a \n\r\n\u2028b\t\x1b[2Jc\u202e ") == r"a b \x1b[2Jc\u202e"
