"""Text -> index terms. Questions and passages go through the same function, so "did X request" finds "X requested".

The steps, in order: words that a line's end parts are joined, acronyms lose their dots (U.S. -> US), numbers and days
get one notation each (10,000 -> 10000, 2nd -> 2), words and numbers are found, letter case, accents and strokes are
folded (Guaidó = Guaido), function words are dropped unless they are acronyms (WHO), months, number words and
percentages get one name each (Dec., diciembre -> december), the rest is stemmed with the Snowball English stemmer
(Porter 2, https://snowballstem.org/algorithms/english/stemmer.html).

All text shares that stemmer: a question need not be in its article's language, and a name must have one term. Passages
of another language are indexed by their own language's stems besides (``own_stems``), which such a question asks for.
"""

from __future__ import annotations

import re
import threading
import unicodedata
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from qa.text.languages import languages, union
from qa.text.numbers import MONTHS, month_names, normalize, word_numbers

if TYPE_CHECKING:
    from Stemmer import Stemmer

#: Code points. A longer "word" is no word (a URL's tail, encoded data); its beginning is kept as the term.
MAX_TERM = 64

#: Code points around a word in capitals that tell whether others are in capitals as well.
_AROUND = 200

_ACRONYM = re.compile(r"\b[^\W\d_](?:\.[^\W\d_])+(?![^\W_])\.?")
_CAPITALS = re.compile(r"[A-Z](?<![^\W_].)[A-Z]{1,3}(?![^\W_])")
_LETTERS = re.compile(r"[^\W\d_]{2,}")
_WORD = re.compile(r"\d+(?:[.,]\d+)+|[^\W_]+")
_DIGIT = re.compile(r"\d")
# Rules that start with a letter are slow to look for. These tell, from a rare character on, whether a text has a case.
_DOTTED = re.compile(r"\.(?<![^\W_][^\W\d_]\.)[^\W\d_]")
_DENIED = re.compile(r"['\u2019]t\b", re.IGNORECASE)
_ELIDED = re.compile(r"['\u2019](?<=(?<![^\W_])[cdjlmnst].)(?=[^\W\d_])", re.IGNORECASE)

# "won't" and the like first: what is left of them would be another word. Then what French and Italian elide (l'union).
_NEGATION = re.compile(r"(?:\b(?:won|can|shan)|(?<=\w)n)['\u2019]t\b", re.IGNORECASE)
_CLITIC = re.compile(r"['\u2019](?<=\w.)(?:s|re|ve|ll|d|m)\b", re.IGNORECASE)
_ELISION = re.compile(r"\b[cdjlmnst]['\u2019](?=[^\W\d_])", re.IGNORECASE)
# A hyphen at a line's end, and the invisible ones (U+FFFE in text from PDF).
_HYPHENATED = re.compile(r"([^\W\d_]+)[-\u2010]\r?\n[ \t]*([^\W\d_]+)")
_INVISIBLE_HYPHEN = re.compile(r"[\u00ad\ufffe]\r?\n[ \t]*")

# Full-width ASCII alone, because compatibility normalisation would also make "TM" of a trade mark and 51 of 5½; and
# what only formats, inside a word as well, is left out.
_AS_READ: dict[int, int | None] = {0xFF01 + offset: 0x21 + offset for offset in range(94)}
_AS_READ |= dict.fromkeys([0xAD, 0x61C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), 0xFEFF, 0xFFFE])
_AS_READ |= dict.fromkeys(range(0x2060, 0x2070))
_NOT_AS_READ = re.compile(f"[{re.escape(''.join(map(chr, _AS_READ)))}]")

# Letters that Unicode does not take apart.
_STROKES = dict(zip(map(ord, "łøđðþħıŧ"), ["l", "o", "d", "d", "th", "h", "i", "t"], strict=True))


class _Base(dict[int, str]):
    """What is left of each character without its marks, found when it first occurs."""

    def __missing__(self, code: int) -> str:
        decomposed = unicodedata.normalize("NFD", chr(code))
        self[code] = "".join(c for c in decomposed if not unicodedata.combining(c))
        return self[code]


_BASE = _Base(_STROKES | {ord("æ"): "ae", ord("ǽ"): "ae", ord("œ"): "oe"})

_local = threading.local()

#: The language whose stemmer all text shares.
SHARED = "en"

#: Words of any language that only hold a sentence together. They are dropped for two reasons: question words are rare
#: in articles, so BM25 would take "what" for the most telling word of a question; and BM25Okapi weights a word that is
#: in over half of the passages like one in an eighth of them.
FUNCTION_WORDS = union(lambda language: language.function_words)

_STRESSED = union(lambda language: language.stressed)


def terms(text: str) -> list[str]:
    """The index terms of ``text``, in order, repetitions included."""
    text = _prepared(text)
    content: list[str] = []
    end = 0
    for start, stop in _acronyms(text):
        content += [*_content(text[end:start]), text[start:stop].lower()]
        end = stop
    stems: list[str] = _stemmer(SHARED).stemWords(content + _content(text[end:]))
    return stems


@cache
def own_stemmers() -> frozenset[str]:
    """The codes of the languages with a stemmer other than the shared one."""
    return frozenset(language.code for language in languages() if language.stemmer and language.code != SHARED)


def own_stems(text: str, code: str) -> list[str]:
    """The words of ``text`` that are no function words, stemmed as the language ``code``, which each names: ``es:pid``.

    No other index term has a colon. Words are stemmed with their accents, as the algorithms read them, and folded then.
    """
    stemmer, (names, _) = _stemmer(code), _names()
    stems = []
    for word in _WORD.findall(_prepared(text).lower()):
        if (folded := fold(word)) not in FUNCTION_WORDS:
            stems.append(f"{code}:{names.get(folded) or fold(stemmer.stemWord(word[:MAX_TERM]))}")
    return stems


def stem_as(word: str, code: str) -> str:
    """A word's stem in the language ``code``, folded."""
    return fold(_stemmer(code).stemWord(word[:MAX_TERM].lower()))


def own_stem_of_terms(text: str, code: str) -> dict[str, str]:
    """The index terms of the words of ``text``, each with its stem in the language ``code``."""
    words = _WORD.findall(_prepared(text).lower())
    return {term: stem for word in words for term, stem in zip(terms(word), own_stems(word, code), strict=False)}


def heading_terms(title: str, day: str | None) -> list[str]:
    """The index terms that an article's title and ISO date lend each of its passages."""
    return terms(_heading(title, day))


def passage_terms(title: str, day: str | None, text: str) -> list[str]:
    """The index terms of a passage: what its article's title and date lend it, then its own."""
    return [*heading_terms(title, day), *terms(text)]


def passage_stems(title: str, day: str | None, text: str, code: str) -> list[str]:
    """The same words, stemmed as the language ``code``."""
    return [*own_stems(_heading(title, day), code), *own_stems(text, code)]


def words(text: str) -> list[str]:
    """The words and numbers of ``text``, folded in case and accents, in order, function words included."""
    return _words(_prepared(text))


def fold(text: str) -> str:
    """``text`` without letter case, accents and other marks, strokes, full width, and what only formats."""
    if text.isascii():
        return text.lower()
    return as_read(text).casefold().translate(_BASE)


def as_read(text: str) -> str:
    """``text`` without full width and without characters that only format: soft hyphens, zero-width spaces."""
    return text.translate(_AS_READ) if _NOT_AS_READ.search(text) else text


def is_acronym(word: str) -> bool:
    """Whether a function word is an acronym by its capitals: WHO, UN, IT, LA, but not NOT."""
    word = word.replace(".", "")
    return _CAPITALS.fullmatch(word) is not None and word.lower() not in _STRESSED


def _heading(title: str, day: str | None) -> str:
    when = date.fromisoformat(day) if day else None
    return f"{title}\n{when.day} {MONTHS[when.month - 1]} {when.year}" if when else title


def _prepared(text: str) -> str:
    # Each rule is tried only on a text that has what it looks for; most sentences have none of it.
    if not text.isascii():
        # Where an accent is a character of its own, it would part a word.
        text = unicodedata.normalize("NFC", as_read(_INVISIBLE_HYPHEN.sub("", text)))
    if "-\n" in text or "-\r\n" in text or "\u2010" in text:
        text = _HYPHENATED.sub(_joined, text)
    if _DOTTED.search(text):
        text = _ACRONYM.sub(lambda m: m.group().replace(".", ""), text)
    if _DIGIT.search(text):
        text = normalize(text)
    if "%" in text:
        text = text.replace("%", " percent ")
    if "'" in text or "\u2019" in text:
        if _DENIED.search(text):
            text = _NEGATION.sub(" ", text)
        text = _CLITIC.sub(" ", text)
        if _ELIDED.search(text):
            text = _ELISION.sub(" ", text)
    return text


def _joined(match: re.Match[str]) -> str:
    """The parts of a word that a line's end parts, and the word: whether the hyphen is its own, nobody can tell."""
    one, other = match.groups()
    return f"{one} {other} {one}{other}" if other[0].islower() else match.group()


def _acronyms(text: str) -> Iterator[tuple[int, int]]:
    """Where a function word in capitals stands among words that are not."""
    for match in _CAPITALS.finditer(text):
        if match.group().lower() in FUNCTION_WORDS and is_acronym(match.group()):
            first = text.rfind("\n", 0, match.start()) + 1
            last = text.find("\n", match.end())
            before = text[max(first, match.start() - _AROUND) : match.start()]
            after = text[match.end() : min(len(text) if last < 0 else last, match.end() + _AROUND)]
            others = _LETTERS.findall(f"{before} {after}")
            if 2 * sum(word.isupper() for word in others) < len(others) or not others:
                yield match.span()


def _words(prepared: str) -> list[str]:
    return [word[:MAX_TERM] for word in _WORD.findall(fold(prepared))]


def _content(prepared: str) -> list[str]:
    """The words that are no function words, those of one meaning by one name."""
    words, (names, pairs) = _words(prepared), _names()
    if not pairs.keys().isdisjoint(words):
        for place in range(len(words) - 1, 0, -1):
            if words[place - 1] in pairs.get(words[place], ()):
                words[place - 1 : place + 1] = ["percent"]
    return [names.get(word, word) for word in words if word not in FUNCTION_WORDS]


@cache
def _names() -> tuple[dict[str, str], dict[str, set[str]]]:
    """Word -> the name of what it means; second word of a pair that means per cent -> its first words."""
    percent = [phrase.split() for language in languages() for phrase in language.percent]
    names = month_names() | word_numbers() | {phrase[0]: "percent" for phrase in percent if len(phrase) == 1}
    pairs: dict[str, set[str]] = {}
    for first, second in (phrase for phrase in percent if len(phrase) == 2):
        pairs.setdefault(second, set()).add(first)
    return names, pairs


def _stemmer(code: str) -> Stemmer:
    # A Stemmer keeps state between calls, so each thread has its own.
    stemmers: dict[str, Stemmer] = _local.__dict__
    if code not in stemmers:
        from Stemmer import Stemmer

        stemmers[code] = Stemmer(next(language.stemmer for language in languages() if language.code == code))
    return stemmers[code]
