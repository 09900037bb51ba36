"""Which single-byte encoding a file is in: the one in which its words look most like words of a language.

A byte means another letter in each encoding, so that a wrong one puts capitals and signs into words, or letters
together that no language has together. Each candidate is scored by that; whether the best one is sure depends on how
far it is ahead of the second.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple


class _Alphabet(NamedTuple):
    """The letters of a language besides a to z, and some of its most frequent words, in ASCII."""

    letters: str
    words: frozenset[str]


def _language(letters: str, words: str) -> _Alphabet:
    return _Alphabet(letters, frozenset(words.split()))


_WESTERN = (
    _language("éïèêçñöüàâ", "the of and to in a is that for was on said by with"),
    _language("äöüß", "der die und in den von zu das mit ist des im sich"),
    _language("àâæçéèêëîïôœùûü", "de la le et les des en un du une que est pour"),
    _language("áéíñóúüªº", "de la que el en y a los del se las por un con"),
    _language("áâãàçéêíóôõúªº", "de a o que e do da em um para com os no na"),
    _language("àèéìíîòóùú", "di che il la e in un per del non da con le si"),
    _language("åäöéø", "och att det som en av til og er for den med ja on"),
    _language("áðéíóúýþæö", "og er sem var um til hann en af fyrir"),
    _language("àçèéíïòóúü", "de la i el que a en les per un amb"),
    _language("éëïóöüèê", "de het een van en in dat te is op voor"),
)
_CENTRAL = (
    _language("áčďéěíňóřšťúůýž", "na se je v do to za po ale jako od"),
    _language("áäčďéíĺľňóôŕšťúýž", "na sa je v do to za po ale ako od"),
    _language("ąćęłńóśźż", "w i na z do to nie jest o od po za jak"),
    _language("áéíóöőúüű", "a az hogy nem is volt ez meg de mint"),
    _language("čćđšž", "i je u na da se za od su ne"),
    _language("ăâîşţ", "de la a cu din pe nu o ce care"),
)
_TURKISH = (_language("çğıöşüâî", "ve bir bu da de kadar daha ne dedi gidecek olarak"),)
_CYRILLIC = (_language("абвгдежзийклмнопрстуфхцчшщъыьэюяё", ""),)

#: The candidates, the name that people know each by, and the languages that it was made for. The first wins a tie.
_CANDIDATES: dict[str, tuple[str, tuple[_Alphabet, ...]]] = {
    "cp1252": ("Windows-1252", _WESTERN),
    "mac_roman": ("Mac Roman", _WESTERN),
    "cp850": ("DOS (code page 850)", _WESTERN),
    "cp1250": ("Windows-1250", _CENTRAL),
    "cp1254": ("Windows-1254", _TURKISH),
    "cp1251": ("Windows-1251", _CYRILLIC),
}

#: What a letter that a language has counts, one that it lacks, a capital within a word, and a sign within a word.
_OWN, _FOREIGN, _CAPITAL, _SIGN = 1.0, -3.0, -3.0, -3.0

#: What the share of a language's frequent words among the words in ASCII counts.
_FREQUENT = 2.0

#: What the first candidate has ahead, as most files are in it.
_PRIOR = 0.3

#: How far the best candidate must be ahead of the next one to be sure, how far where there are fewer than so many
#: characters that are not ASCII, and from which score on a candidate is one at all.
_SURE_LEAD, _FEW_LEAD, _FEW, _LEAST = 0.15, 1.0, 3, 0.2

#: How many bytes are looked at: as many as tell.
_SAMPLE = 64 * 1024

_WORD = re.compile(r"[^\s\d\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]+")
_ASCII_WORD = re.compile(r"\b[A-Za-z]+\b", re.ASCII)
_QUOTES = "\u2018\u2019\u201a\u201c\u201d\u201e\u2013\u2014\u2026\u00ab\u00bb\u2039\u203a\u00a0\u00bf\u00a1"


class Guess(NamedTuple):
    """An encoding, the name that people know it by, and whether no other one fits nearly as well."""

    encoding: str
    name: str
    is_sure: bool


def guess(data: bytes) -> Guess | None:
    """The encoding in which ``data`` reads best; None where it reads like text in none."""
    scores = []
    for encoding, (name, languages) in _CANDIDATES.items():
        try:
            text = data[:_SAMPLE].decode(encoding)
        except UnicodeDecodeError:
            continue
        score = max(_score(text, language) for language in languages) + _PRIOR * (encoding == next(iter(_CANDIDATES)))
        scores.append((score, text, encoding, name))
    if not scores:
        return None
    best, text, encoding, name = max(scores, key=lambda row: row[0])
    if best < _LEAST:
        return None
    others = [score for score, other, *_ in scores if other != text]
    lead = _FEW_LEAD if sum(c.isalpha() and not c.isascii() for c in text) < _FEW else _SURE_LEAD
    return Guess(encoding, name, all(best - score >= lead for score in others))


def _score(text: str, language: _Alphabet) -> float:
    """How much the text looks like one in the language: its letters that are not ASCII, and its frequent words."""
    plain = [word.casefold() for word in _ASCII_WORD.findall(text)]
    frequent = sum(word in language.words for word in plain) / len(plain) if plain else 0.0
    values = [value for match in _WORD.finditer(text) for value in _letters(match[0].strip(_QUOTES), language.letters)]
    without_letters = _OWN if plain else 0.0
    return _FREQUENT * frequent + (sum(values) / len(values) if values else without_letters)


def _letters(word: str, letters: str) -> Iterator[float]:
    """What each character of a word that is not ASCII speaks for or against the language with these letters."""
    is_capitalised, is_mixed = word.isupper(), any(character.isascii() for character in word)
    for place, character in enumerate(word):
        if character.isascii():
            continue
        if not character.isalpha() or (is_mixed and character.lower() in _CYRILLIC[0].letters):
            yield _SIGN
        elif character.isupper() and place and not is_capitalised:
            yield _CAPITAL
        else:
            yield _OWN if character.lower() in letters else _FOREIGN
