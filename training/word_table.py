"""Learns which English word a Spanish one stands for, from pairs of sentences: ``qa/text/spanish.words``.

    python -m training.word_table --train ../shared/train

``qa/text/word_table.py`` has the file's SHA-256, which the command prints. The pairs are Tatoeba's (CC BY 2.0 FR).

IBM Model 1 (Brown et al., 1993), in both directions: each word's English one is that for which the probability that it
stands for the word, times a power of the one that the word stands for it, is highest; words that begin alike have an
advantage. Deterministic.
"""

from __future__ import annotations

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.models.model_files import file_sha256
from qa.text.analysis import fold
from qa.text.word_table import FILE, key, stem_key, words_of

#: The pairs of sentences: ``en`` and ``es``, one pair a line.
PAIRS = "parallel_en_es_tatoeba.jsonl.gz"

#: Rounds of expectation and maximisation: after five the choice of words hardly changes.
ROUNDS = 5

#: Power of the second probability: a rare word is told by it, but one of several for the same ("el", "la") has little.
BACK = 0.3

#: The least product of both probabilities: below, the pairs do not tell.
LEAST = 0.1

#: Letters of a stem, and how often its words occur, at least: shorter and rarer ones tell nothing.
SHORTEST, OFTEN = 4, 3

#: How often a word occurs, at least: any word of its only sentence would be as likely.
SEEN = 2

#: Letters that both words begin with, accents aside, and what that is worth ("minuto", "minute").
LIKE, WORTH = 4, 3.0

#: A word of the sentence in the one language, one in the other, and the pair both are in, by number.
Links = tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--train", type=Path, required=True, help="folder with the training sets")
    parser.add_argument("--out", type=Path, default=FILE, help="the file to write")
    arguments = parser.parse_args()
    with gzip.open(arguments.train / PAIRS, "rt", encoding="utf-8") as stream:
        pairs = {(pair["es"], pair["en"]) for pair in map(json.loads, stream)}
    lines = table_lines(sorted(pairs))
    arguments.out.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    print(f"{len(lines):,} words, {arguments.out.stat().st_size:,} bytes, SHA-256 {file_sha256(arguments.out)}")


def table_lines(pairs: Sequence[tuple[str, str]]) -> list[str]:
    """The table's lines, in alphabetical order: a Spanish word, or the stem of some, and an English word."""
    sentences = [([key(word) for word in words_of(es)], [word.lower() for word in words_of(en)]) for es, en in pairs]
    written = Counter(word for _, en in pairs for word in words_of(en)[1:])
    counts = Counter(word for spanish, _ in sentences for word in spanish)
    stems: dict[str, Counter[str]] = {}
    table = {}
    for spanish, english in best(sentences):
        if counts[spanish] < SEEN:
            continue
        table[spanish] = _as_written(english, written)
        stems.setdefault(stem_key(spanish), Counter())[english] += counts[spanish]
    for stem, told in stems.items():
        if len(stem) > SHORTEST and told.total() >= OFTEN:
            table[stem] = _as_written(min(told, key=lambda word: (-told[word], word)), written)
    return [f"{word} {english}" for word, english in sorted(table.items()) if word != english]


def _as_written(word: str, written: Counter[str]) -> str:
    """The word as it is mostly written within a sentence, where it is a name."""
    name = word.capitalize()
    return name if written[name] > written[word] else word


def best(sentences: Sequence[tuple[list[str], list[str]]]) -> Iterator[tuple[str, str]]:
    """Each Spanish word that the pairs tell the English word of, and that."""
    spanish, english = numbered(one for one, _ in sentences), numbered(one for _, one in sentences)
    sources, targets, pair = links(sentences, spanish, english)
    joined = sources * len(english) + targets
    cells, of_link = np.unique(joined, return_inverse=True)
    rows, columns = cells // len(english), cells % len(english)
    forth = probabilities(rows, of_link, pair, targets, len(spanish), len(english))
    back = probabilities(columns, of_link, pair, sources, len(english), len(spanish))
    names, words = list(spanish), list(english)
    begins = [np.array([fold(word)[:LIKE] for word in one]) for one in (names, words)]
    alike = (begins[0][rows] == begins[1][columns]) & (np.char.str_len(begins[0])[rows] == LIKE)
    product = forth * back**BACK * np.where(alike, WORTH, 1)
    order = np.lexsort((columns, -product, rows))
    _, first = np.unique(rows[order], return_index=True)
    for cell in order[first]:
        if product[cell] >= LEAST:
            yield names[rows[cell]], words[columns[cell]]


def numbered(sentences: Iterable[list[str]]) -> dict[str, int]:
    """Each word, with its number."""
    return {word: number for number, word in enumerate(sorted({word for one in sentences for word in one}))}


def links(sentences: Sequence[tuple[list[str], list[str]]], spanish: dict[str, int], english: dict[str, int]) -> Links:
    """Every word of a sentence with every word of its translation."""
    parts: list[tuple[Any, ...]] = []
    for number, (one, other) in enumerate(sentences):
        left = np.repeat([spanish[word] for word in one], len(other))
        right = np.tile([english[word] for word in other], len(one))
        parts.append((left, right, np.full(len(left), number)))
    columns = [np.concatenate(part).astype(np.int64) for part in zip(*parts, strict=True)]
    return columns[0], columns[1], columns[2]


def probabilities(
    given: NDArray[np.int64],
    of_link: NDArray[np.int64],
    pair: NDArray[np.int64],
    told: NDArray[np.int64],
    size: int,
    other: int,
) -> NDArray[np.float64]:
    """For each cell, the probability of its other word given its word ``given``, by IBM Model 1.

    ``of_link`` is each link's cell, ``pair`` its pair, and ``told`` the word of it that is to be explained.
    """
    chances = np.ones(len(given))
    _, explained = np.unique(pair * other + told, return_inverse=True)
    for _ in range(ROUNDS):
        weights = chances[of_link]
        weights /= np.bincount(explained, weights)[explained]
        counts = np.bincount(of_link, weights, len(given))
        chances = counts / np.bincount(given, counts, size)[given]
    return chances


if __name__ == "__main__":
    main()
