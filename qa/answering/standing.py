"""A chosen quote -> one that stands alone: whole quotations, their speaker, a pronoun's name, a list that is announced.

A quote grows by the sentence before it or after it, while it needs one and may have it. What is never grown by is what
says nothing by itself (headings, bylines), and a quote that is long enough to be a burden stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from qa.text.common_words import is_common
from qa.text.languages import language_of
from qa.text.names import content_words
from qa.text.phrases import Phrases

#: Sentences without the items of lists, and code points, that a grown quote has at most: what a reader takes in at
#: once, and pastes.
MOST_SENTENCES, MOST_CHARACTERS = 3, 600

# A straight mark opens where a word may begin; the marks of other languages tell by themselves, but the English opening
# one is the German closing one.
_MARK = re.compile(
    r"(?P<opens>[\u201e\u00ab])|(?P<may_open>(?<![^\s(\[\u2014-])[\"\u201c](?=\S))|[\"\u201c\u201d\u00bb]"
)
_REFERS = Phrases(lambda language: language.refers_back)
_BEGINS = Phrases(lambda language: language.begins_back)
_WORD = re.compile(r"[^\W_]")

# What stands between commas and has at most four words, as "she told analysts" or "sagte er".
_CLAUSE = re.compile(
    r"[,;][\"'\u201d\u201c\u2019\u00bb\s]*([^\W\d_][\w'\u2019-]*(?:\s[^\W\d_][\w'\u2019-]*){0,3})\s?(?=[,.:;\u2013\u2014]|$)"
)

# A colon announces what follows.
_ANNOUNCES = re.compile(r"[:\uff1a][*_\s]*$")


class Sentence(NamedTuple):
    """A sentence: its ``text``, whether it ``begins`` a paragraph, whether a quote may have it beside another, and
    whether it is an item of a list or a row of a table."""

    text: str
    begins: bool
    says: bool
    is_item: bool = False


class _Quotation(NamedTuple):
    """Whether a quotation is open ``before`` and ``after`` a sentence, and what of it is ``outside`` of any."""

    before: bool
    after: bool
    outside: str

    @property
    def whole(self) -> bool:
        """Whether all words of the sentence are quoted."""
        return not _WORD.search(self.outside)


def standing(sentences: Sequence[Sentence], first: int, last: int) -> tuple[int, int]:
    """The run of sentences, ``[first, last)`` or more, that stands alone as far as it may grow."""
    quotations = _quotations(sentences)
    while (grown := _needed(sentences, quotations, first, last)) and _may_be(sentences, first, *grown):
        first, last = grown
    return first, last


def refers_back(passage: Sequence[str], number: int) -> bool:
    """Whether a sentence of a passage refers to the one before it: "he", "their", or "this" as its first word."""
    text = passage[number]
    return _in_its_language(passage, lambda own: own(_REFERS).are_in(text) or own(_BEGINS).begin(text))


def _needed(
    sentences: Sequence[Sentence], quotations: Sequence[_Quotation], first: int, last: int
) -> tuple[int, int] | None:
    """The run that is one sentence longer, by the one that is needed; None where none is."""
    if quotations[first].before:
        return first - 1, last
    if quotations[last - 1].after or _announces(sentences, first, last):
        return first, last + 1
    if quotations[first].whole and not sentences[first].begins:
        return first - 1, last
    if all(quotation.whole for quotation in quotations[first:last]):
        follows = last < len(sentences) and not sentences[last].begins
        return (first, last + 1) if follows else (first - 1, last)
    return (first - 1, last) if _is_named_before(sentences, quotations, first, last) else None


def _announces(sentences: Sequence[Sentence], first: int, last: int) -> bool:
    """Whether a quote ends in a colon, or in an item of the list that it announces, and that goes on."""
    if _ANNOUNCES.search(sentences[last - 1].text):
        return True
    goes_on = last < len(sentences) and sentences[last - 1].is_item and sentences[last].is_item
    return goes_on and any(_ANNOUNCES.search(sentence.text) for sentence in sentences[first:last])


def _is_named_before(sentences: Sequence[Sentence], quotations: Sequence[_Quotation], first: int, last: int) -> bool:
    """Whether a quote that begins with a pronoun, or whose speaker is one, names nobody, and a sentence before it does
    that it may grow to."""
    if not (_begins_back(sentences, first) or any(_is_said(sentences, at) for at in range(first, last))):
        return False
    if any(_names(quotation.outside) for quotation in quotations[first:last]):
        return False
    nearest = range(first - 1, max(last - MOST_SENTENCES, 0) - 1, -1)
    names = (_names(sentences[at].text) for at in nearest if not _begins_back(sentences, at))
    return next(names, False)


def _is_said(sentences: Sequence[Sentence], number: int) -> bool:
    """Whether somebody who is only a pronoun says the sentence: ", she told analysts"."""
    clauses = _CLAUSE.findall(sentences[number].text)
    passage = (sentence.text for sentence in sentences)
    return _in_its_language(passage, lambda own: any(map(own(_REFERS).are_in, clauses)))


def _begins_back(sentences: Sequence[Sentence], number: int) -> bool:
    """Whether the first word of a sentence refers to the one before it."""
    text = sentences[number].text
    passage = (sentence.text for sentence in sentences)
    return _in_its_language(passage, lambda own: own(_REFERS).begin(text) or own(_BEGINS).begin(text))


def _in_its_language(passage: Iterable[str], tells: Callable[[Callable[[Phrases], Phrases]], bool]) -> bool:
    """Whether the phrases of the passage's own language tell something; English ones where it does not tell its own.

    A pronoun of one language is another word in another ("il", "es", "su"). To tell a language takes longer than all
    else, so it is told only where the phrases of any language do.
    """
    if not tells(lambda phrases: phrases):
        return False
    code = language_of(" ".join(passage)) or "en"
    return tells(lambda phrases: phrases.of(code))


def _names(text: str) -> bool:
    """Whether the text names somebody or something, by a word with a capital that is no common word."""
    return any(word[0].isupper() and not is_common(term) for term, word in content_words(text).items())


def _may_be(sentences: Sequence[Sentence], first: int, start: int, end: int) -> bool:
    """Whether a run that begins at ``first`` may become ``[start, end)``, which has one sentence more."""
    if start < 0 or end > len(sentences):
        return False
    if sum(not sentence.is_item for sentence in sentences[start:end]) > MOST_SENTENCES:
        return False
    added = sentences[start] if start < first else sentences[end - 1]
    return added.says and sum(len(sentence.text) for sentence in sentences[start:end]) <= MOST_CHARACTERS


def _quotations(sentences: Sequence[Sentence]) -> list[_Quotation]:
    """What of each sentence is quoted. A quotation ends with its paragraph: the next one opens it anew."""
    quotations: list[_Quotation] = []
    is_open = False
    for sentence in sentences:
        before = is_open = is_open and not sentence.begins
        at, outside = 0, ""
        for mark in _MARK.finditer(sentence.text):
            outside += "" if is_open else sentence.text[at : mark.start()]
            is_open = mark.lastgroup == "opens" or (mark.lastgroup == "may_open" and not is_open)
            at = mark.end()
        outside += "" if is_open else sentence.text[at:]
        quotations.append(_Quotation(before, is_open, outside))
    return quotations
