"""An exported model: ONNX Runtime and tokenizers, nothing else."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from qa.errors import ModelError
from qa.models.base import ENCODER_FILE, MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE, too_long
from qa.models.torch.graph_inputs import GraphInputs, Inputs
from qa.types import FloatArray

#: What to compute with, as ``SentenceTransformerEncoder.engine`` would call it.
ENGINE = "onnxruntime float32"


class OnnxEncoder:
    """An ``Encoder`` over a folder that ``export`` wrote. Safe to call from several threads.

    ``threads`` go through one question or batch together: 1 unless told, so that questions asked at once do not fight
    over the cores, and 0 for as many as there are. The vectors are the same, bit for bit, with any number.

    A passage's vector is the same, bit for bit, whatever other passages are encoded with it.
    """

    engine = ENGINE

    def __init__(self, folder: Path, *, threads: int | None = None) -> None:
        description = json.loads((folder / ENCODER_FILE).read_text(encoding="utf-8"))
        self.name: str = description["model"]
        self.fingerprint: str = description["fingerprint"]
        self.dimension: int = description["dimension"]
        self.max_tokens: int = description["max_tokens"]
        self.encodes_passages: bool = description["passages"]
        self._folder = folder
        self._prompt: str = description["prompt"]
        self._passage_prompt: str = description["passage_prompt"]
        self._max_length: int = description["max_length"]
        from qa.models.runtime import Graph

        with ThreadPoolExecutor(1) as pool:  # to open the graph leaves the interpreter free, for the tokenizer
            graph = pool.submit(Graph, folder / MODEL_FILE, 1 if threads is None else threads)
            self._texts = GraphInputs(folder / TOKENIZER_FILE, self._max_length)
            self._run = graph.result().run

    def count_tokens(self, texts: Sequence[str]) -> list[int]:
        return self._texts.count(texts)

    def encode_query(self, question: str) -> FloatArray:
        inputs = self._texts.whole(self._prompt + question)
        tokens = inputs["input_ids"].shape[1]
        if tokens > self._max_length:
            overhead = self._texts.whole(self._prompt)["input_ids"].shape[1]
            raise too_long(tokens - overhead, self._max_length - overhead)
        vector: FloatArray = self._run(inputs)[0].astype(np.float32, copy=False)
        return vector

    def encode_passages(self, texts: Sequence[str]) -> FloatArray:
        """See ``base.Encoder``. Raises ModelError unless ``encodes_passages``: the graph may be the question side's."""
        return self.encode_with(self._run, texts)

    def encode_with(self, run: Callable[[Inputs], FloatArray], texts: Sequence[str]) -> FloatArray:
        """As ``encode_passages``, with the graph run by another runtime."""
        if not self.encodes_passages:
            raise ModelError(f"the export of {self.name} encodes questions only", "encode passages with the model")
        if not texts:
            return np.empty((0, self.dimension), dtype=np.float32)
        return self._texts.encode([self._passage_prompt + text for text in texts], run)

    def export(self, folder: Path) -> None:
        """Puts the same export into ``folder``, hard-linked where the disk can."""
        for name in (ENCODER_FILE, MODEL_FILE, WEIGHTS_FILE, TOKENIZER_FILE):
            if not (self._folder / name).exists():  # a tiny model has its weights in the graph
                continue
            try:
                os.link(self._folder / name, folder / name)
            except OSError:
                shutil.copyfile(self._folder / name, folder / name)
