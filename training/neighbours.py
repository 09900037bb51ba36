"""A word -> another of its kind: "bridge" -> "tunnel", from the neighbourhood of the base model's word table.

The nearest neighbours of a word in a word table are its forms and synonyms, which ask for the same; those a little
further away are its siblings, which ask for something else.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from random import Random

import numpy as np
from safetensors.numpy import load_file

#: Ranks of neighbours that are taken for siblings.
NEAR, FAR = 6, 40

#: The smallest cosine of a sibling: below it, words have nothing in common.
MIN_COSINE = 0.25

#: Letters that two words must not share at their beginning, to be no forms of one word.
STEM = 4


class Neighbours:
    """The words of ``model``'s vocabulary (lower case), from a folder with tokenizer.json and model.safetensors."""

    def __init__(self, model: Path) -> None:
        vocabulary: dict[str, int] = json.loads((model / "tokenizer.json").read_text("utf-8"))["model"]["vocab"]
        table = load_file(model / "model.safetensors")["embeddings.word_embeddings.weight"].astype(np.float32)
        words = [
            w for w, number in vocabulary.items() if w.isascii() and w.isalpha() and len(w) >= STEM and number > 1995
        ]
        self._words = words
        self._number = {word: number for number, word in enumerate(words)}
        vectors = table[[vocabulary[word] for word in words]]
        self._vectors = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        self._siblings = lru_cache(maxsize=None)(self._find)

    def sibling(self, word: str, random: Random) -> str | None:
        """A word of the kind of ``word`` (lower case), or None where none is known."""
        siblings = self._siblings(word) if word in self._number else ()
        return random.choice(siblings) if siblings else None

    def _find(self, word: str) -> tuple[str, ...]:
        cosines = self._vectors @ self._vectors[self._number[word]]
        best = np.argpartition(-cosines, FAR)[:FAR]
        ranked = [int(i) for i in best[np.argsort(-cosines[best])] if cosines[i] >= MIN_COSINE]
        others = [self._words[i] for i in ranked[NEAR:]]
        return tuple(other for other in others if other[:STEM] != word[:STEM] and _ending(other) == _ending(word))


def _ending(word: str) -> str:
    """The word's inflection, as far as its end shows it."""
    return next((ending for ending in ("ed", "ing", "s") if word.endswith(ending)), "")
