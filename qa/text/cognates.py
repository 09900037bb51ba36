"""Spanish words that are spelt almost alike in English, by rules: "sanciones", sanctions; "mediación", mediation.

A rule only proposes: what it makes of a word counts where the list of common English words has its stem.
"""

from __future__ import annotations

from collections.abc import Iterator

from qa.text.analysis import fold, terms
from qa.text.common_words import is_common

#: Letters of a word, at least: shorter ones resemble too many English words.
SHORTEST = 5

#: Letters of a word before its ending, at least.
_ROOT = 3

#: The endings of Spanish words, folded, each with what English ones have instead, the likelier first.
_ENDINGS = {
    "cion": "tion ction ssion",
    "sion": "sion ssion",
    "cional": "tional",
    "cionar": "ction tion",
    "cionaron": "ctioned tioned",
    "cionado": "ctioned tioned",
    "cionada": "ctioned tioned",
    "cionario": "ctionary tionary",
    "dad": "ty",
    "tad": "ty",
    "ista": "ist",
    "ismo": "ism",
    "ncia": "nce ncy",
    "ico": "ic ical",
    "ica": "ic ical ics",
    "oso": "ous",
    "osa": "ous",
    "ario": "ary",
    "aria": "ary",
    "orio": "ory",
    "oria": "ory",
    "ivo": "ive",
    "iva": "ive",
    "able": "able ible",
    "ible": "ible able",
    "dor": "tor",
    "dora": "tor",
    "tor": "tor",
    "tora": "tor",
    "ante": "ant",
    "ento": "ent",
    "ura": "ure",
    "gia": "gy",
    "fia": "phy",
    "ificar": "ify",
    "ifico": "ified",
    "ificaron": "ified",
    "ificado": "ified",
    "izar": "ize",
    "izo": "ized",
    "izaron": "ized",
    "izado": "ized",
}

#: Letters that differ at a word's beginning, and anywhere: Spanish, English.
_BEGINNINGS = (("esc", "sc"), ("esp", "sp"), ("est", "st"))
_WITHIN = (("f", "ph"), ("t", "th"), ("cua", "qua"), ("cue", "que"))

#: Letters that English doubles and Spanish does not: "comisión", commission.
_DOUBLED = "cflmnpst"


def cognate(word: str) -> str | None:
    """The common English word, in small letters, that the rules make of a Spanish one; None where they make none."""
    folded = fold(word)
    if len(folded) < SHORTEST or not (folded.isascii() and folded.isalpha()):
        return None
    return next((one for one in _of_either_number(folded) if _is_word(one)), None)


def _of_either_number(word: str) -> Iterator[str]:
    """What the rules make of the word, and in the plural, of what it may be the plural of."""
    yield from _proposed(word)
    for ending in ("es", "s"):
        if word.endswith(ending):
            yield from map(_plural, _proposed(word.removesuffix(ending)))


def _plural(word: str) -> str:
    return f"{word[:-1]}ies" if word.endswith("y") else f"{word}s"


def _proposed(word: str) -> Iterator[str]:
    if word.endswith("mente"):
        yield from (f"{one}ly" for one in _proposed(word.removesuffix("mente")))
    for ending in (word[start:] for start in range(_ROOT, len(word) + 1)):
        for english in _ENDINGS.get(ending, "-").split(" "):
            if english != "-":
                yield from (f"{root}{english}" for root in _spelt(word.removesuffix(ending)))


def _spelt(root: str) -> Iterator[str]:
    yield from (other + root.removeprefix(one) for one, other in _BEGINNINGS if root.startswith(one))
    yield root
    yield from (root.replace(one, other, 1) for one, other in _WITHIN if one in root)
    yield from (root[:at] + root[at] + root[at:] for at in range(1, len(root)) if root[at] in _DOUBLED)


def _is_word(word: str) -> bool:
    told = terms(word)
    return len(told) == 1 and is_common(told[0])
