"""Texts -> token counts, and texts -> the inputs of a graph that reads the vectors of words and not their ids."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from qa.models.base import PIECES_FILE, TABLE_FILE
from qa.models.e5_file import E5File
from qa.models.tokens import Inputs, run_alike, valid
from qa.models.unigram import Unigram
from qa.types import FloatArray


class UnigramInputs:
    """``TextInputs`` over the pieces and their vectors in ``folder``, of which only those that a text has are read.

    ``max_length`` is in tokens, special ones included. Safe to use from several threads.
    """

    def __init__(self, folder: Path, max_length: int) -> None:
        self._model = E5File(folder / PIECES_FILE)
        self._unigram = Unigram(self._model, folder / TABLE_FILE)
        self._max_length = max_length

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(self._unigram.ids(text)) for text in valid(texts)]

    def whole(self, text: str) -> Inputs:
        (ids,) = self._ids([text])
        return self._inputs([ids], len(ids))

    def encode(self, texts: Sequence[str], run: Callable[[Inputs], FloatArray]) -> FloatArray:
        rows = [self._cut(ids) for ids in self._ids(texts)]

        def inputs(batch: Sequence[int], length: int) -> Inputs:
            return self._inputs([rows[number] for number in batch], length)

        return run_alike([*map(len, rows)], self._max_length, inputs, run)

    def _ids(self, texts: Sequence[str]) -> list[list[int]]:
        begin, end = self._model.begin, self._model.end
        return [[begin, *self._unigram.ids(text), end] for text in valid(texts)]

    def _cut(self, ids: list[int]) -> list[int]:
        return ids if len(ids) <= self._max_length else [*ids[: self._max_length - 1], self._model.end]

    def _inputs(self, rows: Sequence[list[int]], length: int) -> Inputs:
        ids = np.full((len(rows), length), self._model.padding, dtype=np.int64)
        present = np.zeros_like(ids)
        for number, row in enumerate(rows):
            ids[number, : len(row)] = row
            present[number, : len(row)] = 1
        words, places = np.unique(ids, return_inverse=True)
        vectors = self._model.word_vectors(words)[places.reshape(ids.shape)]
        return {"words": vectors, "attention_mask": present, "token_type_ids": np.zeros_like(ids)}
