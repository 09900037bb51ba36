"""HTML as a browser shows it: no words glued, no paragraph lost, whatever the tags."""

from __future__ import annotations

import pytest

from qa.corpus.formats.hypertext import parse, text_in
from qa.corpus.problem import UnreadableError


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        ("<p>One.</p><p>Two.</p>", "One.\n\nTwo."),
        ("One.<br>Two.<br/><br/>Three.", "One.\nTwo.\n\nThree."),
        ("<div>One.<div>Two.</div>Three.</div>Four.", "One.\n\nTwo.\n\nThree.\n\nFour."),
        ("<p>The <b>northern </b><i> quay</i>,\n  see <a href='#'>there</a>.</p>", "The northern quay, see there."),
        ("<p>har<a id='p12'></a>bour, har&shy;bour, <span>north</span>ern</p>", "harbour, harbour, northern"),
        ("<h1>Quay</h1><h3>Costs</h3><p>Many.</p>", "# Quay\n\n### Costs\n\nMany."),
        (
            "<ul><li>One<ul><li><p>Two</p></li></ul></li><li></li><li>Three</li></ul>Four",
            "- One\n- Two\n- Three\n\nFour",
        ),
        ("<blockquote>Said <p>she.</p></blockquote>", "Said\n\nshe."),
        ("<p>reform<sup><a href='#n1'>12</a></sup>, 25 km<sup>2</sup></p>", "reform, 25 km2"),
        ("<p>reform<a epub:type='noteref' href='#n1'>12</a>.</p>", "reform."),
        ("<pre>a  b\n  c</pre>", "a b\nc"),
        ("<style>p {}</style><script>x()</script><p>One.<!-- Two. --> Three.</p>", "One. Three."),
        (
            "<table><tr><th>Year</th><th>t</th></tr><tr><td>2020</td><td>1</td></tr></table>",
            "| Year | t |\n|---|---|\n| 2020 | 1 |",
        ),
        ("<table><tr><td>One.</td></tr><tr><td>Two.</td></tr></table>", "One.\n\nTwo."),
        (
            "<table><tr><td><div>One.</div></td><td>Two.</td></tr><tr><td>3</td><td>4</td></tr></table>",
            "One.\n\nTwo.\n\n3\n\n4",
        ),
    ],
)
def test_the_blocks_of_a_page(page: str, expected: str) -> None:
    assert text_in(parse(page)) == expected
    assert text_in(parse(f"<html><body>{page}</body></html>".encode())) == expected


def test_cells_are_blocks_where_tables_are_not_wanted() -> None:
    page = "<table><tr><td>HD</td><td>Quay closed</td></tr><tr><td>WC</td><td>355 words</td></tr></table>"
    assert text_in(parse(page), tables=False) == "HD\n\nQuay closed\n\nWC\n\n355 words"


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("<?xml version='1.0' encoding='utf-8'?>", "utf-8"),
        ("<?xml version='1.0'?>", "utf-8"),
        ("", "utf-8"),
        ("", "utf-16"),
        ("<meta charset=iso-8859-1>", "cp1252"),
        ("<meta http-equiv='Content-Type' content='text/html; charset=koi8-r'>", "koi8-r"),
        ("<meta charset=nonsense>", "utf-8"),
    ],
)
def test_letters_are_those_of_the_encoding_that_is_told_or_of_unicode(head: str, encoding: str) -> None:
    said = "Порт закрыт" if encoding == "koi8-r" else "Le café de Núñez – fermé"
    page = f"{head}<html><body><p>{said}</p></body></html>".encode(encoding)
    assert text_in(parse(page)) == said


def test_nothing_has_no_text_and_depth_is_no_matter() -> None:
    with pytest.raises(UnreadableError):
        parse("<!-- -->")
    assert text_in(parse("<div>" * 10_000 + "One.")) in ("One.", "")


def test_what_is_no_text_in_any_encoding_is_told_like_other_html_that_cannot_be_read() -> None:
    with pytest.raises(UnreadableError, match="has HTML that cannot be read"):
        parse(b"<p>One.\0\xff\xfe\0</p>")
