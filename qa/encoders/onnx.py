"""The query encoder for answering: ONNX Runtime and tokenizers, nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from qa.encoders.base import ENCODER_FILE, MODEL_FILE, TOKENIZER_FILE, too_long
from qa.types import FloatArray


class OnnxQueryEncoder:
    """A ``QueryEncoder`` over a folder that ``export`` wrote. Safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        description = json.loads((folder / ENCODER_FILE).read_text(encoding="utf-8"))
        self.dimension: int = description["dimension"]
        self._prompt: str = description["prompt"]
        self._max_length: int = description["max_length"]
        self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER_FILE))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.log_severity_level = 3  # errors only
        self._session = onnxruntime.InferenceSession(
            str(folder / MODEL_FILE), options, providers=["CPUExecutionProvider"]
        )
        self._inputs = [graph_input.name for graph_input in self._session.get_inputs()]

    def encode_query(self, question: str) -> FloatArray:
        encoding = self._tokenizer.encode(self._prompt + question)
        if len(encoding.ids) > self._max_length:
            overhead = len(self._tokenizer.encode(self._prompt).ids)
            raise too_long(len(encoding.ids) - overhead, self._max_length - overhead)
        features = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        inputs = {name: np.array([features[name]], dtype=np.int64) for name in self._inputs}
        (vectors,) = self._session.run(["vector"], inputs)
        vector: FloatArray = vectors[0].astype(np.float32, copy=False)
        return vector
