"""Text -> index terms. Questions and passages go through the same function, so "did X request" finds "X requested".

The steps, in order: acronyms lose their dots (U.S. -> US), percentages share one word (%, per cent, por ciento), words
and numbers are found (51.20 stays whole), letter case and accents are folded (Guaidó = Guaido), months get one name
each (Dec., diciembre -> december), function words are dropped, the rest is stemmed with the Snowball English stemmer
(Porter 2, https://snowballstem.org/algorithms/english/stemmer.html).
"""

from __future__ import annotations

import re
import threading
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

from qa.text.months import MONTH_OF, MONTHS

if TYPE_CHECKING:
    from Stemmer import Stemmer

#: Code points. A longer "word" is no word (a URL's tail, encoded data); its beginning is kept as the term.
MAX_TERM = 64

_ACRONYM = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+(?![^\W_])\.?")
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")
_PERCENT = re.compile(r"%|\b(?:percentages?|per\s+cents?|porcentajes?|por\s+ciento)\b", re.IGNORECASE)
# What every such word holds: cent, ciento, porcentaje.
_CENT = re.compile("ci?ent", re.IGNORECASE)
# "won't" and the like first: what is left of them would be another word.
_CONTRACTION = re.compile(
    r"\b(?:won|can|shan)['\u2019]t\b|(?<=\w)(?:n['\u2019]t|['\u2019](?:s|re|ve|ll|d|m))\b", re.IGNORECASE
)

# Full-width ASCII alone, because compatibility normalisation would also make "TM" of a trade mark and 51 of 5½.
_FULL_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}


class _Base(dict[int, str]):
    """What is left of each character without its marks, found when it first occurs."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code))
        self[code] = "".join(c for c in decomposed if not unicodedata.combining(c))
        return self[code]


_BASE = _Base()

_local = threading.local()

#: English and Spanish words that only hold a sentence together. They are dropped for two reasons: question words are
#: rare in articles, so BM25 would take "what" for the most telling word of a question; and BM25Okapi weights a word
#: that is in over half of the passages like one in an eighth of them. Spanish words that are also English content
#: words (son, sin, fin, era, has) are left out.
FUNCTION_WORDS = frozenset(
    """
    a about above after again against all also am an and any are as at be because been before being below between
    both but by can could did do does doing don down during each few for from further had has have having he her here
    hers herself him himself his how i if in into is it its itself just me more most my myself no nor not now of off
    on once only or other our ours ourselves out over own same she should so some such than that the their theirs
    them themselves then there these they this those through to too under until up upon very was we were what when
    where which while who whom whose why will with would you your yours yourself yourselves
    al ante aquel aquella aquello como con cual cuales cuando cuanto de del desde donde durante e el ella ellas ellos
    en entre esa esas ese eso esos esta estas este esto estos fue fueron ha hacia han hasta hay la las le les lo los
    mas muy ni nos o para pero por porque que quien quienes se ser si sobre su sus tambien tras un una unas uno unos y
    """.split()
)


def terms(text: str) -> list[str]:
    """The index terms of ``text``, in order, repetitions included."""
    stems: list[str] = _stemmer().stemWords(
        [MONTH_OF.get(word, word) for word in words(text) if word not in FUNCTION_WORDS]
    )
    return stems


def heading_terms(title: str, day: str | None) -> list[str]:
    """The index terms that an article's title and ISO date lend each of its passages: of the date, the year and the
    month, as questions name them. A day would only be one more number."""
    when = date.fromisoformat(day) if day else None
    return terms(f"{title}\n{MONTHS[when.month - 1]} {when.year}" if when else title)


def passage_terms(title: str, day: str | None, text: str) -> list[str]:
    """The index terms of a passage: what its article's title and date lend it, then its own."""
    return [*heading_terms(title, day), *terms(text)]


def words(text: str) -> list[str]:
    """The words and numbers of ``text``, folded in case and accents, in order, function words included."""
    # Each rule is tried only on a text that has what it looks for; most sentences have none of it.
    if "." in text:
        text = _ACRONYM.sub(lambda m: m.group().replace(".", ""), text)
    if "%" in text or _CENT.search(text):
        text = _PERCENT.sub(" percent ", text)
    if "'" in text or "\u2019" in text:
        text = _CONTRACTION.sub(" ", text)
    return [word[:MAX_TERM] for word in _WORD.findall(fold(text))]


def fold(text: str) -> str:
    """``text`` without letter case, accents and other marks, and full width."""
    if text.isascii():
        return text.lower()
    return text.translate(_FULL_WIDTH).casefold().translate(_BASE)


def _stemmer() -> Stemmer:
    # A Stemmer keeps state between calls, so each thread has its own.
    if not hasattr(_local, "stemmer"):
        from Stemmer import Stemmer

        _local.stemmer = Stemmer("english")
    stemmer: Stemmer = _local.stemmer
    return stemmer
