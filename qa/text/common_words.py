"""Common words, which are no names however they are written.

``english.words`` has the index terms of the words in small letters of SCOWL's American and British lists (Spell Checker
Oriented Word Lists, Kevin Atkinson, http://wordlist.aspell.net; ``licenses/SCOWL.txt`` has the terms):
``benchmarks/common_words.py`` makes it. There is none for other languages.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from qa.text.analysis import terms
from qa.text.languages import language_of

#: The list, and its language (ISO 639-1).
FILE, LANGUAGE = Path(__file__).with_name("english.words"), "en"


def is_read(question: str) -> bool:
    """Whether the list has the words of the question's language; of bare keywords, whether it has one of them."""
    language = language_of(question)
    return language == LANGUAGE or (language is None and any(map(is_common, terms(question))))


def is_common(term: str) -> bool:
    """Whether an index term is that of a common word."""
    # Halves the list until the term is found: a set of it takes two milliseconds to make.
    listed = _listed()
    low, high = 0, len(listed) - 1
    while low < high:
        start = listed.rfind("\n", low, (low + high) // 2 + 1)
        end = listed.find("\n", start + 1)
        word = listed[start + 1 : end]
        if word == term:
            return True
        low, high = (end, high) if word < term else (low, start)
    return False


@cache
def _listed() -> str:
    """The list in alphabetical order, with a line feed before and behind each word."""
    return "\n" + FILE.read_text(encoding="ascii")
