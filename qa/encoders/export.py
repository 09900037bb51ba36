"""The question side of a sentence-transformers model -> a folder that answers without torch.

The model is traced to ONNX with its pooling and normalisation inside, so that what is loaded later is one graph from
token ids to the unit vector. Nothing is believed about a model: the export counts only if it gives the model's own
vectors back on probe questions. Otherwise the folder says that the model itself has to be loaded.
"""

from __future__ import annotations

import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.encoders.base import ENCODER_FILE, MODEL_FILE, TOKENIZER_FILE, QueryEncoder
from qa.encoders.onnx import OnnxQueryEncoder
from qa.errors import QuestionError

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

#: Smallest cosine between an exported and an original vector. Measured for all-MiniLM-L6-v2: 1.0000.
MIN_COSINE = 0.9999

#: Different lengths, scripts and letter cases, so that padding, truncation or normalisation done differently shows.
PROBES = (
    "who?",
    "What did the Secretary General request from the court on July 31, 2024?",
    "¿Qué pidió el secretario general a la Corte Penal Internacional?",
    "Ein längerer Satz mit Umlauten, 51.20% and CAPITALS " * 4,
)


def export(encoder: QueryEncoder, model: SentenceTransformer, about: dict[str, Any], folder: Path) -> str | None:
    """Writes the question side of ``model``, which ``encoder`` encodes with; see ``base.Encoder.export``.

    ``about`` has the keys model, fingerprint, dimension, max_length (tokens) and prompt.
    """
    description = about | {"runtime": "onnxruntime"}
    try:
        _trace(model, about["prompt"], folder / MODEL_FILE)
        model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE))
        _write(folder, description)
        reason = _disagreement(encoder, OnnxQueryEncoder(folder))
    except Exception as error:  # tracing runs the model's own code, which may raise anything
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    if reason is None:
        return None
    for file in (MODEL_FILE, TOKENIZER_FILE):
        (folder / file).unlink(missing_ok=True)
    _write(folder, description | {"runtime": "sentence-transformers"})
    return f"{about['model']} could not be exported to ONNX ({reason}): each question will load it, which is slower"


def _trace(model: SentenceTransformer, prompt: str, file: Path) -> None:
    """Writes the graph."""
    import torch

    features = model.preprocess([PROBES[1], PROBES[0]], prompt=prompt or None)
    names: list[str] = [name for name in ("input_ids", "attention_mask", "token_type_ids") if name in features]

    class QuestionSide(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, *tensors: Any) -> Any:
            inputs = dict(zip(names, tensors, strict=True))
            extra = {k: v for k, v in features.items() if k not in inputs and not isinstance(v, torch.Tensor)}
            vectors = self.model(inputs | extra, task="query")["sentence_embedding"]
            return torch.nn.functional.normalize(vectors, p=2, dim=1)

    with warnings.catch_warnings(), torch.inference_mode():
        warnings.simplefilter("ignore")  # tracing warns of each shape it fixes; the probes check what it fixed
        torch.onnx.export(
            QuestionSide().eval(),
            tuple(features[name] for name in names),
            str(file),
            input_names=names,
            output_names=["vector"],
            dynamic_axes={name: {0: "batch", 1: "tokens"} for name in names} | {"vector": {0: "batch"}},
            dynamo=False,
        )


def _disagreement(encoder: QueryEncoder, exported: QueryEncoder) -> str | None:
    for probe in PROBES:
        try:
            cosine = float(np.dot(encoder.encode_query(probe), exported.encode_query(probe)))
        except QuestionError:
            continue  # a model that reads only short questions
        if not cosine >= MIN_COSINE:
            return f"its vectors differ, cosine {cosine:.4f}"
    return None


def _write(folder: Path, description: dict[str, Any]) -> None:
    (folder / ENCODER_FILE).write_text(json.dumps(description, indent=2, sort_keys=True) + "\n", encoding="utf-8")
