"""What answers print for ``qa show``, and what it takes."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

import qa
from qa.cli.locators import Locator, lines_of, locator, parsed, span_of
from qa.types import Document, Excerpt

TEXT = "one\ntwo\n\nfour\n"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a.md:L7-L8", Locator("a.md", True, 7, 8)),
        ("a.md:L7-8", Locator("a.md", True, 7, 8)),
        ("a.md:L7", Locator("a.md", True, 7, 7)),
        ("a.md:7-8", Locator("a.md", False, 7, 8)),
        ("a:1-2:L3", Locator("a:1-2", True, 3, 3)),
        ("a.md:7", None),
        ("a.md", None),
        ("a.md:L", None),
    ],
)
def test_lines_and_characters_are_told_apart(text: str, meant: Locator | None) -> None:
    assert parsed(text) == meant


@pytest.mark.parametrize(
    ("first", "last", "part"), [(1, 1, "one"), (1, 2, "one\ntwo"), (3, 3, ""), (4, 4, "four"), (2, 4, "two\n\nfour")]
)
def test_lines_are_those_of_an_editor(first: int, last: int, part: str) -> None:
    start, end = span_of(Document("a", TEXT), Locator("a", True, first, last))
    assert TEXT[start:end] == part


@pytest.mark.parametrize("asked", [(True, 0, 1), (True, 4, 5), (True, 2, 1), (False, 3, 3), (False, 3, 99)])
def test_a_slice_that_is_not_there_is_wrong_usage(asked: tuple[bool, int, int]) -> None:
    with pytest.raises(qa.UsageError, match=r"a has no (lines|characters)"):
        span_of(Document("a", TEXT), Locator("a", *asked))


@given(st.text("ab \n", min_size=1, max_size=40), st.data())
def test_the_lines_of_any_excerpt_hold_it(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    if text[start:end].isspace():
        return
    excerpt = Excerpt.of(text, start, end)
    asked = parsed(f"x:{lines_of(excerpt)}")
    assert asked is not None
    first, last = span_of(Document("x", text), asked)
    assert excerpt.text.strip("\n") in text[first:last]


@given(st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=20))
def test_a_shell_gives_back_what_is_printed(document: str) -> None:
    assert shlex.split(locator(document, "L7")) == [f"{document}:L7"]
