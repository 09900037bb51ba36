"""What fills the slots of a template: ``{P1}`` a person, ``{p1}`` the surname, ``{town1}``, ``{m1}`` money, and so on.

``{^claim1}`` begins with a capital. Within an article a slot keeps its value, and no two slots of a kind have the same.
"""

from __future__ import annotations

import re
from random import Random

from training.lexicon import DAYS, MONTHS
from training.news.pools import POOLS

_ONSETS = "b br c ch d dr f fr g gr h j k kr l m n p pr r s sch sh sk st t th tr v w y z".split()
_VOWELS = "a a e e i o o u ai ea ee ia io ou".split()
_CODAS = "n r l s m t d k nd rt ld lm rn st ck x th".split()
_ENDS = {
    "surname": "sen son man berg ez ov ova ski ley wood ti ani ier quist dal ano ini oğlu as o a er  ".split(" "),
    "town": "mark ton ville burg stad ford mouth dale field port holm grad haven bridge ona  ria  os".split(" "),
    "brand": "ex ia tech on ics ar o um ix ora".split(),
}


def _invented(kind: str, random: Random) -> str:
    stem = "".join(random.choice(_ONSETS) + random.choice(_VOWELS) for _ in range(random.choice((1, 1, 1, 2))))
    return (stem + random.choice(_CODAS) + random.choice(_ENDS[kind])).capitalize()


def _surname(random: Random) -> str:
    return random.choice(POOLS["surname"]) if random.random() < 0.5 else _invented("surname", random)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


class Slots:
    """The values of one article."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._values: dict[str, str] = {}

    def fill(self, template: str) -> str:
        """The template with one of each ``[a|b]`` chosen and each ``{slot}`` filled."""
        while True:
            chosen = re.sub(r"\[([^\[\]]*)\]", lambda m: self._random.choice(m[1].split("|")), template)
            if chosen == template:
                break
            template = chosen
        text = re.sub(r"\{(\^?)(\w+)\}", lambda m: _capital(self[m[2]]) if m[1] else self[m[2]], template)
        text = re.sub(r"\ba (?=[AEIOaeio]\w)", "an ", re.sub(r"\s+", " ", text).strip())
        return _capital(text)

    def __getitem__(self, slot: str) -> str:
        if slot[0] == "p" and slot[1:].isdigit():
            return self["P" + slot[1:]].split(" ", 1)[1]
        if slot not in self._values:
            kind = slot.rstrip("0123456789")
            taken = {value for name, value in self._values.items() if name.rstrip("0123456789") == kind}
            value = self._make(kind)
            for _ in range(40):
                if value not in taken:
                    break
                value = self._make(kind)
            self._values[slot] = value
        return self._values[slot]

    def _make(self, kind: str) -> str:
        random = self._random
        if kind in POOLS:
            return random.choice(POOLS[kind])
        if kind == "P":
            particle = random.choice(("", "", "", "", "", "", "", "de ", "van ", "al-"))
            return f"{random.choice(POOLS['first'])} {particle}{_surname(random)}"
        if kind == "town":
            return random.choice(("", "", "", "", "", "", "Port ", "San ", "North ", "New ")) + _invented(
                "town", random
            )
        if kind == "club":
            return _invented("town", random) + random.choice(
                ("", "", " United", " City", " Rovers", " Athletic", " FC")
            )
        if kind == "comp":
            return _invented("brand", random) + random.choice(
                ("", "", " Group", " Energy", " Foods", " Air", " Motors")
            )
        return self._number(kind)

    def _number(self, kind: str) -> str:
        random = self._random
        if kind == "n":
            return str(random.randint(2, 98))
        if kind == "N":
            return f"{random.randint(2, 900) * 10 ** random.randint(2, 4):,}"
        if kind == "m":
            unit = random.choice((" million", " million", " billion", ",000", ",500"))
            return random.choice(("$", "$", "€", "£")) + f"{random.randint(2, 900)}" + unit
        if kind == "day":
            return random.choice(DAYS)
        if kind == "date":
            return random.choice(
                (f"{random.choice(MONTHS)} {random.randint(1, 28)}", f"{random.randint(1, 28)} {random.choice(MONTHS)}")
            )
        if kind == "year":
            return str(random.randint(1948, 2029))
        if kind == "minute":
            return f"{random.randint(2, 90)}{random.choice(('th', 'th', 'st'))} minute"
        if kind == "score":
            return f"{random.randint(1, 5)}-{random.randint(0, 4)}"
        raise KeyError(kind)
