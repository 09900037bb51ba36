"""What an encoder is. Anything with these members will do; nothing inherits from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np

from qa.errors import QuestionError
from qa.types import FloatArray, Span

#: The files of an exported encoder. A model with next to no weights has them in the graph and not in a file.
ENCODER_FILE, TOKENIZER_FILE = "encoder.json", "tokenizer.json"
MODEL_FILE, WEIGHTS_FILE = "model.onnx", "model.data"

#: In the place of the tokenizer, where its pieces and their vectors are too many to load for a question: the file that
#: has both, and the table by which pieces are looked up.
PIECES_FILE, TABLE_FILE = "e5-small-q4.bin", "pieces.u64"


#: The vectors of no texts, which no model has to be loaded for.
NO_VECTORS: FloatArray = np.empty((0, 0), dtype=np.float32)


#: Groups of texts -> the vectors ``(n, dimension)`` of each, in order; ``NO_VECTORS`` for one without texts. A bounded
#: number of groups is taken before the first is given back.
EncodeGroups: TypeAlias = Callable[[Iterable[list[str]]], Iterator[FloatArray]]


class TitledText(NamedTuple):
    """A passage and the title of its document, which is empty where there is none."""

    title: str
    text: str


class EncoderInfo(NamedTuple):
    """What an encoder is: the model's ``name`` as the user gave it; its ``fingerprint``, a hex digest over its files:
    two encoders with the same one give the same vectors; the ``engine`` that computes them, and in which precision:
    others give other ones in the last digits; their length, the ``dimension``; and ``max_tokens`` of running text that
    the model reads, special tokens and the passage prompt not counted."""

    name: str
    fingerprint: str
    engine: str
    dimension: int
    max_tokens: int


class QueryEncoder(Protocol):
    """The question side of a model: what answering needs."""

    def encode_query(self, question: str) -> FloatArray:
        """The unit vector ``(dimension,)`` of a question, with the model's own query prompt.

        Raises QuestionError when the question has more tokens than the model reads: nothing is cut off unseen.
        """


class Encoder(QueryEncoder, Protocol):
    """Both sides of a model: what indexing needs."""

    @property
    def info(self) -> EncoderInfo:
        """What it is."""

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted."""

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """The unit vectors ``(n, dimension)`` of passages or sentences, with the model's own passage prompt."""

    def export(self, folder: Path) -> str | None:
        """Writes the question side into the empty ``folder``, to be opened by ``load_query_encoder``.

        Returns None, or one line that says why the model could not be exported and answering will be slower.
        """


class Reranker(Protocol):
    """A model that reads a question and a passage together. Safe to use from several threads."""

    @property
    def fingerprint(self) -> str:
        """Hex digest over the model's files: two rerankers with the same one give the same scores."""

    def score(self, question: str, passages: Sequence[TitledText]) -> list[float]:
        """How well each passage answers the question: finite, more is better, 0 is even (a logit).

        Passages that are alike in title and text have the same score. What does not fit the model is cut off at the
        end of the passage. Raises ModelError where the model cannot be loaded or gives no such scores.
        """


class Reader(Protocol):
    """A model that tells which sentence of a passage answers a question. Safe to use from several threads."""

    @property
    def fingerprint(self) -> str:
        """Hex digest over the model's files: two readers with the same one give the same log-odds."""

    def read(self, question: str, passage: TitledText, sentences: Sequence[Span]) -> FloatArray:
        """``(n,)``: the log-odds that each of the ``sentences``, spans of the passage's text, answers, against that the
        passage does not. The same, bit for bit, whatever else is read. Raises ModelError where it cannot be loaded."""


def one_by_one(encode: Callable[[Sequence[str]], FloatArray], groups: Iterable[list[str]]) -> Iterator[FloatArray]:
    """The vectors ``(n, dimension)`` of each group by ``encode``; ``NO_VECTORS`` of one without texts."""
    return (encode(texts) if texts else NO_VECTORS for texts in groups)


def too_long(tokens: int, room: int) -> QuestionError:
    """The error for a question that the model would read only in part."""
    return QuestionError(f"the question has {tokens:,} tokens and the model reads {room:,}", "ask a shorter one")
