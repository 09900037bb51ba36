"""A row -> what the model reads: ``[CLS] question [SEP] title. passage [SEP]`` as token ids, and what it should say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from training.rows import Row

CLS, SEP = 101, 102

#: No sentence: the question, the title, and the special tokens.
OUTSIDE = -1

#: Tokens of a question beyond which it is cut, and tokens of a whole input.
QUESTION, LENGTH = 64, 240

#: Rows that are tokenised at once.
BATCH = 2048


@dataclass(frozen=True, slots=True)
class Features:
    """One input. ``ids`` and ``sentence`` are ``(tokens,)`` int32: token ids, and the number of each token's sentence.

    ``question`` tokens belong to the question with its special tokens; the others are of BERT's second type. ``gold``
    are the numbers of the answering sentences. ``first`` and ``last`` are the answer's token positions, 0 where the
    passage does not answer, and -1 where they are not known.
    """

    ids: NDArray[np.int32]
    sentence: NDArray[np.int32]
    question: int
    gold: tuple[int, ...]
    first: int
    last: int
    weight: float


def tokenizer(model: Path) -> Tokenizer:
    """The base model's tokenizer, which cuts and pads nothing."""
    loaded = Tokenizer.from_file(str(model / "tokenizer.json"))
    loaded.no_truncation()
    loaded.no_padding()
    return loaded


def features(rows: Sequence[Row], tokens: Tokenizer, random: Random, length: int = LENGTH) -> Iterator[Features]:
    """The rows' inputs, in order. Whole sentences are left out where an input would be longer than ``length``."""
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        titles = [f"{row.title.rstrip('.')}." if row.title else "" for row in batch]
        texts = [text for row, title in zip(batch, titles, strict=True) for text in (row.question, title, row.passage)]
        encodings = tokens.encode_batch(texts, add_special_tokens=False)
        for number, row in enumerate(batch):
            question, title, passage = encodings[3 * number : 3 * number + 3]
            yield _features(row, question.ids, title.ids, passage.ids, passage.offsets, random, length)


def _features(
    row: Row,
    question: list[int],
    title: list[int],
    passage: list[int],
    offsets: list[tuple[int, int]],
    random: Random,
    length: int,
) -> Features:
    head = [CLS, *question[:QUESTION], SEP]
    places = _sentences(row, offsets)
    keep = window(places, set(row.gold), length - len(head) - len(title) - 1, random)
    places, passage, offsets = places[keep], passage[keep], offsets[keep]
    before = len(head) + len(title)
    ids = np.array([*head, *title, *passage, SEP], dtype=np.int32)
    sentence = np.full(len(ids), OUTSIDE, dtype=np.int32)
    sentence[before : before + len(places)] = places
    shown = tuple(number for number in row.gold if number in places)
    first, last = _ends(row, offsets, before) if row.exact or not row.answers else (-1, -1)
    return Features(ids, sentence, len(head), shown, first, last, row.weight)


def _sentences(row: Row, offsets: Sequence[tuple[int, int]]) -> NDArray[np.int32]:
    """The sentence number of each token of the passage."""
    starts = np.array([start for start, _ in row.sentences])
    at = np.array([start for start, _ in offsets], dtype=np.int64).reshape(-1)
    return np.maximum(np.searchsorted(starts, at, side="right") - 1, 0).astype(np.int32)


def window(places: NDArray[np.int32], gold: set[int], room: int, random: Random) -> slice:
    """Which tokens are kept: whole sentences up to ``room`` tokens, an answering one (or any one) somewhere among them.

    ``places`` are the tokens' sentence numbers, in order. A sentence longer than ``room`` is cut.
    """
    if len(places) <= room:
        return slice(0, len(places))
    numbers = sorted(set(places.tolist()))
    middle = random.choice(sorted(gold & set(numbers)) or numbers)
    low = high = numbers.index(middle)
    edges = [int(np.searchsorted(places, number)) for number in numbers] + [len(places)]
    while True:
        below = low > 0 and edges[high + 1] - edges[low - 1] <= room
        above = high + 1 < len(numbers) and edges[high + 2] - edges[low] <= room
        if not (below or above):
            break
        if below and (not above or random.random() < 0.5):
            low -= 1
        else:
            high += 1
    return slice(edges[low], min(edges[high + 1], edges[low] + room))


def _ends(row: Row, offsets: Sequence[tuple[int, int]], before: int) -> tuple[int, int]:
    """The first and last token of the first answer that is shown; 0 and 0 where there is none."""
    for start, end in row.answers:
        inside = [n for n, (left, right) in enumerate(offsets) if left < end and right > start]
        if inside:
            return before + inside[0], before + inside[-1]
    return 0, 0
