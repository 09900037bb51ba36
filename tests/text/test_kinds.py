"""What a piece of an article is, by how it looks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qa.text.kinds import Kind, kind, kinds_of


@pytest.mark.parametrize(
    ("expected", "text"),
    [
        ("sentence", "The council votes in April."),
        ("sentence", "“We will go on,” she said."),
        ("sentence", "“Will we go on?” she asked."),
        ("sentence", "By March the quay was closed."),
        ("sentence", "The council said:"),
        ("sentence", "La comisión pagará nueve millones de coronas."),
        ("sentence", "“Who would want that?”"),
        ("sentence", "Related parties signed the deal."),
        (
            "sentence",
            "She said that the council of the port will vote in April on whether the northern quay is sold or",
        ),
        ("heading", "# Port Selden, traffic and revenue"),
        ("heading", "Quay closed"),
        ("heading", "What happens next"),
        ("heading", "CARACAS, July 30 (Agency) –"),
        ("heading", "March 14"),
        ("heading", "| Year | Cargo |\n|---|---|"),
        ("item", "- The northern quay is closed."),
        ("item", "2. Open the lock."),
        ("item", "• bread and water"),
        ("row", "| 2021 | 3.1 | 9.4 |"),
        ("row", "| Year | Cargo |\n|---|---|\n| 2021 | 3.1 |"),
        ("row", "2021\t3.1\t9.4"),
        ("boilerplate", "By Jane Orr"),
        ("boilerplate", "Por Ana Pell, Selden"),
        ("boilerplate", "READ MORE: Quay closed again"),
        ("boilerplate", "Read more"),
        ("boilerplate", "Follow Jane Orr on Twitter."),
        ("boilerplate", "Follow Jane Orr on Facebook and Twitter"),
        ("boilerplate", "Lea también: El muelle"),
        ("boilerplate", "Subscribe to our newsletter."),
        ("boilerplate", "Photo: J. Orr"),
        ("boilerplate", "https://harbour.example.org/a?b=c"),
        ("boilerplate", "14."),
        ("boilerplate", "3)"),
        ("boilerplate", "* * *"),
        ("boilerplate", "|------|-----|"),
        ("boilerplate", "* [Who closed the quay?](https://harbour.example.org/who)"),
        ("boilerplate", "![The quay in winter. It is old.](quay.jpg)"),
        ("item", "* [The harbour](https://harbour.example.org), which pays for it"),
        ("item", "* [Jane Orr](https://harbour.example.org/orr)"),
        ("item", "Attendance: 6,412"),
        ("item", "Turnout: 61.3 percent"),
        ("heading", "Selden 2-1 Orle: late header decides the game"),
        ("heading", "Quay: 40 jobs are lost"),
        ("question", "Why did the council close the quay?"),
        ("question", "¿Por qué cerró el muelle?"),
    ],
)
def test_what_it_is(expected: Kind, text: str) -> None:
    assert kind(text) == expected


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        (["You left after ten years.", "Why?"], ["question"] * 2),
        (["The quay is shut.", "Who will pay?"], ["sentence", "question"]),
        (["“You left us.", "Who will pay?"], ["sentence", "question"]),
        (["The quay, which opened in 1931.", "Photo: Jane Orr"], ["boilerplate"] * 2),
        (["The quay opened in 1931.", "Read more: the quay"], ["sentence", "boilerplate"]),
    ],
)
def test_the_end_of_a_paragraph_tells_what_stands_before_it(paragraph: list[str], expected: list[Kind]) -> None:
    others = ["The vote is in May.", "It rained."]
    begins = [True, *([True] + [False] * (len(paragraph) - 1)), True]
    assert kinds_of([others[0], *paragraph, others[1]], begins) == ["sentence", *expected, "sentence"]


@settings(deadline=None)
@given(st.text(st.characters()))
def test_any_text_is_of_some_kind(text: str) -> None:
    assert kind(text) in {"sentence", "heading", "item", "row", "boilerplate", "question"}
