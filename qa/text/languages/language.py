"""The table of a language: what its module says of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Language(NamedTuple):
    """The words of a language that questions and articles are read with.

    Words are written as ``qa.text.analysis.fold`` leaves them: small letters without accents. Phrases are written with
    them, and may hold spaces, ``*`` for any letters, and ``'`` for either apostrophe.

    - ``code``: ISO 639-1.
    - ``stemmer``: the Snowball algorithm that stems it (https://snowballstem.org/algorithms/); none where it is empty.
    - ``function_words``: words that only hold a sentence together. They are no index terms.
    - ``homographs``: such words, and numerals, that mean something in another language ("die", "son", "come"). They are
      index terms, and tell the language of a text.
    - ``accented``: function words as they are written, where accents tell the language ("é", "más", "für").
    - ``stressed``: function words that capitals stress ("NOT"). Other ones in capitals are acronyms (WHO, UN, IT).
    - ``months``: the names of each month, January first. ``months_in_dates``: by number, names that are other words as
      well, and mean a month only in a date.
    - ``numerals``, ``ordinals``: words for numbers from 1 on, and their values; with accents as well as without.
    - ``ordinal_suffixes``: what is written behind the figures of an ordinal number ("6th").
    - ``percent``: words, and pairs of words, for per cent.
    - ``asking``: verbs of questions that say nothing of what is asked for ("what did X say", "what happened").
    - ``asks_number``, ``negation``, ``contrast``, ``refers_back``, ``begins_back``: phrases that ask for a number or a
      date; that deny; that take back what was said before; that refer to the sentence before, anywhere or as its first
      word.
    - ``addresses``: words that speak to somebody ("you"). ``corrects``: phrases of what takes back, or brings up to
      date, what was reported before.
    - ``irregular``: forms of one word that no ending makes of the other ("win won").
    - ``in_english``: English words of asking, each with the phrases that ask for the same.
    - ``interrogatives``: words with which a question begins or is built ("which", "did").
    - ``asks_reason``, ``gives_reason``, ``asks_request``, ``gives_request``: regular expressions for words that ask
      why, or what somebody asked for, and for words of an answer to that; ``asks_who``: for "who is" before a name.
    - ``titles``: words whose full stop never ends a sentence, and ``abbreviations``: those whose full stop ends none
      where a small letter or a figure follows.
    - ``demonyms``: endings that make the name of a people of a country's. ``peoples``: a country's names, its people's
      and its language's, where no ending makes one of the other.
    """

    code: str
    function_words: frozenset[str]
    stemmer: str = ""
    homographs: frozenset[str] = frozenset()
    accented: frozenset[str] = frozenset()
    stressed: frozenset[str] = frozenset()
    months: tuple[str, ...] = ("",) * 12
    months_in_dates: Mapping[int, str] = {}
    numerals: Mapping[str, int] = {}
    ordinals: Mapping[str, int] = {}
    ordinal_suffixes: frozenset[str] = frozenset()
    percent: tuple[str, ...] = ()
    asking: frozenset[str] = frozenset()
    asks_number: tuple[str, ...] = ()
    negation: tuple[str, ...] = ()
    contrast: tuple[str, ...] = ()
    refers_back: tuple[str, ...] = ()
    begins_back: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    corrects: tuple[str, ...] = ()
    irregular: tuple[str, ...] = ()
    in_english: Mapping[str, tuple[str, ...]] = {}
    interrogatives: frozenset[str] = frozenset()
    asks_reason: str = ""
    gives_reason: str = ""
    asks_request: str = ""
    gives_request: str = ""
    asks_who: str = ""
    titles: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()
    demonyms: frozenset[str] = frozenset()
    peoples: tuple[str, ...] = ()


def words(text: str) -> frozenset[str]:
    """The words of a list that is written with spaces."""
    return frozenset(text.split())


def phrases(text: str) -> tuple[str, ...]:
    """The phrases of a list that is written with commas."""
    return tuple(phrase.strip() for phrase in text.split(","))


def numbered(text: str, first: int = 1, step: int = 1) -> dict[str, int]:
    """The words of a list, each with its number; ``/`` parts several words of one number, ``-`` stands for none."""
    groups = enumerate(text.split())
    return {word: first + step * place for place, group in groups for word in group.split("/") if word != "-"}
