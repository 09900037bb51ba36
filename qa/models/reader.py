"""The reader: which sentence of a passage answers a question, or that none does.

A small BERT of our own (``training/``) reads a question and a passage together, in ONNX Runtime. Only its layers are
shipped: its word table is the packaged all-MiniLM-L6-v2's, of which the rows that a question needs are read in place.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from pathlib import Path

import numpy as np

from qa.config import DEFAULT_MODEL
from qa.errors import ModelError
from qa.models.base import TOKENIZER_FILE, TitledText
from qa.models.model_files import file_sha256, locate
from qa.types import FloatArray, IntArray, Span

#: The weights in the package, and what is said of them: ``sha256`` of the file, ``hidden`` values a token.
FOLDER = Path(__file__).parent / "reader"
GRAPH_FILE, ABOUT_FILE = "reader.onnx", "reader.json"

#: Token ids that open an input, and end its question and its passage.
CLS, SEP = 101, 102

#: Tokens of a question beyond which it is cut, and of a whole input: BERT has no more positions.
QUESTION, LENGTH = 64, 512

#: Log-odds of a sentence that was not read because its passage is too long: as good as none.
UNREAD = -30.0

#: Bytes of a safetensors file's header: that of the packaged model has 11,408.
MOST_HEADER = 1_000_000

_TABLE = "embeddings.word_embeddings.weight"
_REMEDY = "install qa again"


class OnnxReader:
    """A ``Reader``. Loading begins at once, beside what else there is to do, and the first passage waits for it.

    Passages are read one by one, by one thread each, so that what a passage scores, to the last bit, depends on nothing
    else. Safe to use from several threads.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._folder = folder
        self._begin()

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 of the weights, as ``reader.json`` has it and loading checks it."""
        return _about(self._folder)["sha256"]

    def read(self, question: str, passage: TitledText, sentences: Sequence[Span]) -> FloatArray:
        """See ``base.Reader``."""
        if self._process != os.getpid() and not self._loading.done():  # a fork leaves the loading thread behind
            self._begin()
        return self._loading.result().read(question, passage, sentences)

    def _begin(self) -> None:
        pool = ThreadPoolExecutor(1)
        self._process, self._loading = os.getpid(), pool.submit(_Loaded, self._folder)
        pool.shutdown(wait=False)


class _Loaded:
    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        from qa.models.runtime import Graph

        if file_sha256(folder / GRAPH_FILE) != _about(folder)["sha256"]:
            raise ModelError(f"{folder / GRAPH_FILE} is not the file that was released", _REMEDY)
        base = locate(DEFAULT_MODEL)
        self._graph = Graph(folder / GRAPH_FILE, 1, optimised=False)
        self._words = word_table(base / "model.safetensors")
        self._tokens = Tokenizer.from_file(str(base / TOKENIZER_FILE))
        self._tokens.no_truncation()
        self._tokens.no_padding()

    def read(self, question: str, passage: TitledText, sentences: Sequence[Span]) -> FloatArray:
        title = f"{passage.title.rstrip('.')}." if passage.title else ""
        texts = [question, title, passage.text]
        asked, titled, told = self._tokens.encode_batch(texts, add_special_tokens=False)
        head = [CLS, *asked.ids[:QUESTION], SEP]
        before = [*head, *titled.ids][: LENGTH - 1]
        shown = told.ids[: LENGTH - 1 - len(before)]
        ids = np.array([*before, *shown, SEP], dtype=np.int64)
        inputs = {
            "words": self._words[ids][None],
            "attention_mask": np.ones((1, len(ids)), dtype=np.int64),
            "token_type_ids": (np.arange(len(ids)) >= len(head)).astype(np.int64)[None],
        }
        scores, nowhere = self._graph.outputs(inputs)
        starts = np.array([start for start, _ in told.offsets[: len(shown)]], dtype=np.int64)
        return log_odds(scores[0, len(before) : -1], float(nowhere[0]), starts, sentences)


def log_odds(scores: FloatArray, nowhere: float, starts: IntArray, sentences: Sequence[Span]) -> FloatArray:
    """``(n,)``: for each sentence, logsumexp of its tokens' scores less ``nowhere``; ``UNREAD`` without tokens.

    ``scores`` are those of the passage's tokens and ``starts`` their offsets, both ``(tokens,)``. A token belongs to
    the last sentence that starts where it does or before.
    """
    owners = np.searchsorted([sentence.start for sentence in sentences], starts, side="right") - 1
    found = np.full(len(sentences), UNREAD, dtype=np.float32)
    for number in np.unique(owners[owners >= 0]):
        found[number] = np.logaddexp.reduce(scores[owners == number].astype(np.float64)) - nowhere
    return found


def word_table(file: Path) -> FloatArray:
    """The word vectors ``(words, hidden)`` in a safetensors file, mapped, not read. Raises ModelError without them."""
    try:
        with file.open("rb") as stream:
            size = int.from_bytes(stream.read(8), "little")
            entry = json.loads(stream.read(min(size, MOST_HEADER)))[_TABLE]
        offset = 8 + size + entry["data_offsets"][0]
        table: FloatArray = np.memmap(file, "<f4", "r", offset, tuple(entry["shape"]))
    except (OSError, ValueError, KeyError) as error:
        raise ModelError(f"{file} holds no word table ({type(error).__name__})", _REMEDY) from None
    return table


def _about(folder: Path) -> dict[str, str]:
    try:
        about: dict[str, str] = json.loads((folder / ABOUT_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise ModelError(f"{folder / ABOUT_FILE} cannot be read", _REMEDY) from None
    return about
