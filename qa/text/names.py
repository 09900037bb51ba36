"""What a question names: people, places, organisations, years and amounts, told by capital letters and digits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator

from qa.text.analysis import FUNCTION_WORDS, fold, terms
from qa.text.months import MONTH_OF

# Acronyms with dots, and words, the parts of a hyphenated one apart: "Maduro-backed" names Maduro alone.
_WORD = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])\.?|[^\W_]+(?:(?:[.'\u2019]|(?<=\d),(?=\d))[^\W_]+)*")
_BEFORE_A_SENTENCE = tuple('.?!:\u2026\u00bf\u00a1"\u201c\u00ab(')

# Initials and titles: J. Bolsonaro, Mr. Maduro, Sra. Rousseff. Articles often write the same name without them.
_ABBREVIATION = re.compile(r"(?:[^\W\d_]{1,3}|Capt|Prof)(?=\.\s+[^\W_])")


def names(question: str) -> dict[str, str]:
    """The index terms of the question's names and numbers, each with the word as it stands in the question.

    A name is a word with a capital letter that is no function word and no abbreviated title; where it opens a sentence,
    only an acronym is one. A question that writes function words large as well (a headline, or capitals throughout)
    shows no names by them. Numbers are words with a digit. All are among ``terms(question)``.
    """
    asked = frozenset(terms(question))
    found = list(_words(unicodedata.normalize("NFC", question)))  # where no accent parts a word
    named: list[str] = []
    if not _is_headline(word for word, opens in found if not opens):
        named += [word for word, opens in found if _is_name(word, opens)]
    named += [word for word, _ in found if any(c.isdigit() for c in word)]
    return {term: word for word in named for term in terms(word) if term in asked}


def _words(question: str) -> Iterator[tuple[str, bool]]:
    """The words but for abbreviations, each with whether it opens a sentence."""
    end, abbreviated = 0, False
    for match in _WORD.finditer(question):
        before = question[end : match.start()].rstrip()
        opens = end == 0 or (before.endswith(_BEFORE_A_SENTENCE) and not (abbreviated and before == "."))
        end, abbreviated = match.end(), _is_abbreviation(question, match.start())
        if not abbreviated:
            yield match.group(), opens


def _is_abbreviation(question: str, start: int) -> bool:
    found = _ABBREVIATION.match(question, start)
    return found is not None and found.group().istitle() and fold(found.group()) not in MONTH_OF


def _is_name(word: str, opens: bool) -> bool:
    if fold(word) in FUNCTION_WORDS:
        return False
    return len(word) > 1 and word.isupper() if opens else word[0].isupper()


def _is_headline(words: Iterable[str]) -> bool:
    function_words = [word for word in words if fold(word) in FUNCTION_WORDS]
    return 2 * sum(word[0].isupper() for word in function_words) > len(function_words)
