"""Learns which English word a Spanish one stands for, from pairs of sentences: ``qa/text/spanish.words``.

    python -m training.word_table --train ../shared/train

``qa/text/word_table.py`` has the file's SHA-256, which the command prints. The pairs are Tatoeba's (CC BY 2.0 FR).

IBM Model 1 (Brown et al., 1993) in both directions, which agree on what stands for what (Liang, Taskar and Klein,
"Alignment by Agreement", 2006). Each word's English one is that for which the probability that it stands for the word,
times a power of the one that the word stands for it, is highest; words that begin alike have an advantage.
Deterministic.
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
    cells, of_link = np.unique(sources * len(english) + targets, return_inverse=True)
    rows, columns = cells // len(english), cells % len(english)
    explained = (pair * len(english) + targets, pair * len(spanish) + sources)
    forth, back = probabilities(rows, columns, of_link, explained)
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
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    of_link: NDArray[np.int64],
    explained: tuple[NDArray[np.int64], NDArray[np.int64]],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """For each cell, the probability of its column's word given its row's, and the other way round.

    ``of_link`` is each link's cell; ``explained`` numbers the places of the columns' words in their sentences, each of
    which one word of its row is to explain, and those of the rows' words. A link counts as far as both ways make it.
    """
    sides = [rows, columns]
    places = [np.unique(place, return_inverse=True)[1] for place in explained]
    chances = [np.ones(len(rows)) for _ in sides]
    for _ in range(ROUNDS):
        shares = [_shares(chance[of_link], place) for chance, place in zip(chances, places, strict=True)]
        counts = np.bincount(of_link, shares[0] * shares[1], len(rows)).astype(np.float64)
        chances = [_shares(counts, side) for side in sides]
    return chances[0], chances[1]


def _shares(weights: NDArray[np.float64], groups: NDArray[np.int64]) -> NDArray[np.float64]:
    """Each weight, as a share of its group's."""
    return weights / np.bincount(groups, weights)[groups]


if __name__ == "__main__":
    main()
