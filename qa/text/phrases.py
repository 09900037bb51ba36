"""Whether a text has any phrase of a kind, in any language, told from its words.

Most phrases are one word, and are looked up among a text's words. Longer ones are looked for where their first word is:
to compile a regular expression for all phrases takes up to .8 ms, for which every first question would have to wait.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property

from qa.text.languages import as_pattern, spellings
from qa.text.languages.language import Language

_WORD = re.compile(r"\w+")
_FIRST = re.compile(r"\w+(?= )")

#: Stands for the first word of phrases of which any letters, or an apostrophe, is part.
_ANY = ""


class Phrases:
    """The phrases of all languages, as ``any_of`` has them, whatever their letter case; ``of`` has those of one."""

    def __init__(self, phrases: Callable[[Language], Iterable[str]]) -> None:
        self._phrases = phrases
        self._patterns: dict[str, re.Pattern[str]] = {}
        self._by_language: dict[str, Phrases] = {}

    def of(self, code: str) -> Phrases:
        """The phrases of the language with this code (ISO 639-1)."""
        if code not in self._by_language:
            self._by_language[code] = Phrases(lambda one: self._phrases(one) if one.code == code else ())
        return self._by_language[code]

    def are_in(self, text: str) -> bool:
        """Whether the text has any of them."""
        words, longer = self._parts
        there = frozenset(_WORD.findall(text.lower()))
        firsts = longer.keys() & {_ANY, *there}
        return not words.isdisjoint(there) or any(self._pattern(first).search(text) for first in firsts)

    def begin(self, text: str) -> bool:
        """Whether the text begins with any of them, from its first word on."""
        words, longer = self._parts
        if (match := _WORD.search(text)) is None:
            return False
        first = match.group().lower()
        firsts = longer.keys() & {_ANY, first}
        return first in words or any(self._pattern(one).match(text, match.start()) for one in firsts)

    @cached_property
    def _parts(self) -> tuple[frozenset[str], dict[str, list[str]]]:
        """The phrases of one word, and the others by their first."""
        forms = spellings(self._phrases)
        words = frozenset(form for form in forms if form.isalpha())
        longer: dict[str, list[str]] = {}
        for form in sorted(forms - words):
            first = _FIRST.match(form)
            longer.setdefault(first.group() if first else _ANY, []).append(form)
        return words, longer

    def _pattern(self, first: str) -> re.Pattern[str]:
        if first not in self._patterns:
            self._patterns[first] = re.compile(rf"\b(?:{as_pattern(self._parts[1][first])})\b", re.IGNORECASE)
        return self._patterns[first]
