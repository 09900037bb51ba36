"""A question -> the passage that looks most as if it answered, and does not: found by BM25 among all passages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix

from qa.text.analysis import terms
from training.rows import Row

#: Okapi's usual constants.
K1, B = 1.2, 0.75

#: How many of the best passages are looked at, and how many questions are asked at once.
DEPTH, BATCH = 12, 512


class Lookalikes:
    """The passages to choose from, each with its title."""

    def __init__(self, passages: Sequence[str], titles: Sequence[str]) -> None:
        self._passages, self._titles = list(passages), list(titles)
        self._lower = [passage.lower() for passage in passages]
        self._numbers: dict[str, int] = {}
        self._weights = self._bm25([Counter(terms(f"{t} {p}")) for t, p in zip(titles, passages, strict=True)])

    def find(self, rows: Sequence[Row]) -> list[int | None]:
        """For each row the number of a passage without its answers; the best of its own title where there is one."""
        return [self._choose(row, ranked) for row, ranked in zip(rows, self.nearest(rows), strict=True)]

    def nearest(self, rows: Sequence[Row]) -> list[list[int]]:
        """For each row the numbers of the best passages for its question, best first, without its own passage."""
        found: list[list[int]] = []
        depth = min(DEPTH, len(self._passages))
        for start in range(0, len(rows), BATCH):
            batch = rows[start : start + BATCH]
            scores = (self._questions([row.question for row in batch]) @ self._weights).toarray()
            numbers = np.argpartition(scores, -depth, axis=1)[:, -depth:]
            order = np.argsort(-np.take_along_axis(scores, numbers, axis=1), axis=1, kind="stable")
            ranked = np.take_along_axis(numbers, order, axis=1).tolist()
            found.extend(
                [n for n in each if self._passages[n] != row.passage] for row, each in zip(batch, ranked, strict=True)
            )
        return found

    def _choose(self, row: Row, ranked: list[int]) -> int | None:
        answers = [row.passage[start:end].lower().strip(" .,") for start, end in row.answers]
        fit = [n for n in ranked if not any(answer in self._lower[n] for answer in answers)]
        same = [n for n in fit if row.title and self._titles[n] == row.title]
        return next(iter(same or fit), None)

    def _bm25(self, counts: list[Counter[str]]) -> csr_matrix:
        """Term weights, ``(terms, passages)``."""
        for count in counts:
            for term in count:
                self._numbers.setdefault(term, len(self._numbers))
        rows = np.array([self._numbers[term] for count in counts for term in count])
        columns = np.repeat(np.arange(len(counts)), [len(count) for count in counts])
        frequency = np.array([n for count in counts for n in count.values()], dtype=np.float32)
        lengths = np.array([count.total() for count in counts], dtype=np.float32)
        documents = np.bincount(rows, minlength=len(self._numbers))
        idf = np.log(1 + (len(counts) - documents + 0.5) / (documents + 0.5))
        norm = K1 * (1 - B + B * lengths / lengths.mean())
        weights = idf[rows] * frequency * (K1 + 1) / (frequency + norm[columns])
        return csr_matrix((weights.astype(np.float32), (rows, columns)), shape=(len(self._numbers), len(counts)))

    def _questions(self, questions: Sequence[str]) -> csr_matrix:
        known = [{self._numbers[t] for t in terms(question) if t in self._numbers} for question in questions]
        columns = np.array([number for each in known for number in each])
        rows = np.repeat(np.arange(len(known)), [len(each) for each in known])
        shape = (len(questions), len(self._numbers))
        return csr_matrix((np.ones(len(columns), dtype=np.float32), (rows, columns)), shape=shape)
