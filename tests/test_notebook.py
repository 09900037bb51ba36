"""What notebooks show of an answer: HTML without script or network, in which articles cannot write tags."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.types import Answer, ChannelScore, Citation, DocumentRef, Excerpt, Filtered, IndexInfo

TAGS = {"div", "strong", "mark", "blockquote", "a"}


class Page(HTMLParser):
    """The tags, the links, the text, and what is marked."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: set[str] = set()
        self.links: list[str | None] = []
        self.attributes: set[str] = set()
        self.text = self.marked = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        self.tags.add(tag)
        self.attributes.update(name for name, _ in attrs)
        self.links += [value for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data
        if "mark" in self.open:
            self.marked += data


def cited(before: str, quote: str, after: str, title: str = "The ferry", url: str | None = None) -> Citation:
    document = DocumentRef("2024/ferry.md", title, "2024-07-31", "Post", None, "0" * 64, url)
    start, end = len(before), len(before) + len(quote)
    passage = Excerpt(before + quote + after, 0, end + len(after), 1, 4)
    scores = {"lexical": ChannelScore(1, 3.0, 0.9)}
    return Citation(1, document, passage, Excerpt(quote, start, end, 2, 3), 0.9, scores)


def answer(citation: Citation, *, answered: bool = True) -> Answer:
    index = IndexInfo("0" * 16, "m@0", 1, 1)
    listed = {"citations": (citation,)} if answered else {"nearest": (citation,)}
    return Answer("0" * 16, "When does the <ferry> leave?", answered, 0.91, index, **listed)  # type: ignore[arg-type]


def test_the_quote_is_marked_in_its_context() -> None:
    page = Page(answer(cited("It rained. ", "The ferry leaves at nine.", " Bring tea."))._repr_html_())
    assert page.marked == "The ferry leaves at nine."
    assert "It rained. The ferry leaves at nine. Bring tea." in page.text
    for told in (
        "When does the <ferry> leave?",
        "1. The ferry",
        "2024-07-31 | Post | 2024/ferry.md, lines 2–3",
        "0.91",
    ):
        assert told in page.text


def test_a_long_passage_is_cut_at_words_on_either_side() -> None:
    page = Page(cited("before " * 500, "The ferry leaves.", " after" * 500)._repr_html_())
    assert page.marked == "The ferry leaves."
    assert len(page.text) < 700
    assert "… before" in page.text
    assert "after …" in page.text


def test_an_abstention_says_so_and_shows_the_nearest_passages() -> None:
    plain = answer(cited("", "The ferry leaves.", ""), answered=False)
    near = replace(plain, unknown=("Vestmrak",), suggestions={"Vestmrak": ("Vestmark",)})
    page = Page(replace(near, filtered=Filtered(1, undated=2))._repr_html_())
    assert "The corpus does not say, confidence 0.91; no article mentions Vestmrak; did you mean Vestmark?" in page.text
    assert "2 articles without a date were left out." in page.text
    assert "The nearest passages:" in page.text


def test_what_the_nearest_passages_lack_is_told_where_there_are_any() -> None:
    plain = answer(cited("", "The ferry leaves.", ""), answered=False)
    told = 'the nearest passage does not mention "closed the airport"'
    assert told in Page(replace(plain, missing=("closed the airport",))._repr_html_()).text
    nothing = replace(plain, missing=("closed the airport",), nearest=(), filtered=Filtered(0))
    assert "nearest passages" not in Page(nothing._repr_html_()).text
    assert "No article passes the filters." in Page(nothing._repr_html_()).text


@pytest.mark.parametrize("end", ["\r\n", "\r"], ids=["Windows", "old Macs"])
def test_line_ends_of_other_systems_are_line_ends(end: str) -> None:
    r"""They were shown as ``\r``."""
    page = Page(cited(f"The mill.{end}{end}", f"The ferry{end}leaves.", f"{end}At nine.")._repr_html_())
    assert "The mill.\n\nThe ferry\nleaves.\nAt nine." in page.text
    assert page.marked == "The ferry\nleaves."


@pytest.mark.parametrize(
    ("url", "links"),
    [
        ("https://post.example/a?b=1&c=\"x'", ["https://post.example/a?b=1&c=\"x'"]),
        ("javascript:alert(1)", []),
        ("//post.example", []),
        (None, []),
    ],
)
def test_only_web_addresses_are_links(url: str | None, links: list[str]) -> None:
    assert Page(cited("", "The ferry leaves.", "", url=url)._repr_html_()).links == links


HOSTILE = st.text(st.sampled_from("<>&\"'/ab \n\u202e") | st.characters(exclude_categories=["Cs"]))


@given(HOSTILE, HOSTILE, HOSTILE, HOSTILE)
def test_articles_write_no_tags_and_fetch_nothing(before: str, quote: str, after: str, title: str) -> None:
    html = answer(cited(before, quote + "q", after, title))._repr_html_()
    page = Page(html)
    assert page.tags <= TAGS
    assert page.attributes <= {"style", "href", "rel", "target"}
    assert "\u202e" not in html
    assert "url(" not in html.replace(before, "").replace(after, "")
