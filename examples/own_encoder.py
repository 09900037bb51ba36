"""An encoder of one's own: anything with the members of ``qa.Encoder`` will do; nothing is inherited.

python examples/own_encoder.py

This one adds up a direction for each word and knows nothing of meaning. A real one would ask a model. The confidence of
answers is fitted to the default model, so that with another one it says less.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

import qa


class WordDirections:
    """A text's vector is the sum of its words' random directions. A token is a word."""

    info = qa.EncoderInfo(
        name="word-directions",
        fingerprint=hashlib.sha256(b"word-directions, version 1").hexdigest(),  # indexes with another are built anew
        engine="numpy",  # another engine may give other last digits
        dimension=256,
        max_tokens=200,
    )

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    def encode_passages(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.stack([self._vector(text) for text in texts])

    def encode_query(self, question: str) -> NDArray[np.float32]:
        if len(question.split()) > self.info.max_tokens:
            raise qa.QuestionError("the question is too long", "ask a shorter one")
        return self._vector(question)

    def export(self, folder: Path) -> str | None:  # noqa: ARG002
        return "the encoder is not in the index: open it with qa.open(encoder=...)"

    def _vector(self, text: str) -> NDArray[np.float32]:
        total = np.sum([self._direction(word) for word in text.casefold().split() or [""]], axis=0)
        vector: NDArray[np.float32] = (total / np.linalg.norm(total)).astype(np.float32)
        return vector

    def _direction(self, word: str) -> NDArray[np.float64]:
        seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8])
        return np.random.default_rng(seed).standard_normal(self.info.dimension)


def main() -> None:
    documents = [
        qa.Document(id="ferry", text="The ferry to Vestmark departs at nine. It carries cars."),
        qa.Document(id="bakery", text="The bakery in Holmby sells saffron buns on Fridays."),
    ]
    with tempfile.TemporaryDirectory() as folder:
        qa.build(documents, folder, encoder=WordDirections()).close()
        with qa.open(folder, encoder=WordDirections()) as index:
            for hit in index.search("saffron buns", k=1):
                print(f"{hit.document.id}: {hit.passage.text}")


if __name__ == "__main__":
    main()
