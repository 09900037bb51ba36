"""A question in another language -> the same, asking in English: what a reader of English can make something of.

Names, numbers and many nouns are spelt alike in both. Whether a person, a day or a reason is asked for they do not
tell, and a reader has learnt to look for it by English words. The other words of a Spanish question become English one
by one; of other languages there is no table of words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache

from qa.text.analysis import fold
from qa.text.languages import languages
from qa.text.word_table import LANGUAGE, in_english


def asked_in_english(question: str, code: str) -> str:
    """The question, in the language ``code``, with its first word of asking in English, and in Spanish all others too,
    as far as they are known. It is for a reader alone: nobody is shown it."""
    told, match = _words(code), _asking(code).search(question) if _english(code) else None
    if match is None:
        return told(question)
    before, after = question[: match.start()], question[match.end() :]
    return f"{told(before)}{_english(code)[_key(match[1])]} {told(after)}"


def _words(code: str) -> Callable[[str], str]:
    return in_english if code == LANGUAGE else str


@cache
def _english(code: str) -> dict[str, str]:
    """Phrase of asking -> English words."""
    tables = [language.in_english for language in languages() if language.code == code]
    return {_key(phrase): english for table in tables for english, phrases in table.items() for phrase in phrases}


@cache
def _asking(code: str) -> re.Pattern[str]:
    """Any phrase of asking, with or without its accents, the longest that stands there."""
    tables = [language.in_english for language in languages() if language.code == code]
    phrases = {form for table in tables for all_of in table.values() for one in all_of for form in (one, fold(one))}
    ordered = sorted(phrases, key=lambda phrase: (-len(phrase), phrase))
    written = (re.escape(one).replace(r"\ ", r"\s+").replace("'", "['\u2019]") for one in ordered)
    return re.compile(rf"\b({'|'.join(written)})\b\s?", re.IGNORECASE)


def _key(phrase: str) -> str:
    return " ".join(fold(phrase).replace("\u2019", "'").split())
