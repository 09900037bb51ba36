"""What stands around articles and answers nothing: invitations, credits and notices.

A piece of text is told by its first words. A rule is compiled when a text begins so: to compile all of them as one
takes a millisecond, for which every first question would have to wait.
"""

from __future__ import annotations

import re
from functools import cache

_FOLLOW = r" (?:\S+ ){1,5}(?:on|at) (?:twitter|x|facebook|instagram|telegram|tiktok|\S+@)"
_INVITE = r" (?:here|now|below|(?:for|to) (?:our|the|a|free|read|see))\b"
_CREDIT = r"(?: credits?| courtesy)?\s*(?::|by\b|/)"
_LABEL = r"\s*[:|]"
_NAMES = r" (?-i:[^\W\d_a-z])[^.!?\n]{1,60}\.?\W*$"
_SPANISH_MORE = r" (?:tambi[eé]n|m[aá]s)\b"
_WORD = r"\b"

#: First words, in small letters -> a regular expression for what follows them.
_RULES = {
    "read": r" (?:more|also|next|the full)\b|\s*[:|]",
    "more": r"\s*[:|]| on this (?:story|topic)\b",
    "also read": _WORD,
    **dict.fromkeys(
        ("see also", "watch", "listen", "recommended", "live updates", "don't miss", "don\u2019t miss"), _LABEL
    ),
    **dict.fromkeys(("you might also like", "you may also like"), _LABEL),
    "related": r"[\w\s]{0,20}:",
    **dict.fromkeys(("follow", "email"), rf"{_FOLLOW}| our live\b"),
    **dict.fromkeys(("you can follow", "you can email", "share this", "print this", "email this"), _WORD),
    "pic.twitter.com": "",
    **dict.fromkeys(("subscribe", "sign up", "log in", "register", "click", "tap"), _INVITE),
    **dict.fromkeys(("our newsletter", "daily newsletter", "weekly newsletter", "free newsletter"), _WORD),
    **dict.fromkeys(("get the latest", "get our latest", "get the app", "get our app"), _WORD),
    "get our": r" (?:\S+ ){0,2}newsletters?\b",
    **dict.fromkeys(("download the app", "download our app", "story continues", "leave a comment", "©"), ""),
    **dict.fromkeys(("advertisement", "sponsored content", "sponsored by"), _WORD),
    "this": r" (?:article|story) (?:was|has been) (?:first |originally )?(?:published|updated|produced)"
    r"| (?:web)?site uses? cookies| (?:article|story) will be updated| is a (?:developing|breaking) (?:news )?story",
    "check back": r" (?:for|later|soon)\b",
    **dict.fromkeys(("reporting by", "additional reporting by", "with reporting by", "words by"), _NAMES),
    **dict.fromkeys(("photos", "photographs", "pictures"), rf"\s*:|(?: by){_NAMES}"),
    "file": r" (?:photo|picture|image)\b|\s*[-\u2013\u2014]\s",
    "pictured": r"(?: (?:above|below|left|right))?\s*:",
    **dict.fromkeys(("above", "caption"), _LABEL),
    **dict.fromkeys(("image source", "image caption", "notes to editors"), _WORD),
    **dict.fromkeys(("published", "posted", "updated", "last updated"), r"\s*:| (?:at )?\d"),
    **dict.fromkeys(("for more information", "for further information"), r",? (?:contact|visit|see|call|email)\b"),
    "we": r" uses? cookies",
    "accept": r" (?:all )?cookies",
    **dict.fromkeys(("photo", "image", "picture", "foto", "imagen", "bild", "video", "illustration"), _CREDIT),
    **dict.fromkeys(("copyright", "all rights reserved", "privacy policy", "terms of use"), _WORD),
    **dict.fromkeys("0123456789", r"\d* (?:comments?\W*$|min(?:ute)?s? read)"),
    **dict.fromkeys(("lea", "lee", "leer", "ver", "vea"), _SPANISH_MORE),
    **dict.fromkeys(("síguenos en", "siguenos en", "síguanos en", "siguanos en", "todos los derechos"), ""),
    **dict.fromkeys(("suscrib", "suscríb"), "[ae]"),
    **dict.fromkeys(("lesen sie auch", "mehr zum thema", "folgen sie", "alle rechte vorbehalten"), ""),
    **dict.fromkeys(("lire aussi", "à lire", "abonnez-vous", "suivez-nous", "tous droits"), ""),
    **dict.fromkeys(
        ("leia também", "leia mais", "siga-nos", "leggi anche", "seguici", "iscriviti", "tutti i diritti"), ""
    ),
}
_BEGINNINGS = tuple(_RULES)
_LONGEST = max(map(len, _RULES))

_FIRST = re.compile(r"[\w©]")


def is_boilerplate(text: str) -> bool:
    """Whether the text, one piece as ``sentences`` gives it, begins as such notices and invitations do."""
    first = _FIRST.search(text)
    if first is None:
        return False
    at = first.start()
    beginning = text[at : at + _LONGEST].lower()
    if not beginning.startswith(_BEGINNINGS):  # as nearly all texts do not, and this is told at once
        return False
    return any(beginning.startswith(words) and _rule(words).match(text, at + len(words)) for words in _RULES)


@cache
def _rule(words: str) -> re.Pattern[str]:
    return re.compile(_RULES[words], re.IGNORECASE)
