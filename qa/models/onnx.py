"""A model as an ONNX graph: ONNX Runtime and tokenizers, nothing else."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from qa.errors import ModelError
from qa.models.base import ENCODER_FILE, MODEL_FILE, TOKENIZER_FILE, EncoderInfo, too_long
from qa.models.tokens import GraphInputs, TextInputs
from qa.types import FloatArray

#: What to compute with, as ``SentenceTransformerEncoder.engine`` would call it.
ENGINE = "onnxruntime float32"

#: What the description names where texts are read by ``unigram`` and not by a tokenizer's file.
UNIGRAM = "unigram"


class Unwritten(NamedTuple):
    """What an export has beside ``files`` of a model's own folder: what describes the encoder, and the graph."""

    description: dict[str, Any]
    graph: bytes
    files: tuple[str, ...]


class OnnxEncoder:
    """An ``Encoder`` over a folder that ``export`` wrote. Safe to call from several threads.

    ``threads`` go through one question or batch together: 1 unless told, so that questions asked at once do not fight
    over the cores, and 0 for as many as there are. The vectors are the same, bit for bit, with any number.

    A passage's vector is the same, bit for bit, whatever other passages are encoded with it.
    """

    def __init__(self, folder: Path, *, threads: int | None = None, unwritten: Unwritten | None = None) -> None:
        description = unwritten.description if unwritten else _description(folder)
        names = ("model", "fingerprint", "dimension", "max_tokens")
        name, fingerprint, dimension, max_tokens = (description[key] for key in names)
        self.info = EncoderInfo(name, fingerprint, ENGINE, dimension, max_tokens)
        self.encodes_passages: bool = description["passages"]
        self._folder, self._unwritten = folder, unwritten
        self._prompt: str = description["prompt"]
        self._passage_prompt: str = description["passage_prompt"]
        self._max_length: int = description["max_length"]
        content = unwritten.graph if unwritten else None
        from qa.models.runtime import Graph

        with ThreadPoolExecutor(1) as pool:  # to open the graph leaves the interpreter free, for the tokenizer
            opening = pool.submit(Graph, folder / MODEL_FILE, 1 if threads is None else threads, content)
            self._texts = _inputs(folder, description.get("tokens"), self._max_length)
            self._run = opening.result().run

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._texts.count(texts)

    def encode_query(self, question: str) -> FloatArray:
        inputs = self._texts.whole(self._prompt + question)
        tokens = inputs["attention_mask"].shape[1]
        if tokens > self._max_length:
            overhead = self._texts.whole(self._prompt)["attention_mask"].shape[1]
            raise too_long(tokens - overhead, self._max_length - overhead)
        vector: FloatArray = self._run(inputs)[0].astype(np.float32, copy=False)
        return vector

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """See ``base.Encoder``. Raises ModelError unless ``encodes_passages``: the graph may be the question side's."""
        if not self.encodes_passages:
            raise ModelError(f"the export of {self.info.name} encodes questions only", "encode passages with the model")
        if not texts:
            return np.empty((0, self.info.dimension), dtype=np.float32)
        return self._texts.encode([self._passage_prompt + text for text in texts], self._run)

    def export(self, folder: Path) -> None:
        """Puts the same export into ``folder``, hard-linked where the disk can."""
        if self._unwritten:
            write_description(folder, self._unwritten.description)
            (folder / MODEL_FILE).write_bytes(self._unwritten.graph)
            for name in self._unwritten.files:  # copied: an index does not change with its model
                shutil.copyfile(self._folder / name, folder / name)
            return
        for file in self._folder.iterdir():
            try:
                os.link(file, folder / file.name)
            except OSError:
                shutil.copyfile(file, folder / file.name)


def write_description(folder: Path, description: Mapping[str, Any]) -> None:
    """Writes what an encoder has to know of the export in ``folder``, see ``OnnxEncoder``."""
    (folder / ENCODER_FILE).write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")


def _description(folder: Path) -> dict[str, Any]:
    description: dict[str, Any] = json.loads((folder / ENCODER_FILE).read_text(encoding="utf-8"))
    return description


def _inputs(folder: Path, tokens: str | None, max_length: int) -> TextInputs:
    """What makes a graph's inputs of texts, by the kind of ``tokens`` that the description names."""
    if tokens != UNIGRAM:
        return GraphInputs(folder / TOKENIZER_FILE, max_length)
    from qa.models.unigram_inputs import UnigramInputs

    return UnigramInputs(folder, max_length)
