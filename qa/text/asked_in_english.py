"""A question in another language -> the same, asking in English: what a reader of English can make something of.

Names, numbers and many nouns are spelt alike in both. Whether a person, a day or a reason is asked for they do not
tell, and a reader has learnt to look for it by English words.
"""

from __future__ import annotations

import re
from functools import cache

from qa.text.analysis import fold
from qa.text.languages import languages


def asked_in_english(question: str, code: str) -> str:
    """The question, in the language ``code``, with its first word of asking in English; itself where it has none."""
    english = _english(code)
    return _asking(code).sub(lambda match: f"{english[_key(match[1])]} ", question, count=1) if english else question


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
