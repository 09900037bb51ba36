"""Common words, which are no names however they are written.

``english.words`` has the index terms of the words in small letters of SCOWL's American and British lists (Spell Checker
Oriented Word Lists, Kevin Atkinson, http://wordlist.aspell.net; ``licenses/SCOWL.txt`` has the terms):
``benchmarks/common_words.py`` makes it. There is none for other languages.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from qa.text.languages import language_of

#: The language of the list, ISO 639-1.
LANGUAGE = "en"


def is_read(question: str) -> bool:
    """Whether the list has the words of the question's language."""
    return language_of(question) == LANGUAGE


def is_common(term: str) -> bool:
    """Whether an index term is that of a common word."""
    return term in _common_terms()


@cache
def _common_terms() -> frozenset[str]:
    return frozenset((files("qa.text") / "english.words").read_text(encoding="ascii").split())
