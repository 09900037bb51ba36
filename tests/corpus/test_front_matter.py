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
    assert long.title == "x" * 300 + "…"


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


@pytest.mark.parametrize("date", ["2024-07", "soon", "2024", "2024-02-30", "03/04/2024"])
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
        (["title: [", "source: b"], 4, "not valid YAML"),
        (['title: "', "tags: \x07"], 3, "control character"),
        (["tags: a", "--- b"], 3, "not valid YAML"),
        (["tags: a", *BOMB], 4, "alias"),
        (["tags: a", "x: " + "[" * 5000 + "]" * 5000], 3, "nested too deep"),
        (["tags: " + "y" * 65536], 2, "longer than 64 KiB"),
    ],
    ids=["unclosed", "control", "documents", "bomb", "deep", "long"],
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


@pytest.mark.parametrize(
    ("lines", "problem_line", "title"),
    [
        (["title: The quay: closed", "date: 2023-03-14"], 2, "The quay: closed"),
        (["date: 2023-03-14", "title: 'The quay", "author: A: B"], 5, "'The quay"),
        (["title: [Update] The quay: closed", "date: 2023-03-14"], 2, "[Update] The quay: closed"),
        (["title: The quay", "date: 2023-03-14", r'x: "\U99999999"'], 2, "The quay"),
    ],
    ids=["colon", "quotation mark", "bracket", "escape"],
)
def test_lines_of_broken_front_matter_are_read_as_text(article: Article, lines, problem_line, title) -> None:
    reading = article(with_front_matter(*lines))
    assert "not valid YAML" in reading.problem.what
    assert reading.problem.where.endswith(f"a.md:{problem_line}")
    (document,) = reading.documents
    assert (document.title, document.date) == (title, "2023-03-14")
    assert document.text[document.body_start :] == "Body of it."


@pytest.mark.parametrize(
    "text",
    [
        "---\njust words\n---\nBody.",
        "---\n- a\n---\nBody.",
        "---\nBULLETIN: A crane fell into the basin. Nobody was hurt.\n---\nMore follows.",
        "---\n\n# Minutes\n\nThe treasurer resigned.\n\n---\n\nThe next meeting is in April.",
        "+++\n\nA rule of another kind.\n\n+++\nText.",
        '{"quoted": "speech"} is how it began.',
    ],
)
def test_a_rule_at_the_top_is_no_front_matter(article: Article, text: str) -> None:
    document = article(text).only
    assert (document.body_start, document.date) == (0, None)


TOML = """+++
title = "The quay"
date = 2023-03-14T09:00:00Z
authors = ["The harbour desk", "A. N."]
draft = false
[extra]
section = "Port"
+++

Body of it."""


def test_toml_front_matter(article: Article) -> None:
    document = article(TOML).only
    assert (document.title, document.date, document.author) == ("The quay", "2023-03-14", "The harbour desk, A. N.")
    assert document.meta == {"draft": False, "extra": {"section": "Port"}}
    assert document.text[document.body_start :] == "Body of it."


def test_broken_toml_is_a_problem_with_its_line(article: Article) -> None:
    reading = article("+++\ntitle = 'The quay'\ndate = = 1\n+++\nBody of it.")
    assert reading.problem.where.endswith("a.md:3")
    assert "not valid TOML" in reading.problem.what
    assert reading.documents[0].title == "Body of it."


def test_json_front_matter(article: Article) -> None:
    document = article('{\n  "title": "The quay",\n  "date": "2023-03-14",\n  "tags": ["port"]\n}\n\nBody of it.').only
    assert (document.title, document.date, document.meta) == ("The quay", "2023-03-14", {"tags": ["port"]})
    assert document.text[document.body_start :] == "Body of it."


def test_fields_by_the_names_that_web_clippers_give_them(article: Article) -> None:
    lines = ['source: "https://courier.example.org/quay"', "author:", '  - "[[Harbour desk]]"', "published: 2023-03-14"]
    document = article(with_front_matter(*lines, "created: 2023-03-20", "site_name: Courier")).only
    assert (document.date, document.author) == ("2023-03-14", "Harbour desk")
    assert (document.url, document.source) == ("https://courier.example.org/quay", "Courier")
    assert document.meta == {"created": "2023-03-20"}


def test_a_date_of_making_the_file_is_no_date_of_the_article(article: Article) -> None:
    assert article(with_front_matter("title: T", "created: 2023-03-20", "updated: 2023-03-21")).only.date is None


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
    if front_matter is None:
        return
    assert text[: front_matter.end].rstrip(" \t").endswith(("---", "..."))
    assert text[front_matter.end :].endswith("Body")
    assert set(front_matter.lines) == set(front_matter.values)


@given(st.text())
def test_parsing_arbitrary_text_never_raises(text: str) -> None:
    front_matter = parse(text)
    assert front_matter is None or 0 < front_matter.end <= len(text)
