"""A citation shows its passage and its quote word for word, and where they stand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from qa.answering.retrieve import RankedPassage
from qa.answering.select import QuotedPassage, cite, hit
from qa.types import ChannelScore, Chunk, DocumentRef, Excerpt, Span
from tests.support import article, in_memory

TEXT = "---\r\ntitle: x\r\n---\r\nHeadline 😀\r\nAlmagro requested it.\r\nMaduro — “no.”\r\n"
DOCUMENT = article("a.md", TEXT, title="x", date="2024-07-31", source="BBC", path="/x/a.md")


def span(piece: str) -> Span:
    start = TEXT.index(piece)
    return Span(start, start + len(piece))


FIRST, SECOND = span("Almagro requested it."), span("Maduro — “no.”")
CHUNK = Chunk(FIRST.start, SECOND.end, 1, 3)
VECTORS = np.ones((2, 1), dtype=np.float32)
PLACES = {"lexical": ChannelScore(2, 3.5, 0.4), "dense": ChannelScore(1, 0.9, 0.3)}
RETRIEVED = RankedPassage(in_memory(7, DOCUMENT, CHUNK, (FIRST, SECOND), VECTORS), 0.7, PLACES)
REFERENCE = DocumentRef("a.md", "x", "2024-07-31", "BBC", "/x/a.md", DOCUMENT.sha256 or "")


def test_a_citation_shows_passage_and_quote_word_for_word_with_their_lines() -> None:
    citation = cite(1, QuotedPassage(RETRIEVED, SECOND))
    assert citation.passage == Excerpt("Almagro requested it.\r\nMaduro — “no.”", FIRST.start, SECOND.end, 5, 6)
    assert citation.quote == Excerpt("Maduro — “no.”", SECOND.start, SECOND.end, 6, 6)
    assert citation.document == REFERENCE


@pytest.mark.parametrize("rank", [1, 5])
def test_rank_score_and_places_are_those_of_the_passage(rank: int) -> None:
    citation, shown = cite(rank, QuotedPassage(RETRIEVED, FIRST)), hit(rank, RETRIEVED)
    assert (citation.rank, citation.score, citation.scores) == (rank, 0.7, PLACES)
    assert (shown.rank, shown.score, shown.scores) == (rank, 0.7, PLACES)


def test_a_hit_shows_the_same_passage_without_a_quote() -> None:
    shown, citation = hit(1, RETRIEVED), cite(1, QuotedPassage(RETRIEVED, FIRST))
    assert (shown.document, shown.passage) == (citation.document, citation.passage)
    assert not hasattr(shown, "quote")


def test_what_is_cited_can_be_cut_out_of_the_source() -> None:
    citation = cite(1, QuotedPassage(RETRIEVED, Span(FIRST.start, SECOND.end))).to_dict()
    for part in ("passage", "quote"):
        assert citation[part]["text"] == TEXT[citation[part]["start"] : citation[part]["end"]]
        lines = TEXT.split("\n")[citation[part]["line_start"] - 1 : citation[part]["line_end"]]
        assert citation[part]["text"] in "\n".join(lines)


def test_a_document_with_an_address_is_cited_with_the_quote_as_its_fragment() -> None:
    document = replace(DOCUMENT, url="https://post.example/a", places=((0, {"line": 3}),))
    candidate = in_memory(7, document, CHUNK, (FIRST, SECOND), VECTORS)
    citation = cite(1, QuotedPassage(RankedPassage(candidate, 0.7, PLACES), FIRST))
    assert citation.place == {"line": 3, "url": "https://post.example/a#:~:text=Almagro%20requested%20it."}
