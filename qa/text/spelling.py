"""Words that are spelt like a word: in one letter more, less or other, or with two neighbours in each other's place.

An index looks them up instead of searching its vocabulary for them. There are some 54 for each letter of a word, so
that this takes as long in a million passages as in ten, and needs nothing on disk but the terms' own table.
"""

from __future__ import annotations

from string import ascii_lowercase

from qa.text.analysis import fold, terms

#: Letters from which on a word may be meant by another one, or stand in another form: two short words that are alike
#: are mostly two words.
SHORTEST = 5

#: Code points that stand together in Unicode's scripts; of each that a word has letters of, all letters are tried.
_SCRIPT = 128


def may_be_misspelt(word: str) -> bool:
    """Whether a word may stand for a similar one: it is long enough and has no digit."""
    return len(word) >= SHORTEST and not any(c.isdigit() for c in word)


def near_terms(word: str) -> frozenset[str]:
    """The index terms of everything that is spelt like ``word``, whatever its letter case and accents; not its own."""
    letters = fold(word)
    alphabet = _alphabet(letters)
    halves = [(letters[:i], letters[i:]) for i in range(len(letters) + 1)]
    near = [a + b[1:] for a, b in halves if b]
    near += [a + b[1] + b[0] + b[2:] for a, b in halves if len(b) > 1]
    near += [a + c + b[1:] for a, b in halves if b for c in alphabet]
    near += [a + c + b for a, b in halves for c in alphabet]
    return frozenset(terms(" ".join(near))).difference(terms(word))


def _alphabet(letters: str) -> str:
    others = {ord(c) // _SCRIPT for c in letters if c.isalpha() and not c.isascii()}
    candidates = (chr(code) for block in others for code in range(block * _SCRIPT, (block + 1) * _SCRIPT))
    return ascii_lowercase + "".join(c for c in candidates if c.isalpha() and fold(c) == c)
