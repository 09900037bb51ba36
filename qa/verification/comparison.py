"""A recorded excerpt against a document's text as it is now: where it stands, or what has become of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum

from qa.text.languages import any_of
from qa.text.sentences import sentences
from qa.types import Excerpt, Span
from qa.verification.nearest import TextChange, changes, nearest, occurrences

#: A text of which less is the same is another text.
STILL_A_PASSAGE = 0.5

#: Code points read after a quote for such a word.
LOOKAHEAD = 500

# What turns round what was said before it, or takes something away from it.
_REVERSING = rf"(?:{any_of(lambda language: language.contrast)})\b"
_ANYWHERE = re.compile(rf"\b{_REVERSING}", re.IGNORECASE)
_FIRST = re.compile(rf"\W*{_REVERSING}", re.IGNORECASE)


class CitationStatus(StrEnum):
    """What has become of a text, best first. Extracted anew: the file is the same, and what makes its text has another
    version, which has put the text elsewhere, or made another one of it."""

    EXACT = "exact"
    MOVED = "moved"
    EXTRACTED_ANEW = "extracted anew"
    ALTERED = "altered"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class ExcerptComparison:
    """What has become of an excerpt.

    ``found`` is where it stands now; for an altered one, the text that is most like it; None where there is none.
    ``times`` counts how often it stands in the document word for word, without overlaps. For an altered one,
    ``changes`` turn the recorded text into the one found, ``alike`` is the share of both texts that is the same, in
    [0, 1], and ``white_space_only`` says that they differ in nothing but white space.
    """

    status: CitationStatus
    found: Excerpt | None = None
    times: int = 0
    changes: tuple[TextChange, ...] = ()
    alike: float = 0.0
    white_space_only: bool = False

    @property
    def stands(self) -> bool:
        """Whether the excerpt stands in the document word for word."""
        return self.times > 0

    def extracted_anew(self) -> ExcerptComparison:
        """The same of a text that another version has made of the same file."""
        return self if self.status is CitationStatus.EXACT else replace(self, status=CitationStatus.EXTRACTED_ANEW)


def compare(recorded: Excerpt, text: str) -> ExcerptComparison:
    """Looks for ``recorded``, whose text is not blank, in ``text``, which is not blank either.

    Of several verbatim places the recorded one counts, or else the nearest to it.
    """
    words = recorded.text
    if text[recorded.start : recorded.end] == words:
        place, status = recorded.start, CitationStatus.EXACT
    elif (place := _nearest_place(words, text, recorded.start)) >= 0:
        status = CitationStatus.MOVED
    else:
        return _altered(recorded, text)
    found = Excerpt.of(text, place, place + len(words))
    return ExcerptComparison(status, found, times=text.count(words), alike=1.0)


def compare_in_passage(quote: Excerpt, passage: Excerpt, now: ExcerptComparison, text: str) -> ExcerptComparison:
    """As ``compare``, for a quote that is too short to be looked for elsewhere than in what its passage has become.

    ``now`` is how ``passage`` compares with ``text``. A passage that has become something else holds no such quote.
    """
    if now.found is None or now.alike < STILL_A_PASSAGE:
        return ExcerptComparison(CitationStatus.ALTERED)
    start = quote.start - passage.start
    inside = compare(Excerpt(quote.text, start, start + len(quote.text), 1, 1), now.found.text)
    if inside.found is None:
        return inside
    found = Excerpt.of(text, now.found.start + inside.found.start, now.found.start + inside.found.end)
    status = CitationStatus.EXACT if found.start == quote.start else CitationStatus.MOVED
    return replace(inside, status=inside.status if inside.status is CitationStatus.ALTERED else status, found=found)


def reversal(text: str, quote: Span) -> str | None:
    """How ``text`` goes on after a quote, where that may turn round what the quote says; else None.

    That is the rest of a sentence in which the quote stops, if it has a word of contrast (but, unless), or the next
    sentence, if it begins with one.
    """
    context = text[quote.start : quote.end + LOOKAHEAD]
    stop = quote.end - quote.start
    for sentence in sentences(context):
        rest = context[max(stop, sentence.start) : sentence.end]
        if sentence.start >= stop:
            return rest if _FIRST.match(rest) else None
        if _ANYWHERE.search(rest):
            return rest.strip()
    return None


def _nearest_place(words: str, text: str, near: int) -> int:
    """The offset of the verbatim place nearest to ``near``, the earlier of two; -1 where there is none."""
    after = text.find(words, near)
    # Backwards by find() on the reverse, which is linear; rfind() is not.
    lead = text[: near + len(words) - 1]
    reverse = lead[::-1].find(words[::-1])
    before = len(lead) - reverse - len(words) if reverse >= 0 else -1
    if before < 0 or (after >= 0 and after - near < near - before):
        return after
    return before


def _altered(recorded: Excerpt, text: str) -> ExcerptComparison:
    span = _spaced_otherwise(recorded, text)
    start, end = span or nearest(recorded.text, text, recorded.start)
    found = Excerpt.of(text, start, end) if start < end else None
    differences = changes(recorded.text, text[start:end])
    same = sum(len(change.text) for change in differences if change.kind == "same")
    alike = 2 * same / (len(recorded.text) + end - start)
    return ExcerptComparison(CitationStatus.ALTERED, found, 0, differences, alike, white_space_only=span is not None)


def _spaced_otherwise(recorded: Excerpt, text: str) -> Span | None:
    """Where the text stands in other white space, nearest to the recorded offset; None if it does not."""
    squeezed, expected = "".join(text.split()), "".join(recorded.text.split())
    if expected not in squeezed:
        return None
    offsets = [offset for offset, character in enumerate(text) if not character.isspace()]
    start = min(occurrences(expected, squeezed), key=lambda place: abs(offsets[place] - recorded.start))
    return Span(offsets[start], offsets[start + len(expected) - 1] + 1)
