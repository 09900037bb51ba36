"""Texts -> token counts, and texts -> the inputs of an exported graph, by the exported tokenizer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

import numpy as np

from qa.models.batches import of_one_length
from qa.types import FloatArray

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Encoding

#: input_ids, attention_mask and token_type_ids, each ``(texts, tokens)``; or, in the place of the first, words, which
#: has a vector for each token, ``(texts, tokens, width)``.
Inputs: TypeAlias = "dict[str, NDArray[Any]]"

#: Padded lengths are multiples of this: few different lengths, and so large batches, for little padding.
STEP = 8


def valid(texts: Sequence[str]) -> list[str]:
    """The texts with a stand-in for each lone surrogate, which no tokenizer takes."""
    return [text.encode("utf-8", "replace").decode() for text in texts]


class TextInputs(Protocol):
    """What makes a graph's inputs of texts. Safe to use from several threads."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, special tokens not counted."""

    def whole(self, text: str) -> Inputs:
        """The inputs ``(1, tokens)`` for a text, which is neither cut nor padded."""

    def encode(self, texts: Sequence[str], run: Callable[[Inputs], FloatArray]) -> FloatArray:
        """What ``run`` gives for each of the texts, of which there is at least one; each is cut to what fits.

        A text is padded to a length that depends on that text alone, and run together with texts of the same length.
        """


def run_alike(
    sizes: Sequence[int],
    most: int,
    inputs: Callable[[Sequence[int], int], Inputs],
    run: Callable[[Inputs], FloatArray],
) -> FloatArray:
    """What ``run`` gives for each of the texts of these ``sizes``, in tokens, ``most`` at most. ``inputs`` makes the
    inputs of some of them, by number, padded to a length."""
    lengths = [min(-(-size // STEP) * STEP, most) for size in sizes]
    batches = list(of_one_length(lengths))
    rows = np.concatenate([run(inputs(batch, lengths[batch[0]])) for batch in batches]).astype(np.float32, copy=False)
    vectors = np.empty((len(sizes), *rows.shape[1:]), dtype=np.float32)
    vectors[np.concatenate(batches)] = rows
    return vectors


class GraphInputs:
    """``TextInputs`` by a tokenizer file, whose truncation and padding are those that the model's own tokenizer had
    when it was saved.

    ``max_length`` is in tokens, special ones included. Safe to use from several threads: the tokenizer's settings
    never change, and what is cut or padded is cut and padded here.
    """

    def __init__(self, file: Path, max_length: int) -> None:
        from tokenizers import Tokenizer

        self._tokenizer = Tokenizer.from_file(str(file))
        self._padding = self._tokenizer.padding or {"pad_id": 0, "pad_type_id": 0, "direction": "right"}
        self._cut_side: str = (self._tokenizer.truncation or {"direction": "right"})["direction"]
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self._max_length = max_length

    def count(self, texts: Sequence[str]) -> list[int]:
        encodings = self._tokenizer.encode_batch_fast(valid(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def whole(self, text: str) -> Inputs:
        (whole,) = valid([text])
        encoding = self._tokenizer.encode(whole)  # by this thread alone, unlike a batch, as a fork needs it
        return self._inputs([encoding], len(encoding))

    def encode(self, texts: Sequence[str], run: Callable[[Inputs], FloatArray]) -> FloatArray:
        encodings = [self._cut(encoding, text) for encoding, text in self._encodings(valid(texts))]

        def inputs(batch: Sequence[int], length: int) -> Inputs:
            return self._inputs([encodings[number] for number in batch], length)

        return run_alike([*map(len, encodings)], self._max_length, inputs, run)

    def _encodings(self, texts: list[str]) -> zip[tuple[Encoding, str]]:
        return zip(self._tokenizer.encode_batch_fast(texts), texts, strict=True)

    def _cut(self, encoding: Encoding, text: str) -> Encoding:
        """The encoding, if it fits, or one that loses tokens of the text and none of the special ones."""
        if len(encoding) <= self._max_length:
            return encoding
        (plain,) = self._tokenizer.encode_batch_fast([text], add_special_tokens=False)
        special = self._tokenizer.num_special_tokens_to_add(is_pair=False)
        plain.truncate(max(0, self._max_length - special), direction=self._cut_side)
        return self._tokenizer.post_process(plain)

    def _inputs(self, encodings: Sequence[Encoding], length: int) -> Inputs:
        shape = (len(encodings), length)
        inputs: Inputs = {
            "input_ids": np.full(shape, self._padding["pad_id"], dtype=np.int64),
            "attention_mask": np.zeros(shape, dtype=np.int64),
            "token_type_ids": np.full(shape, self._padding["pad_type_id"], dtype=np.int64),
        }
        for row, encoding in enumerate(encodings):
            size = len(encoding)
            place = slice(length - size, length) if self._padding["direction"].lower() == "left" else slice(0, size)
            inputs["input_ids"][row, place] = encoding.ids
            inputs["attention_mask"][row, place] = encoding.attention_mask
            inputs["token_type_ids"][row, place] = encoding.type_ids
        return inputs
