"""The text that comes closest to one that is gone, and how the two differ.

RapidFuzz's ``partial_ratio_alignment`` finds the place. Its cost grows with the square of what is sought, so that only
the two ends of a long text are aligned; and in a long document only around the place that most of the text's shingles
point to. The time is linear in the document, whatever stands in it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import groupby, islice
from operator import attrgetter
from typing import Literal, NamedTuple

from qa.types import Span

#: Code points: what is aligned in one piece; and how much of a document is searched around the estimated place.
PIECE, SEARCHED = 500, 20_000

#: A shingle's length in code points, how many of a text are looked up, and from how many places on one tells nothing.
SHINGLE, SHINGLES, COMMON = 8, 64, 1_000

#: Tokens. More than this between a common beginning and a common end is shown as replaced in one piece.
DIFFED = 1_000

#: Words by which either end of the alignment may be moved: its length is that of the text sought, not of that found.
_REACH = 60

#: Words that an end which has stayed as it was may be away: sentences are reworded more often than they are cut.
_EDGE = 3

_TOKEN = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|\w+|\s+|[^\w\s]")


class TextChange(NamedTuple):
    """A run of text that stayed, went, or came."""

    kind: Literal["same", "deleted", "inserted"]
    text: str


def nearest(excerpt: str, text: str, near: int) -> Span:
    """The slice of ``text`` that is most like ``excerpt``; among equals in a long text, that nearest to ``near``.

    Neither text is blank. The slice does not begin or end with white space; it is empty where nothing is alike.
    """
    excerpt = excerpt.strip()
    head = _aligned(excerpt[:PIECE], text, _around(_estimate(excerpt, text, near), text))
    if len(excerpt) <= PIECE or head.start == head.end:
        return head
    after_head = _around(head.start + len(excerpt), text)
    tail = _aligned(excerpt[-PIECE:], text, Span(max(head.start, after_head.start), max(head.end, after_head.end)))
    return Span(head.start, tail.end)


def changes(old: str, new: str) -> tuple[TextChange, ...]:
    """What turns ``old`` into ``new``: compared by words, each difference then cut down to its characters.

    What is the same and what is deleted make up ``old``; what is the same and what is inserted, ``new``.
    """
    start, before, after, end = _parted(old, new)
    runs = [TextChange("same", start), *_replaced(before, after), TextChange("same", end)]
    by_kind = groupby((run for run in runs if run.text), key=attrgetter("kind"))
    return tuple(TextChange(kind, "".join(run.text for run in group)) for kind, group in by_kind)


def occurrences(words: str, text: str) -> Iterator[int]:
    """The offsets at which ``words``, which is not empty, stands in ``text``, without overlaps."""
    place = text.find(words)
    while place >= 0:
        yield place
        place = text.find(words, place + len(words))


def _around(place: int, text: str) -> Span:
    """At most ``SEARCHED`` code points of ``text`` with ``place`` in their middle, as far as there is text."""
    start = max(0, min(place - SEARCHED // 2, len(text) - SEARCHED))
    return Span(start, min(len(text), start + SEARCHED))


def _estimate(excerpt: str, text: str, near: int) -> int:
    """About where ``excerpt`` begins: each shingle votes for the beginning that it implies, a rare one with more.

    Where none is left, that is ``near``; and a text that is searched as a whole needs no estimate.
    """
    if len(text) <= SEARCHED:
        return 0
    votes: defaultdict[int, float] = defaultdict(float)
    for offset in range(0, len(excerpt), max(1, len(excerpt) // SHINGLES)):
        places = list(islice(occurrences(excerpt[offset : offset + SHINGLE], text), COMMON))
        for place in places if len(places) < COMMON else []:
            votes[max(0, place - offset) // PIECE] += 1 / len(places)
    best = max(votes, key=lambda b: (votes[b] + votes.get(b + 1, 0), -abs(b * PIECE - near), -b), default=None)
    return near if best is None else best * PIECE


def _aligned(piece: str, text: str, window: Span) -> Span:
    """The slice within ``window`` that is most like ``piece``, from word to word; empty where there is no word."""
    from rapidfuzz.distance import Levenshtein
    from rapidfuzz.fuzz import partial_ratio_alignment

    inside = text[window.start : window.end]
    alignment = partial_ratio_alignment(piece, inside)
    start, end = (alignment.dest_start, alignment.dest_end) if alignment else (0, len(inside))
    # Never blank tokens: a slice does not begin or end with white space.
    tokens = [token for token in _TOKEN.finditer(inside) if not token[0].isspace()]
    if not tokens:
        return Span(window.end, window.end)
    expected, words = [word for word in _TOKEN.findall(piece) if not word.isspace()], [token[0] for token in tokens]
    first = next((i for i, token in enumerate(tokens) if token.end() > start), len(tokens) - 1)
    last = next((i for i, token in enumerate(tokens) if token.end() >= end), len(tokens) - 1)

    def cost(begin: int, stop: int) -> tuple[int, int]:
        edges = (words[begin] == expected[0]) + (words[stop] == expected[-1])
        distance = Levenshtein.distance(expected, words[begin : stop + 1])
        return distance - _EDGE * edges, abs(stop + 1 - begin - len(expected))

    ends = range(max(first, last - _REACH), min(len(tokens), last + _REACH))
    last = min(ends, key=lambda stop: cost(first, stop))
    starts = range(max(0, first - _REACH), min(last, first + _REACH) + 1)
    first = min(starts, key=lambda begin: cost(begin, last))
    return Span(window.start + tokens[first].start(), window.start + tokens[last].end())


def _parted(old: str, new: str) -> tuple[str, str, str, str]:
    """What both begin with, what of either differs, and what both end with."""
    from rapidfuzz.distance import Postfix, Prefix

    start = Prefix.similarity(old, new)
    end = Postfix.similarity(old[start:], new[start:])
    return old[:start], old[start : len(old) - end], new[start : len(new) - end], old[len(old) - end :]


def _replaced(old: str, new: str) -> Iterator[TextChange]:
    """The changes between two texts that begin and end differently."""
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(before), len(after)) > DIFFED:
        yield from _trimmed(old, new)
        return
    # Blanks are everywhere: as anchors they would tear the words apart.
    matcher = SequenceMatcher(str.isspace, before, after, autojunk=False)
    for kind, i, j, k, m in matcher.get_opcodes():
        if kind == "equal":
            yield TextChange("same", "".join(before[i:j]))
        else:
            yield from _trimmed("".join(before[i:j]), "".join(after[k:m]))


def _trimmed(old: str, new: str) -> Iterator[TextChange]:
    """One run replaced by another, without what they begin and end with in common."""
    start, before, after, end = _parted(old, new)
    yield TextChange("same", start)
    yield TextChange("deleted", before)
    yield TextChange("inserted", after)
    yield TextChange("same", end)
