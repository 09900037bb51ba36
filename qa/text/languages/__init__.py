"""What is known of each language, as tables: one module a language, whose ``TABLE`` is a ``Language``.

A new language is one more module here. Questions and articles are analysed with the words of all languages at once,
because an article may quote another language, and a question may be asked in one; where sentences end, and how words
are stemmed, depends on the language of the text.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from pathlib import Path
from unicodedata import combining, normalize

from qa.text.languages.language import Language

#: Code points at the beginning of a text whose words tell its language.
SAMPLE = 1_000

# What each character of a phrase may be in a text.
_AS_WRITTEN = str.maketrans({" ": r"\s+", "*": r"\w*", "'": "['\u2019]"})

_LETTERS = re.compile(r"[^\W\d_]+")


@cache
def languages() -> tuple[Language, ...]:
    """The tables of all languages, by code."""
    files = (file for folder in __path__ for file in Path(folder).iterdir())
    modules = {file.stem for file in files if file.suffix == ".py"} - {"__init__", "language"}
    return tuple(import_module(f"{__name__}.{name}").TABLE for name in sorted(modules))


def union(words: Callable[[Language], Iterable[str]]) -> frozenset[str]:
    """The words of all languages."""
    return frozenset(word for language in languages() for word in words(language))


def any_of(phrases: Callable[[Language], Iterable[str]]) -> str:
    """A regular expression for any phrase of any language, with or without its accents.

    In a phrase, a space stands for any white space, ``*`` for any letters, ``'`` for either apostrophe.
    """
    return as_pattern(spellings(phrases))


def spellings(phrases: Callable[[Language], Iterable[str]]) -> frozenset[str]:
    """The phrases of all languages, each with and without its accents."""
    return frozenset(form for phrase in union(phrases) for form in (phrase, _without_accents(phrase)))


def as_pattern(phrases: Iterable[str]) -> str:
    """A regular expression for any of the phrases as they stand."""
    # In alphabetical order a regular expression is compiled in a quarter of the time.
    return "|".join(phrase.translate(_AS_WRITTEN) for phrase in sorted(phrases))


def either(pattern: Callable[[Language], str]) -> str:
    """A regular expression for whatever the pattern of any language matches."""
    return "|".join(filter(None, map(pattern, languages())))


def language_of(text: str) -> str | None:
    """The language (ISO 639-1) whose function words the beginning of ``text`` has most of; None where that is none.

    A word of several languages counts for each in part. Of equal ones it is English, or else the first by code.
    """
    votes: Counter[str] = Counter()
    owners = _owners()
    for word in _LETTERS.findall(text[:SAMPLE].lower()):
        for code, share in owners.get(word, ()):
            votes[code] += share
    if not votes:
        return None
    return min(votes, key=lambda code: (-votes[code], code != "en", code))


def language_or_found(told: str | None, text: str) -> str | None:
    """The language (ISO 639-1) that is told of a text (``es-AR``), or else that of the words at its beginning."""
    return told[:2].lower() if told else language_of(text)


def _without_accents(phrase: str) -> str:
    return phrase if phrase.isascii() else "".join(c for c in normalize("NFD", phrase) if not combining(c))


@cache
def _owners() -> dict[str, tuple[tuple[str, int], ...]]:
    """Function word -> the languages that have it, each with a share of 60 votes (divisible by 1 to 6)."""
    codes: dict[str, list[str]] = {}
    for language in languages():
        for word in {*language.function_words, *language.homographs, *language.accented}:
            codes.setdefault(word, []).append(language.code)
    return {word: tuple((code, 60 // len(owners)) for code in owners) for word, owners in codes.items()}
