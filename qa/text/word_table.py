"""A Spanish question, word by word in English: what a reader of English can make more of. It is never shown.

``spanish.words`` has a Spanish word and an English one a line, learnt from pairs of sentences by
``training/word_table.py``; a word that ends in ``~`` is the stem of several.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

from qa.errors import ModelError
from qa.text.analysis import stem_as
from qa.text.cognates import cognate

#: The table, and its SHA-256.
FILE = Path(__file__).with_name("spanish.words")
SHA256 = "dd1c9aa36f08b6f4ef4ac9756da082b1b034ba54db88189994db760ca9256154"

#: The language (ISO 639-1) of its words.
LANGUAGE = "es"

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")


def in_english(text: str) -> str:
    """Spanish text with each word that the table has in English, and all else as it is: within the text a word with a
    capital is a name, which stays, unless the table has it as a name ("Suiza", Switzerland).

    Raises ModelError where the table is damaged.
    """
    first = _WORD.search(text)
    begins = first.start() if first else 0
    return _WORD.sub(lambda match: _english(match[0], match.start() > begins), text)


def words_of(text: str) -> list[str]:
    """The words of a text, as they are written."""
    return [match[0] for match in _WORD.finditer(text)]


def key(word: str) -> str:
    """What the table calls a word."""
    return word.lower()


def stem_key(word: str) -> str:
    """What the table calls the stem of a word."""
    return f"{stem_as(word, LANGUAGE)}~"


def _english(word: str, within: bool) -> str:
    table = _table()
    english = table.get(key(word), word)
    if word.istitle():
        return word if within and not english.istitle() else english
    return english if english != word else table.get(stem_key(key(word))) or cognate(word) or word


@cache
def _table() -> dict[str, str]:
    content = FILE.read_bytes()
    if hashlib.sha256(content).hexdigest() != SHA256:
        raise ModelError(f"{FILE} is not the file that came with qa", "install qa again")
    pairs = (line.split(" ") for line in content.decode().splitlines())
    return {line[0]: line[1] for line in pairs}
