"""A chosen quote -> one that stands alone: whole quotations, with their speaker, and the name before its pronoun.

A quote grows by the sentence before it or after it, while it needs one and may have it. What is never grown by is what
says nothing by itself (headings, bylines), and a quote that is long enough to be a burden stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from qa.text.common_words import is_common
from qa.text.languages import language_of
from qa.text.names import content_words
from qa.text.phrases import Phrases

#: Sentences, and code points, that a grown quote has at most: what a reader takes in at once, and pastes.
MOST_SENTENCES, MOST_CHARACTERS = 3, 600

# A straight mark opens where a word may begin; the marks of other languages tell by themselves, but the English opening
# one is the German closing one.
_MARK = re.compile(
    r"(?P<opens>[\u201e\u00ab])|(?P<may_open>(?<![^\s(\[\u2014-])[\"\u201c](?=\S))|[\"\u201c\u201d\u00bb]"
)
_REFERS = Phrases(lambda language: language.refers_back)
_BEGINS = Phrases(lambda language: language.begins_back)
_WORD = re.compile(r"[^\W_]")


class Sentence(NamedTuple):
    """A sentence: its ``text``, whether it ``begins`` a paragraph, and whether a quote may have it beside another."""

    text: str
    begins: bool
    says: bool


class _Quotation(NamedTuple):
    """Whether a quotation is open ``before`` and ``after`` a sentence, and whether all its words are quoted."""

    before: bool
    after: bool
    whole: bool


def standing(sentences: Sequence[Sentence], first: int, last: int) -> tuple[int, int]:
    """The run of sentences, ``[first, last)`` or more, that stands alone as far as it may grow."""
    quotations = _quotations(sentences[: last + MOST_SENTENCES])
    while (grown := _needed(sentences, quotations, first, last)) and _may_be(sentences, first, *grown):
        first, last = grown
    return first, last


def refers_back(passage: Sequence[str], number: int) -> bool:
    """Whether a sentence of a passage refers to the one before it: "he", "their", or "this" as its first word.

    A pronoun of one language is another word in another ("il", "es", "su"): the passage tells its language, where any
    language's words refer back.
    """
    text = passage[number]
    if not (_REFERS.are_in(text) or _BEGINS.begin(text)):
        return False
    code = _language(passage)
    return _REFERS.of(code).are_in(text) or _BEGINS.of(code).begin(text)


def _needed(
    sentences: Sequence[Sentence], quotations: Sequence[_Quotation], first: int, last: int
) -> tuple[int, int] | None:
    """The run that is one sentence longer, by the one that is needed; None where none is."""
    if quotations[first].before:
        return first - 1, last
    if quotations[last - 1].after:
        return first, last + 1
    if all(quotation.whole for quotation in quotations[first:last]):
        follows = last < len(sentences) and not sentences[last].begins
        return (first, last + 1) if sentences[first].begins and follows else (first - 1, last)
    return (first - 1, last) if first and _is_named_before(sentences, first, last) else None


def _is_named_before(sentences: Sequence[Sentence], first: int, last: int) -> bool:
    """Whether a quote that begins with a pronoun names nobody, and the sentence before it does."""
    return (
        _begins_back(sentences, first)
        and not any(_names(sentence.text) for sentence in sentences[first:last])
        and _names(sentences[first - 1].text)
        and not _begins_back(sentences, first - 1)
    )


def _begins_back(sentences: Sequence[Sentence], number: int) -> bool:
    """Whether the first word of a sentence refers to the one before it, in the language of the passage."""
    text = sentences[number].text
    if not (_REFERS.begin(text) or _BEGINS.begin(text)):
        return False
    code = _language(sentence.text for sentence in sentences)
    return _REFERS.of(code).begin(text) or _BEGINS.of(code).begin(text)


def _language(passage: Iterable[str]) -> str:
    """The language of a passage's sentences; English where they do not tell."""
    return language_of(" ".join(passage)) or "en"


def _names(text: str) -> bool:
    """Whether the text names somebody or something, by a word with a capital that is no common word."""
    return any(word[0].isupper() and not is_common(term) for term, word in content_words(text).items())


def _may_be(sentences: Sequence[Sentence], first: int, start: int, end: int) -> bool:
    """Whether a run that begins at ``first`` may become ``[start, end)``, which has one sentence more."""
    if start < 0 or end > len(sentences) or end - start > MOST_SENTENCES:
        return False
    added = sentences[start] if start < first else sentences[end - 1]
    return added.says and sum(len(sentence.text) for sentence in sentences[start:end]) <= MOST_CHARACTERS


def _quotations(sentences: Sequence[Sentence]) -> list[_Quotation]:
    """What of each sentence is quoted. A quotation ends with its paragraph: the next one opens it anew."""
    quotations: list[_Quotation] = []
    is_open = False
    for sentence in sentences:
        before = is_open = is_open and not sentence.begins
        at, unquoted = 0, False
        for mark in _MARK.finditer(sentence.text):
            unquoted |= not is_open and _WORD.search(sentence.text, at, mark.start()) is not None
            is_open = mark.lastgroup == "opens" or (mark.lastgroup == "may_open" and not is_open)
            at = mark.end()
        unquoted |= not is_open and _WORD.search(sentence.text, at) is not None
        quotations.append(_Quotation(before, is_open, not unquoted))
    return quotations
