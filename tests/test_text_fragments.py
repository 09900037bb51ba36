"""Web addresses that open a page at a quote."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.types.fragments import text_fragment

PAGE = "https://post.example/quay?id=7"


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("The quay is closed.", "The%20quay%20is%20closed."),
        ("Well-known, isn't it & so", "Well%2Dknown%2C%20isn%27t%20it%20%26%20so"),
        ("¿Qué pidió?", "%C2%BFQu%C3%A9%20pidi%C3%B3%3F"),
        (
            "one two three four five six seven eight nine ten eleven",
            "one%20two%20three%20four%20five,seven%20eight%20nine%20ten%20eleven",
        ),
        ("## What it costs\n\nRepairs cost a lot.", "What%20it%20costs,Repairs%20cost%20a%20lot."),
        ("- Ferries: no change", "Ferries%3A%20no%20change"),
        ("| Year | Cargo |\n| 2020 | 1,210 |", "Year,1%2C210"),
        ("two\n lines", "two,lines"),
    ],
)
def test_the_quote_or_its_ends_are_the_fragment(quote, expected):
    assert text_fragment(PAGE, quote) == f"{PAGE}#:~:text={expected}"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://a.example/#part", "https://a.example/#part:~:text=x"),
        ("https://a.example/#:~:text=old", "https://a.example/#:~:text=x"),
        ("https://a.example/#part:~:text=old", "https://a.example/#part:~:text=x"),
        ("ftp://a.example/", None),
        ("javascript:alert(1)", None),
        ("https://a.example/ b", None),
        ("quay.html", None),
    ],
)
def test_of_web_addresses_alone_the_anchor_stays(url, expected):
    assert text_fragment(url, "x") == expected


def test_a_quote_without_words_has_none():
    assert text_fragment(PAGE, " | | \n") is None


@given(st.text())
def test_the_words_are_those_of_the_quote_and_nothing_ends_the_directive(quote):
    address = text_fragment(PAGE, quote.encode("utf-8", "ignore").decode())
    if address is not None:
        text = address.partition(":~:text=")[2]
        assert not set(text) & set("-& #")
        assert text.count(",") <= 1
        for part in text.split(","):
            assert all(word in quote for word in unquote(part).split(" "))
