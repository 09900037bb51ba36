"""What a question names: people, places, organisations, years and amounts, told by capital letters and digits."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from qa.text.analysis import FUNCTION_WORDS, as_read, fold, is_acronym, terms
from qa.text.common_words import is_common
from qa.text.languages import union
from qa.text.numbers import MONTHS, month_names, readings
from qa.text.spelling import SHORTEST

# Days in figures, acronyms with dots, and words; the parts of a hyphenated one apart: "Maduro-backed" names Maduro.
_WORD = re.compile(
    r"\d+([./-])\d+\1\d+(?![^\W_])|(?:[^\W\d_]\.)+[^\W\d_](?![^\W_])\.?"
    r"|[^\W_]+(?:(?:[.'\u2019]|(?<=\d),(?=\d))[^\W_]+)*"
)
_BEFORE_A_SENTENCE = tuple('.?!:\u2026\u00bf\u00a1"\u201c\u00ab(')

# Initials and titles: J. Bolsonaro, Mr. Maduro, Sra. Rousseff. Articles often write the same name without them.
_ABBREVIATION = re.compile(r"(?:[^\W\d_]{1,3}|Capt|Prof)(?=\.\s+[^\W_])")

_NUMBER = re.compile(r"\d+(?=['\u2019]?[^\W\d_]*$)")

#: Letters that must be left of a name without its ending, for other endings to be of the same name.
_SHORTEST = 3


class _Word(NamedTuple):
    """A word of a question, and whether it opens a sentence."""

    text: str
    opens: bool


def names(question: str) -> dict[str, str]:
    """The index terms of the question's names and numbers, each with the word as it stands in the question.

    A name is a word with a capital letter that is no function word and no abbreviated title; where it opens a sentence,
    only an acronym is one. Where ``shows_case`` says no, no word is a name by its capital. Numbers are words with a
    digit; of a day that can be read in two ways (02/05/2023), its year. All are among ``terms(question)``.
    """
    words = _words(question)
    mentions = [word.text for word in words if _is_name(word)] if _shows_case(words) else []
    mentions += [word.text for word in words if any(c.isdigit() for c in word.text)]
    return _terms(question, mentions)


def content_words(question: str) -> dict[str, str]:
    """The index terms of all the question's words, each with the word as it stands in the question.

    Where ``shows_case`` says no, any of them may be a name.
    """
    return _terms(question, [word.text for word in _words(question)])


def shows_case(question: str) -> bool:
    """Whether capital letters tell names from other words: not where all letters are small or all are capitals, nor in
    a headline, which writes most of its function words large, or has none and writes every common word large."""
    return _shows_case(_words(question))


def forms(name: str) -> frozenset[str]:
    """Index terms that may mean what ``name`` means in another form: a country or its people (Brazil, Brazilians,
    France, French), an irregular form (win, won), or a number with other letters behind it (1990, 1990s, 5m).

    Most of them are no words: they are for looking up which of them the articles have.
    """
    word = fold(name)
    others = _number_forms(word) if any(c.isdigit() for c in word) else _irregular_forms(word) | _with_endings(word)
    return frozenset(terms("\n".join(others))).difference(terms(name))


def _number_forms(word: str) -> set[str]:
    number = _NUMBER.match(word)
    return {number.group(), f"{number.group()}s"} if number else set()


def _irregular_forms(word: str) -> set[str]:
    groups = [group.split() for group in union(lambda language: language.peoples + language.irregular)]
    forms = {word, word.removesuffix("s")}
    return {other for group in groups if not forms.isdisjoint(map(fold, group)) for other in group}


def _with_endings(word: str) -> set[str]:
    """The word with another ending, of a long one also in the place of its own."""
    endings = union(lambda language: language.demonyms)
    if len(word) < SHORTEST:
        return {word + ending for ending in endings} if len(word) > _SHORTEST else set()
    endings |= {"", "a", "o", "e", "s"}
    whole = {word, word.removesuffix("s")}
    stems = {one[: len(one) - len(ending)] for one in whole for ending in endings if one.endswith(ending)}
    return {stem + ending for stem in stems if len(stem) >= _SHORTEST for ending in endings}


def _terms(question: str, words: Sequence[str]) -> dict[str, str]:
    question_terms = frozenset(terms(question))
    return {term: word for word in words for term in _sure_terms(word) if term in question_terms}


def _sure_terms(word: str) -> list[str]:
    days = readings(word)
    return terms(word) if len(days) < 2 else [str(days[0][0])]


def _words(question: str) -> list[_Word]:
    return list(_parts(unicodedata.normalize("NFC", as_read(question))))  # where no accent parts a word


def _parts(question: str) -> Iterator[_Word]:
    """The words but for abbreviations: with a full stop, or of a title without one (Mr Maduro, St Denis)."""
    end, abbreviated = 0, False
    for match in _WORD.finditer(question):
        before = question[end : match.start()].rstrip()
        opens = end == 0 or (before.endswith(_BEFORE_A_SENTENCE) and not (abbreviated and before == "."))
        end, abbreviated = match.end(), _is_abbreviation(question, match.start())
        if not abbreviated and (match.group().isupper() or fold(match.group()) not in _titles()):
            yield _Word(match.group(), opens)


@cache
def _titles() -> frozenset[str]:
    return union(lambda language: language.titles | language.abbreviations) - FUNCTION_WORDS


def _is_abbreviation(question: str, start: int) -> bool:
    abbreviation = _ABBREVIATION.match(question, start)
    return (
        abbreviation is not None
        and abbreviation.group().istitle()
        and fold(abbreviation.group()) not in {*MONTHS, *month_names()}
    )


def _is_name(word: _Word) -> bool:
    if fold(word.text) in FUNCTION_WORDS or fold(word.text.replace(".", "")) in FUNCTION_WORDS:
        return is_acronym(word.text)
    return len(word.text) > 1 and word.text.isupper() if word.opens else word.text[0].isupper()


def _shows_case(words: Sequence[_Word]) -> bool:
    if not any(word.text != word.text.lower() for word in words):
        return False
    if len(words) > 1 and all(word.text == word.text.upper() for word in words):
        return False
    function_words = [
        word.text
        for word in words
        if not word.opens and fold(word.text) in FUNCTION_WORDS and not is_acronym(word.text)
    ]
    if function_words:
        return 2 * sum(word[0].isupper() for word in function_words) <= len(function_words)
    inner = " ".join(word.text for word in words if not word.opens)
    return any(word.text[0].islower() for word in words) or not any(map(is_common, terms(inner)))
