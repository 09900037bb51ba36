"""Front matter: its fields, its bounds, and what happens to the article where it is broken."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.corpus.frontmatter import parse

if TYPE_CHECKING:
    from tests.corpus.conftest import Collect, Reading

Article: TypeAlias = "Callable[..., Reading]"


@pytest.fixture
def article(tmp_path: Path, collect: Collect) -> Article:
    """Read a Markdown article from its text."""

    def run(text: str, name: str = "a.md") -> Reading:
        file = tmp_path / name
        file.write_bytes(text.encode())
        return collect(file)

    return run


def with_front_matter(*lines: str) -> str:
    return "\n".join(["---", *lines, "---", "", "Body of it."])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("name", ["a.md", "a.txt"])
@pytest.mark.parametrize("closing", ["---", "...", "--- \t"])
def test_fields_are_read_and_the_text_is_whole(article: Article, end: str, name: str, closing: str) -> None:
    text = end.join(
        [
            "---  ",
            "Title: A title",
            "DATE: 2024-07-31",
            "source: The Paper",
            "url: https://example.org/a",
            "lang: es",
            "tags: [a, {b: c}]",
            closing,
            "",
            "  Body of it.",
        ]
    )
    document = article(text, name).only
    assert document.text == text
    assert document.text[document.body_start :] == "Body of it."
    assert (document.title, document.date, document.source) == ("A title", "2024-07-31", "The Paper")
    assert (document.url, document.language) == ("https://example.org/a", "es")


def test_language_goes_before_lang(article: Article) -> None:
    assert article(with_front_matter("lang: es", "language: pt")).only.language == "pt"


def test_values_stay_as_written(article: Article) -> None:
    document = article(with_front_matter("title: 007", "source: yes")).only
    assert (document.title, document.source) == ("007", "yes")


@pytest.mark.parametrize("absent", ["", "~", "null", '""', "'  '"])
def test_null_and_blank_values_are_absent(article: Article, absent: str) -> None:
    fields = (f"{name}: {absent}" for name in ("title", "date", "source", "url", "language"))
    document = article(with_front_matter(*fields)).only
    assert document.title == "Body of it."
    assert (document.date, document.source, document.url, document.language) == (None,) * 4


def test_title_and_source_are_one_line_cut_at_a_word(article: Article) -> None:
    lines = ["title: |", "  One", "  two", f"source: {'word ' * 60}"]
    document = article(with_front_matter(*lines)).only
    assert document.title == "One two"
    assert document.source == " ".join(["word"] * 40)
    long = article(with_front_matter(f"title: {'x' * 400}")).only
    assert long.title == "x" * 300


@pytest.mark.parametrize("value", ["[2024, 7]", "{a: b}"])
@pytest.mark.parametrize("name", ["title", "date", "source", "url", "language"])
def test_value_that_is_no_scalar_is_left_out_with_its_line(article: Article, name: str, value: str) -> None:
    reading = article(with_front_matter("# a comment", f"{name}: {value}"))
    assert reading.documents[0].title == "Body of it."
    assert reading.problem.where.endswith("a.md:3")
    assert f"the {name} is not a single text" in reading.problem.what


def test_surrogate_escape_never_reaches_a_document(article: Article) -> None:
    reading = article(with_front_matter("date: 2024-07-31", r'title: "a \uD800 b"'))
    assert reading.documents[0].title == "Body of it."
    assert reading.documents[0].date == "2024-07-31"
    assert reading.problem.where.endswith("a.md:3")


@pytest.mark.parametrize("date", ["2024-07", "soon", "2024", "2024-02-30", "07/31/2024"])
def test_date_that_is_not_complete_is_left_out_with_its_line(article: Article, date: str) -> None:
    reading = article(with_front_matter("title: T", f"date: {date}"))
    assert reading.documents[0].date is None
    assert reading.documents[0].title == "T"
    assert reading.problem.where.endswith("a.md:3")
    assert date in reading.problem.what
    assert "left out" in reading.problem.what


@pytest.mark.parametrize(
    "date",
    [
        "2024-07-31T23:30:00-04:00",
        "2024-07-31 23:30:00Z",
        '"2024-07-31"',
        "31 July 2024",
        "2024-07-31 # then",
    ],
)
def test_calendar_date_stays_as_written(article: Article, date: str) -> None:
    assert article(with_front_matter(f"date: {date}")).only.date == "2024-07-31"


BOMB = [
    "a: &a [x, x, x, x, x, x, x, x, x]",
    *(f"{b}: &{b} [{', '.join([f'*{a}'] * 9)}]" for a, b in zip("abcdefgh", "bcdefghi", strict=True)),
]


@pytest.mark.parametrize(
    ("lines", "line", "reason"),
    [
        (["title: a", "source: b: c"], 3, "not valid YAML"),
        (["title: [", "source: b"], 4, "not valid YAML"),
        (["title: a", "source: \x07"], 3, "control character"),
        ([r'title: "\U99999999"'], 2, "out of range"),
        (["just words"], 2, "no 'key: value' lines"),
        (["- a"], 2, "no 'key: value' lines"),
        (["title: a", "--- b"], 3, "not valid YAML"),
        (BOMB, 3, "alias"),
        (["title: a", "x: " + "[" * 5000 + "]" * 5000], 3, "nested too deep"),
        (["x: " + "y" * 65536], 2, "longer than 64 KiB"),
    ],
    ids=["colon", "unclosed", "control", "escape", "scalar", "list", "documents", "bomb", "deep", "long"],
)
def test_broken_front_matter_is_a_problem_and_kept_out_of_the_body(
    article: Article,
    lines: list[str],
    line: int,
    reason: str,
) -> None:
    began = time.monotonic()
    reading = article(with_front_matter(*lines))
    assert time.monotonic() - began < 5
    assert reading.problem.where.endswith(f"a.md:{line}")
    assert reason in reading.problem.what
    (document,) = reading.documents
    assert document.text[document.body_start :] == "Body of it."
    assert (document.title, document.date) == ("Body of it.", None)


def test_reason_of_broken_front_matter_is_short(article: Article) -> None:
    reading = article(with_front_matter(f"title: !{'x' * 60_000}!y z"))
    assert "not valid YAML" in reading.problem.what
    assert len(reading.problem.what) < 200


@pytest.mark.parametrize("tag", ["!!python/object/apply:os.getcwd []", "!!python/name:os.system x"])
def test_tags_are_not_acted_upon(article: Article, tag: str) -> None:
    assert article(with_front_matter("title: T", f"x: {tag}")).only.title == "T"


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nA rule first.\n",
        "--- \nText\n----\n",
        " ---\ntitle: a\n---\nText",
        "---title: a\n---\nText",
        "----",
    ],
)
def test_what_is_not_closed_or_not_opened_is_text(article: Article, text: str) -> None:
    document = article(text).only
    assert document.text[document.body_start :] == text.lstrip()
    assert document.date is None


@pytest.mark.parametrize("lines", [[], ["# only a comment"]])
def test_empty_front_matter_is_no_problem(article: Article, lines: list[str]) -> None:
    assert article(with_front_matter(*lines)).only.title == "Body of it."


@pytest.mark.parametrize("text", ["---\ntitle: a\n---\n", "---\ntitle: a\n---", "---\ntitle: a\n...\n \n\t"])
def test_front_matter_without_a_body_has_no_text(article: Article, text: str) -> None:
    reading = article(text)
    assert reading.documents == []
    assert reading.problem.what == "has no text"


def test_date_lines_after_front_matter_are_text(article: Article) -> None:
    document = article("---\ntitle: T\n---\nPosted: 22 Nov 2021\n\nBody.").only
    assert document.date is None
    assert document.text[document.body_start :].startswith("Posted:")


YAML_LIKE = st.text(alphabet="-?:,[]{}#&*!|>'\"%@` \n\tax0\\U", max_size=60)


@given(st.one_of(st.text(), YAML_LIKE))
def test_parsing_never_raises_and_never_eats_the_body(block: str) -> None:
    text = f"---\n{block}\n---\nBody"
    front_matter = parse(text)
    assert front_matter is not None
    assert text[: front_matter.end].rstrip(" \t").endswith(("---", "..."))
    assert text[front_matter.end :].endswith("Body")
    assert set(front_matter.lines) == set(front_matter.values)
    assert not (front_matter.error and front_matter.values)


@given(st.text())
def test_parsing_arbitrary_text_never_raises(text: str) -> None:
    front_matter = parse(text)
    assert front_matter is None or 0 < front_matter.end <= len(text)
