"""The names and numbers of a question that no article mentions, and what may be meant by them.

A word counts as mentioned where any passage, its article's title or date, or what an article tells of itself (source,
author, further fields) has it or another form of it (Brazil, Brazilian). For the others, words of any article that are
spelt almost alike are suggested (Blinken for Blinkin).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from qa.backends.base import Searcher
from qa.backends.filters import ANYTHING
from qa.backends.shared.mentioned import mentioned
from qa.text.analysis import terms
from qa.text.common_words import is_common, is_read
from qa.text.names import content_words, forms, names, shows_case
from qa.text.spelling import may_be_misspelt, near_terms

#: A question is about names that make up this share of what is informative in it. One that no article holds is the most
#: informative word of its question, so of four or fewer words it has that share.
ABOUT = 0.25

#: Words that are suggested for one, the most frequent first.
SUGGESTED = 3

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


class Mentions(NamedTuple):
    """``names``: the index terms of what the question names, each with its word. ``unknown``: the names and numbers
    that no article mentions. ``suggestions``: of those that are like words in the articles, these words. ``absent``:
    whether the question is about names that are like nothing in them."""

    names: Mapping[str, str] = {}
    unknown: tuple[str, ...] = ()
    suggestions: Mapping[str, tuple[str, ...]] = {}
    absent: bool = False


def mentions(question: str, weights: Mapping[str, float], searcher: Searcher) -> Mentions:
    """What the articles mention of the names in a question. ``weights`` tells how informative each of its terms is.

    Where capitals do not tell names from other words, a word counts as a name if no article mentions it and it is no
    common word: then it is given with a capital.
    """
    sure, possible = names(question), _possible_names(question)
    candidates = sure | {term: word for term, word in possible.items() if term not in sure}
    there = dict(zip(candidates, mentioned([*candidates], searcher), strict=True))
    unknown = {
        term: word
        for term, word in candidates.items()
        if not there[term] and (term in sure or not is_common(term)) and not _in_another_form(word, searcher)
    }
    spellings = {term: _spellings(word, term in sure, searcher) for term, word in unknown.items()}
    lacking = sum(weights[term] for term, words in spellings.items() if words is None)
    return Mentions(
        sure | unknown,
        tuple(dict.fromkeys(unknown.values())),
        {unknown[term]: words for term, words in spellings.items() if words},
        lacking > 0 and lacking >= ABOUT * sum(weights.values()),
    )


def written_alike(mentions: Mentions) -> Mentions:
    """What counts of it for a passage in another language, where a name may be written otherwise (Germany is
    Deutschland, the OAS is the OEA): numbers, and of what no article mentions these and the words that are like some.
    """
    numbers = {term: word for term, word in mentions.names.items() if any(map(str.isdigit, word))}
    told = tuple(word for word in mentions.unknown if word in mentions.suggestions or any(map(str.isdigit, word)))
    return Mentions(numbers, told, mentions.suggestions)


def _possible_names(question: str) -> dict[str, str]:
    if shows_case(question) or not is_read(question):
        return {}
    return {term: word.capitalize() for term, word in content_words(question).items()}


def _in_another_form(word: str, searcher: Searcher) -> bool:
    return any(mentioned(sorted(forms(word)), searcher))


def _spellings(word: str, is_name: bool, searcher: Searcher) -> tuple[str, ...] | None:
    """The words of the articles, as written there, that ``word`` may be a misspelling of; None for no such words.

    What is surely a name is meant by words with a capital, or by what an article tells beside its text, which is not
    suggested.
    """
    near = sorted(near_terms(word)) if may_be_misspelt(word) else []
    near = [term for term, there in zip(near, mentioned(near, searcher), strict=True) if there]
    counts = dict(zip(near, searcher.document_frequencies(near), strict=True))
    ranked = sorted((term for term in near if counts[term]), key=lambda term: -counts[term])
    spellings = [(term, _spelling_of(term, searcher)) for term in ranked]
    large = list(dict.fromkeys(one for _, one in spellings if one and one[0].isupper()))
    is_like = large or len(ranked) < len(near) or (ranked and not is_name)
    return tuple(large[:SUGGESTED]) if is_like else None


def _spelling_of(term: str, searcher: Searcher) -> str | None:
    """The word of a term as the best passage for it, or its title, writes it, with a capital if it does so anywhere."""
    numbers = searcher.lexical([term], 1, ANYTHING).numbers.tolist()
    for candidate in searcher.candidates(numbers):
        text = candidate.document.text[candidate.chunk.start : candidate.chunk.end]
        words = list(_words_of(term, [candidate.document.title, text]))
        return next((word for word in words if word[0].isupper()), *words[:1]) if words else None
    return None


def _words_of(term: str, texts: Sequence[str]) -> Iterator[str]:
    return (word for text in texts for word in dict.fromkeys(_WORD.findall(text)) if terms(word) == [term])
