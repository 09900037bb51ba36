"""Offsets are law: whatever the text, what is indexed, ranked and quoted is a slice of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.answering.quote import InformationNeed, best_quote
from qa.answering.retrieve import frequencies, make_query, retrieve, term_weights
from qa.answering.select import cite, select
from qa.backends.filters import Filter
from qa.backends.memory import MemoryIndex
from qa.config import IndexConfig, SearchConfig
from qa.indexing.encode import Indexer
from qa.text.chunking import chunk
from qa.text.sentences import sentences
from qa.types import Document, Span
from tests.support import WordEncoder

WORDS = st.sampled_from(
    [
        *"Lula da U.S. Dec. 6 51.20% Mr. “We go,” he said. ¿Qué? ¡No! . ? ! … \" ' « » ( ) 漢字。 😀".split(),
        *"\n \n\n \r\n \r \t \x1c \x85 \u00a0 \u2028".split(" "),
        *"\0 \u200b \ufeff \ud800 \udfff e\u0301 \u0301 supercalifragilistic".split(" "),
        "word " * 40,
    ]
)
#: Any code points, surrogates and NULs included; and what articles, and broken ones, are made of.
TEXTS = st.one_of(
    st.text(st.characters()),
    st.lists(WORDS, max_size=40).map(" ".join),
    st.lists(WORDS, max_size=40).map("".join),
)


def by_words(texts: Sequence[str]) -> list[int]:
    return [len(text.split()) for text in texts]


def by_characters(texts: Sequence[str]) -> list[int]:
    return [len(text) // 3 + 1 for text in texts]


def growing_faster_than_the_text(texts: Sequence[str]) -> list[int]:
    """Two texts joined count more than the sum of both."""
    return [1 + len(text) * len(text) // 16 for text in texts]


COUNTS = [by_words, by_characters, growing_faster_than_the_text]


def assert_slices(text: str, start: int, spans: Sequence[Span]) -> None:
    """Ordered, apart, in bounds, without white space at their ends, and holding all that is not white space."""
    cover = bytearray(len(text))
    before = start
    for span in spans:
        assert before <= span.start < span.end <= len(text)
        piece = text[span.start : span.end]
        assert piece == piece.strip()
        cover[span.start : span.end] = b"\1" * len(piece)
        before = span.end
    assert all(cover[i] or text[i].isspace() for i in range(start, len(text)))


@settings(deadline=None)
@given(TEXTS, st.data())
def test_sentences_hold_all_of_the_text_from_its_start(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    assert_slices(text, start, sentences(text, start))


@pytest.mark.parametrize("count", COUNTS)
@settings(deadline=None)
@given(text=TEXTS, budget=st.integers(1, 30), overlap=st.integers(0, 3), data=st.data())
def test_passages_hold_all_sentences_within_the_budget(
    count: Callable[[Sequence[str]], list[int]], text: str, budget: int, overlap: int, data: st.DataObject
) -> None:
    start = data.draw(st.integers(0, len(text)))
    spans, chunks = chunk(text, count, budget=budget, overlap=overlap, start=start)
    assert_slices(text, start, spans)
    assert bool(spans) == bool(chunks) == bool(text[start:].strip())
    for c in chunks:
        assert 0 <= c.first_sentence < c.last_sentence <= len(spans)
        assert (c.start, c.end) == (spans[c.first_sentence].start, spans[c.last_sentence - 1].end)
        assert count([text[c.start : c.end]])[0] <= budget or c.end - c.start == 1
    for one, other in pairwise(chunks):
        assert one.first_sentence < other.first_sentence <= one.last_sentence < other.last_sentence
        assert one.last_sentence - other.first_sentence <= overlap
    if chunks:
        assert (chunks[0].first_sentence, chunks[-1].last_sentence) == (0, len(spans))


@settings(deadline=None)
@given(st.lists(TEXTS.filter(lambda text: text.strip()), min_size=1, max_size=3), st.text(min_size=1), st.data())
@example(["\0", "\ud800"], "\0", None)
def test_quotes_lie_inside_their_passages_word_for_word(
    texts: list[str], question: str, data: st.DataObject | None
) -> None:
    if data is not None:
        # Ask with words of the text, as far as a question may hold them.
        words = [word for word in texts[0].split() if word.isprintable()]
        question = " ".join([question, *data.draw(st.lists(st.sampled_from(words or ["x"]), max_size=4))])
    encoder = WordEncoder(max_tokens=16)
    index = MemoryIndex(encoder.dimension)
    documents = [Document(str(n), text, title="A title", sha256=str(n)) for n, text in enumerate(texts)]
    for encoded in Indexer(encoder, IndexConfig()).encode(documents):
        index.add(encoded)
    with ThreadPoolExecutor(1) as pool:
        query = make_query(f"{question}?", encoder, index, Filter(), pool)
    quote = best_quote(InformationNeed.of(query, term_weights(frequencies(index, query), index.info.passages)))
    chosen = select(retrieve(index, index.info, query, SearchConfig()), 5, SearchConfig(least_share=0), quote)
    assert chosen
    for rank, quoted in enumerate(chosen, start=1):
        candidate, span = quoted.retrieved.candidate, quoted.quote
        assert candidate.chunk.start <= span.start < span.end <= candidate.chunk.end
        assert span.start in {s.start for s in candidate.sentences}
        assert span.end in {s.end for s in candidate.sentences}
        citation = cite(rank, quoted)
        text = texts[int(citation.document.id)]
        assert citation.passage.text == text[citation.passage.start : citation.passage.end]
        assert citation.quote.text == text[citation.quote.start : citation.quote.end]
        assert citation.quote.text == citation.quote.text.strip() != ""
        assert citation.quote.text in citation.passage.text
        assert citation.passage.line_start <= citation.quote.line_start
        assert citation.quote.line_end <= citation.passage.line_end
