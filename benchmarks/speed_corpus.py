"""A corpus of any size that is nobody's text: made-up words with the frequencies, and in the lengths, of news.

Everything follows from the seed and an article's number, so that one article can be made again without the others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

SEED = 20240731

#: Articles a file, and passages an article as qa cuts them for a model of 256 tokens: measured.
SHARD, PASSAGES_AN_ARTICLE = 1000, 5

#: p(rank) is proportional to 1 / (rank + SHIFT) ** EXPONENT (Zipf and Mandelbrot), over this many words.
VOCABULARY, EXPONENT, SHIFT = 200_000, 1.1, 2.7

#: The commonest words hold sentences together in every language, and searches treat them apart, so these are real ones.
COMMONEST = """the of and in to a is was for that on with as by at from it his an be are this which were had not or has
but their he one they have who its been after first all""".split()

_SYLLABLES = [onset + vowel + coda for onset in "bdklmnrstv" for vowel in "aeiou" for coda in ("", "n", "r")]

#: Words a sentence and sentences an article, mean and least. Made-up words have 1.8 of the model's tokens and English
#: ones 1.35, so that 12 words here are as long to the model as 16 of news: 9 such sentences fill a passage, whose 115
#: words stand for 150.
_WORDS, _LEAST_WORDS, _SENTENCES, _LEAST_SENTENCES = 12, 4, 40, 9

#: Where the words that a question may ask for begin: after those that every passage has.
ASKABLE = 2 * len(COMMONEST)


@cache
def vocabulary() -> list[str]:
    """The words by rank: common ones are short (Zipf's law of abbreviation)."""
    rng, words = np.random.default_rng(SEED), list(COMMONEST)
    for syllables in (1, 2, 3):
        combinations = len(_SYLLABLES) ** syllables
        wanted = min(combinations, VOCABULARY)
        vocabulary = set(words)
        made = (_word(int(code), syllables) for code in rng.choice(combinations, wanted, replace=False))
        words += [word for word in made if word not in vocabulary]
    return words[:VOCABULARY]


def article(number: int, salt: int = 0) -> dict[str, str]:
    """The record of an article: id, title, ISO date and text. Another ``salt`` changes its third sentence alone."""
    rng = np.random.default_rng([SEED, number])
    title = " ".join(word.capitalize() for word in _words(rng, 7))
    day = date(2015, 1, 1) + timedelta(days=int(rng.integers(3650)))
    count = max(_LEAST_SENTENCES, round(rng.normal(_SENTENCES, _SENTENCES / 4)))
    sentences = [_sentence(rng) for _ in range(count)]
    if salt:
        sentences[2] = _sentence(np.random.default_rng([SEED, number, salt]))
    paragraphs = (" ".join(sentences[at : at + 4]) for at in range(0, count, 4))
    return {"id": f"a{number:06}", "title": title, "date": day.isoformat(), "text": "\n\n".join(paragraphs)}


def write_corpus(folder: Path, articles: int) -> None:
    """The articles from 0 on, ``SHARD`` a JSONL file; what another run left in the folder is replaced."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.jsonl"):
        old.unlink()
    for first in range(0, articles, SHARD):
        records = (article(number) for number in range(first, min(first + SHARD, articles)))
        _shard(folder, first).write_text("".join(map(_line, records)), encoding="utf-8")


def change_article(folder: Path, number: int, salt: int) -> dict[str, str]:
    """Rewrites one article of a written corpus with another sentence, and returns its record."""
    file, record = _shard(folder, number), article(number, salt)
    lines = file.read_text(encoding="utf-8").splitlines(keepends=True)
    lines[number % SHARD] = _line(record)
    file.write_text("".join(lines), encoding="utf-8")
    return record


def add_article(folder: Path, number: int) -> None:
    """Appends an article to a file of its own kind, after all others."""
    with (folder / "z-added.jsonl").open("a", encoding="utf-8") as file:
        file.write(_line(article(number)))


def questions(articles: int, count: int) -> list[str]:
    """Questions of three to eight words, common and rare, that stand together in a sentence of some article."""
    rng = np.random.default_rng([SEED, articles, count])
    return [_question(rng, articles) for _ in range(count)]


def _question(rng: np.random.Generator, articles: int) -> str:
    common = frozenset(vocabulary()[:ASKABLE])
    while True:
        sentences = article(int(rng.integers(articles)))["text"].replace("\n\n", " ").split(". ")
        words = sentences[int(rng.integers(len(sentences)))].strip(".").lower().split()
        telling = [word for word in dict.fromkeys(words) if word not in common]
        if len(telling) >= 3:
            return " ".join(telling[: int(rng.integers(3, 9))]) + "?"


def _sentence(rng: np.random.Generator) -> str:
    """Lengths are gamma distributed (shape 4), as those of sentences are about."""
    words = list(_words(rng, max(_LEAST_WORDS, round(rng.gamma(4, _WORDS / 4)))))
    return " ".join([words[0].capitalize(), *words[1:]]) + "."


def _words(rng: np.random.Generator, count: int) -> Iterator[str]:
    words, ranks = vocabulary(), np.searchsorted(_cumulative(), rng.random(count))
    return (words[rank] for rank in ranks)


@cache
def _cumulative() -> Any:
    shares = 1 / (np.arange(1, VOCABULARY + 1) + SHIFT) ** EXPONENT
    return np.append((shares.cumsum() / shares.sum())[:-1], 1.0)


def _word(code: int, syllables: int) -> str:
    parts = []
    for _ in range(syllables):
        code, part = divmod(code, len(_SYLLABLES))
        parts.append(_SYLLABLES[part])
    return "".join(parts)


def _shard(folder: Path, number: int) -> Path:
    return folder / f"{number // SHARD:04}.jsonl"


def _line(record: dict[str, str]) -> str:
    return json.dumps(record) + "\n"
