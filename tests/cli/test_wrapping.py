"""Text on a terminal: as wide as it is there, its lines kept where they mean something."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.cli.wrapping import columns, laid_out, packed, wrapped
from qa.escaping import printable
from qa.types import Context, Span
from tests.cli.support import words_of

MARKS = (">>", "<<")
ARTICLE = """# Decisions

The council met
on a Thursday
in the old town hall of Fenbridge.

1. The library opens on Sundays from June on, and closes on Mondays.
2. The fee rises.

| item | cost |
|------|------|
| mill | 1,200 |

- Holm was against it.
  - Brandt abstained.
"""


@pytest.fixture(autouse=True)
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")


def marked(text: str, start: int, end: int, indent: str = "", marks: tuple[str, str] = MARKS) -> str:
    """All of ``text``, laid out with marks around its slice."""
    return laid_out(text, Context(0, len(text), cut_start=False, cut_end=False), Span(start, end), indent, marks)


def test_headings_lists_and_tables_keep_their_lines_and_paragraphs_are_wrapped_anew() -> None:
    start = ARTICLE.index("The fee rises.")
    assert marked(ARTICLE, start, start + 14, "   ").split("\n") == [
        "   # Decisions",
        "   The council met on a Thursday in the",
        "   old town hall of Fenbridge.",
        "   1. The library opens on Sundays from",
        "      June on, and closes on Mondays.",
        "   2. >>The fee rises.<<",
        "   | item | cost |",
        "   |------|------|",
        "   | mill | 1,200 |",
        "   - Holm was against it.",
        "     - Brandt abstained.",
    ]


def test_a_part_is_laid_out_as_the_whole_tells() -> None:
    """Two lines alone do not tell that they were wrapped."""
    text = "\n".join(["The council of the town met on Thursday in", "the old town hall of Fenbridge, which was"] * 3)
    text += "\nfull. Nobody left. The mayor was against it,"
    start = text.index("Nobody")
    shown = Context(start, len(text), cut_start=True, cut_end=True)
    assert laid_out(text, shown, Span(start, start + 12), "", MARKS) == (
        "... >>Nobody left.<< The mayor was\nagainst it, ..."
    )


def test_a_slice_over_several_lines_is_marked_once() -> None:
    start, end = ARTICLE.index("2. The"), ARTICLE.index("|------")
    shown = marked(ARTICLE, start, end)
    assert "\n>>2. The fee rises.\n| item | cost |<<\n|------" in shown


def test_line_ends_of_another_system_are_not_shown() -> None:
    assert marked("# One\r\n\r\nA word\r\nand more.\r\n", 0, 0, marks=("", "")) == "# One\nA word and more."


def test_escape_codes_take_no_columns() -> None:
    text = "one two three four five six seven eight nine"
    plain = marked(text, 0, 0, marks=("", ""))
    assert marked(text, 4, 13, marks=("\033[1m", "\033[0m")).replace("\033[1m", "").replace("\033[0m", "") == plain


def test_wide_characters_take_two_columns_and_need_no_blank_to_end_a_line() -> None:
    text = "市長は木曜日に新しい港の計画を発表した。計画には三百億円の費用がかかる。"
    lines = wrapped(text, "   ").split("\n")
    assert "".join(line.strip() for line in lines) == text
    assert all(columns(line) <= 40 for line in lines)
    assert all(columns(line) >= 36 for line in lines[:-1])
    assert not any(line.strip().startswith("。") for line in lines)


def test_letters_with_marks_take_one_column() -> None:
    assert columns(unicodedata.normalize("NFD", "Guaidó")) == columns("Guaidó") == 6


def test_what_is_to_be_copied_is_never_broken() -> None:
    locator = "2024/an-article-with-a-name-longer-than-forty-columns.md:L7-L8"
    assert packed(["2024-05-01", "Desk", locator, "page 3"], " ").split("\n") == [
        " 2024-05-01 | Desk",
        f" {locator}",
        " page 3",
    ]


@given(st.text(max_size=300), st.data())
def test_every_word_is_shown_and_no_line_is_wider_but_for_a_long_word(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown = marked(text, start, end, "  ", ("", ""))
    joined = "".join(shown.split())
    assert joined == "".join(printable("".join(text.split())).split())
    for line in shown.split("\n"):
        assert columns(line) <= 40 + 2 or len(words_of(line).split()) == 1
