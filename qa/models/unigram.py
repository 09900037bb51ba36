"""The tokenizer of XLM-RoBERTa, by which multilingual-e5-small reads: text -> the most probable pieces of its words.

SentencePiece's unigram model (Kudo 2018, "Subword Regularization", arXiv:1804.10959). The library ``tokenizers`` has
it too, and takes half a second to load the 250,002 pieces; here they are looked up in a sorted table of their hashes,
which is mapped into memory, so that a question costs what its words cost.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from unicodedata import normalize

import numpy as np

from qa.models.e5_file import E5File

#: What stands before each word, as a part of it.
WORD = "\u2581"

#: Code points of the longest piece.
LONGEST = 16

#: How much less probable a character that no piece has is than the least probable piece, in log-probability.
UNKNOWN_PENALTY = 10.0

#: Words whose pieces are remembered; longer words, in code points, are not.
REMEMBERED, WORD_LENGTH = 1 << 16, 64

#: Code points of a word whose pieces are looked up at once: what has no spaces may be as long as it likes.
AT_ONCE = 1024


class Unigram:
    """Texts -> ids of pieces. ``table`` is the file that ``write_table`` wrote. Safe to use from several threads."""

    def __init__(self, model: E5File, table: Path) -> None:
        self._model = model
        self._hashes, self._numbers = np.memmap(table, "<u8", "r").reshape(2, -1)
        self._unknown = float(model.scores.min()) - UNKNOWN_PENALTY
        self._remembered = lru_cache(REMEMBERED)(self._pieces)

    def ids(self, text: str) -> list[int]:
        """The pieces of a text, special tokens not among them: what looks like one is text."""
        return [piece for word in self._words(text) for piece in self._of_word(word)]

    def _words(self, text: str) -> list[str]:
        # What is composed of several characters first, and again what has become so.
        written = normalize("NFC", normalize("NFC", text).translate(self._model.written_as))
        return [f"{WORD}{word}" for word in written.split(" ") if word]

    def _of_word(self, word: str) -> Sequence[int]:
        return self._remembered(word) if len(word) <= WORD_LENGTH else self._pieces(word)

    def _pieces(self, word: str) -> tuple[int, ...]:
        """The pieces of the greatest probability together (Viterbi); of equal ones the longer first piece."""
        size, unknown = len(word), self._model.unknown
        best, last = [0.0] + [-np.inf] * size, [(0, unknown)] * (size + 1)
        for first in range(0, size, AT_ONCE):
            ends = range(first, min(first + AT_ONCE, size))
            for start, found in zip(ends, self._beginning(word, ends), strict=True):
                for end, piece, score in found:
                    if best[start] + score > best[end]:
                        best[end], last[end] = best[start] + score, (start, piece)
        pieces: list[int] = []
        while size:
            size, piece = last[size]
            if not (piece == unknown and pieces and pieces[-1] == unknown):  # several in a row are one
                pieces.append(piece)
        return tuple(reversed(pieces))

    def _beginning(self, word: str, starts: range) -> Iterator[list[tuple[int, int, float]]]:
        """For each start the pieces that begin there: where each ends, its number and its log-probability."""
        spans = [(start, end) for start in starts for end in range(start + 1, min(start + LONGEST, len(word)) + 1)]
        found: dict[int, list[tuple[int, int, float]]] = {start: [] for start in starts}
        for place, piece in self._look_up([word[start:end].encode() for start, end in spans]):
            start, end = spans[place]
            found[start].append((end, piece, float(self._model.scores[piece])))
        for start, pieces in found.items():
            if not pieces or pieces[0][0] > start + 1:
                pieces.insert(0, (start + 1, self._model.unknown, self._unknown))
            yield pieces

    def _look_up(self, texts: Sequence[bytes]) -> Iterator[tuple[int, int]]:
        """Which of the texts are pieces, and their numbers."""
        hashes = _hashes(texts)
        places = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        for found in np.flatnonzero(self._hashes[places] == hashes).tolist():
            number = int(self._numbers[places[found]])
            if self._model.piece(number) == texts[found]:
                yield found, number


def write_table(model: E5File, file: Path) -> None:
    """Writes the hashes of all pieces that a text may have, ascending, and then their numbers, as 64-bit numbers.

    The special tokens, which begin and end the vocabulary, are left out.
    """
    special = {model.begin, model.end, model.padding, model.unknown, model.pieces - 1}
    numbers = np.array([number for number in range(model.pieces) if number not in special], dtype="<u8")
    hashes = _hashes([model.piece(number) for number in numbers.tolist()])
    order = np.argsort(hashes, kind="stable")
    file.write_bytes(np.stack([hashes[order], numbers[order]]).astype("<u8").tobytes())


def _hashes(texts: Sequence[bytes]) -> np.ndarray[tuple[int], np.dtype[np.uint64]]:
    from xxhash import xxh3_64_intdigest

    return np.fromiter(map(xxh3_64_intdigest, texts), dtype=np.uint64, count=len(texts))
