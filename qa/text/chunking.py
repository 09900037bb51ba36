"""Text -> its sentences and passages, within the encoder's token budget.

A passage is a run of whole sentences. It is as long as the budget allows, and repeats the last sentences of the one
before it, so that an answer on the seam stands whole in one of them.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from qa.errors import ConfigError
from qa.text.sentences import sentences, strip
from qa.types import Chunk, Document, Span

#: Tokens of each text, without special tokens.
CountTokens = Callable[[Sequence[str]], Sequence[int]]

#: Code points. Words in European languages have some 4 to 6 to a token; what is longer is not prose, and counting its
#: tokens would cost time that grows with its square.
MAX_CHARACTERS_PER_TOKEN = 8

#: Code points. Combining marks that are kept with their letter: no text in any language has more in a row (Unicode
#: Standard Annex #15, section 13, "Stream-Safe Text Format").
MAX_MARKS = 30


class Splitter(Protocol):
    """Splits documents in a way of one's own. Without one, ``chunk`` does.

    Both kinds of span are in code points of the document's text, and none begins before ``document.body_start``.
    """

    @property
    def name(self) -> str:
        """Its name and version: an index that was split by another one is built anew."""

    def split(
        self, document: Document, count_tokens: CountTokens, budget: int
    ) -> tuple[Sequence[Span], Sequence[Chunk]]:
        """The sentences, in order and apart from each other, and the passages, which are runs of whole sentences.

        A passage is quoted from and ranked, a sentence quoted; neither is blank, or has more than ``budget`` tokens.
        """


def check_split(document: Document, sentences: Sequence[Span], passages: Sequence[Chunk], name: str) -> None:
    """Raises ConfigError where what the splitter ``name`` made of a document breaks what ``Splitter`` promises."""
    text, last = document.text, document.body_start
    wrong = None if sentences and passages else "made no passage of it"
    for start, end in sentences:
        if not last <= start < end <= len(text) or not text[start:end].strip():
            wrong = f"made a sentence [{start}, {end}), which is blank, or not behind the one before it"
        last = end
    for passage in passages:
        first, after = passage.first_sentence, passage.last_sentence
        if not 0 <= first < after <= len(sentences):
            wrong = f"made a passage of the sentences [{first}, {after})"
        elif (passage.start, passage.end) != (sentences[first].start, sentences[after - 1].end):
            wrong = f"made a passage [{passage.start}, {passage.end}), which is not where its sentences stand"
    if wrong:
        raise ConfigError(f"the splitter {name} {wrong}: document {document.id!r}", "correct the splitter")


def chunk(
    text: str, count_tokens: CountTokens, *, budget: int, overlap: int = 1, start: int = 0, language: str | None = None
) -> tuple[list[Span], list[Chunk]]:
    """The sentences and the passages of ``text[start:]``.

    ``budget`` is in tokens, at least 1: no passage counts more, and neither does a sentence (a longer one is cut at
    words), and none has more than ``MAX_CHARACTERS_PER_TOKEN`` code points for each, however few tokens it counts.
    ``overlap`` is the number of sentences that a passage repeats, where they fit. ``language`` is that of the text, as
    in ``sentences``. Every sentence is in a passage, and every character that is not white space is in a sentence.
    """
    spans = [piece for span in sentences(text, start, language) for piece in _limit(text, span, budget)]
    sizes = list(count_tokens([text[s.start : s.end] for s in spans]))
    spans, sizes = _fit(text, spans, sizes, count_tokens, budget)
    room = budget
    while True:
        chunks = pack(spans, sizes, room, overlap)
        # Tokens of a passage need not be the sum of its sentences' tokens, so the whole passage is what counts.
        longer = [text[c.start : c.end] for c in chunks if c.last_sentence - c.first_sentence > 1]
        excess = max(count_tokens(longer), default=0) - budget if longer else 0
        if excess <= 0 or room <= 1:
            return spans, chunks
        room = max(1, room - excess)


def pack(spans: Sequence[Span], sizes: Sequence[int], budget: int, overlap: int) -> list[Chunk]:
    """Greedy runs of sentences whose ``sizes`` add up to at most ``budget``, and that are not longer than that allows
    (one sentence may be more alone)."""
    longest = budget * MAX_CHARACTERS_PER_TOKEN
    chunks: list[Chunk] = []
    first = last = 0
    while last < len(spans):
        used = sum(sizes[first:last])
        while last < len(spans) and (
            first == last or (used + sizes[last] <= budget and spans[last].end - spans[first].start <= longest)
        ):
            used += sizes[last]
            last += 1
        chunks.append(Chunk(spans[first].start, spans[last - 1].end, first, last))
        if last < len(spans):
            first = max(first + 1, last - overlap)
            while first < last and (
                sum(sizes[first : last + 1]) > budget or spans[last].end - spans[first].start > longest
            ):
                first += 1
    return chunks


def _limit(text: str, span: Span, budget: int) -> Iterator[Span]:
    """Cuts a span that no token count could allow, before its tokens are counted."""
    most = budget * MAX_CHARACTERS_PER_TOKEN
    start, end = span
    while end - start > most:
        cut = _cut(text, start, start + most)
        yield from _nonblank(text, start, cut)
        start = cut
    yield from _nonblank(text, start, end)


def _fit(
    text: str, spans: Sequence[Span], sizes: Sequence[int], count_tokens: CountTokens, budget: int
) -> tuple[list[Span], list[int]]:
    """Halves, at a word, every span that counts more than ``budget`` tokens, until none does."""
    fitted: list[tuple[Span, int]] = []
    todo = list(zip(spans, sizes, strict=True))[::-1]
    while todo:
        span, size = todo.pop()
        if size <= budget or span.end - span.start == 1:
            fitted.append((span, size))
            continue
        cut = _cut(text, span.start, (span.start + span.end + 1) // 2)
        halves = [*_nonblank(text, span.start, cut), *_nonblank(text, cut, span.end)]
        counts = count_tokens([text[h.start : h.end] for h in halves])
        todo += list(zip(halves, counts, strict=True))[::-1]
    return [span for span, _ in fitted], [size for _, size in fitted]


def _cut(text: str, start: int, end: int) -> int:
    """The last place in ``(start, end]`` after a white space; failing that, one that does not split a character."""
    for at in range(end, start, -1):
        if text[at - 1].isspace():
            return at
    for at in range(end, max(start, end - MAX_MARKS - 1), -1):
        if not unicodedata.combining(text[at]):
            return at
    return end


def _nonblank(text: str, start: int, end: int) -> Iterator[Span]:
    span = strip(text, start, end)
    if span.start < span.end:
        yield span
