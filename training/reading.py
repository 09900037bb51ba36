"""A reader -> what it says of rows: the score of each sentence, as log-odds against "not here"."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import torch
from numpy.typing import NDArray

from training.base import model_folder
from training.batches import collate
from training.features import Features, features, tokenizer
from training.model import Reader, from_base
from training.rows import Row

#: Tokens of the longest input, and inputs that are read at once.
LENGTH, BATCH = 512, 16


def load(checkpoint: Path) -> Reader:
    """The reader of a checkpoint of ``training.train``."""
    reader = from_base(model_folder())
    reader.load_state_dict(torch.load(checkpoint, map_location="cpu")["reader"])
    return reader.eval()


def inputs(rows: Sequence[Row]) -> list[Features]:
    """The rows' inputs, whole up to 512 tokens."""
    return list(features(rows, tokenizer(model_folder()), Random(0), LENGTH))


def sentence_scores(reader: Reader, items: Sequence[Features]) -> list[NDArray[np.float32]]:
    """For each input ``(sentences,)``: the log-odds of its sentences against null; -inf for one that is cut off."""
    found: list[NDArray[np.float32]] = [np.empty(0, np.float32)] * len(items)
    order = sorted(range(len(items)), key=lambda number: len(items[number].ids))
    for start in range(0, len(order), BATCH):
        numbers = order[start : start + BATCH]
        batch = collate([items[number] for number in numbers])
        with torch.inference_mode():
            tokens, null, _ = reader(batch.ids, batch.mask, batch.types)
        for row, number in enumerate(numbers):
            length = len(items[number].ids)
            found[number] = by_sentence(tokens[row, :length].numpy(), float(null[row]), items[number].sentence)
    return found


def by_sentence(tokens: NDArray[np.float32], null: float, sentence: NDArray[np.int32]) -> NDArray[np.float32]:
    """The log-odds of each sentence: ``tokens`` are the tokens' scores, ``sentence`` their sentences (-1: none)."""
    scores = np.full(int(sentence.max(initial=-1)) + 1, -np.inf, np.float32)
    for token in np.flatnonzero(sentence >= 0):
        scores[sentence[token]] = np.logaddexp(scores[sentence[token]], tokens[token])
    return scores - np.float32(null)
