"""A sentence-transformers model -> a folder that answers without torch, and encodes passages too if it can.

Nothing is believed about a model: the export counts only if it gives the model's own vectors back on probe questions.
Otherwise the folder says that the model itself has to be loaded. Likewise for passages, whose side of a model may be
another than the question side, which is the one that is exported.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import QuestionError, first_line
from qa.models.base import MODEL_FILE, TOKENIZER_FILE, WEIGHTS_FILE, QueryEncoder
from qa.models.onnx import OnnxEncoder, write_description
from qa.models.torch.tracing import write_graph
from qa.types import FloatArray

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


def export(
    query: Callable[[str], FloatArray],
    passages: Callable[[list[str]], FloatArray],
    model: SentenceTransformer,
    about: dict[str, Any],
    folder: Path,
) -> str | None:
    """Writes ``model``, with which ``query`` and ``passages`` encode in float32; see ``base.Encoder.export``.

    ``about`` has the keys model, fingerprint, dimension, max_length and max_tokens (tokens), prompt and passage_prompt.
    """
    description = about | {"runtime": "onnxruntime"}
    try:
        write_graph(model, about["prompt"], [PROBES[1], PROBES[0]], folder)
        _write_tokenizer(model, folder)
        write_description(folder, description | {"passages": True})
        exported = OnnxEncoder(folder)
        reason = _disagreement(query, exported)
    except Exception as error:  # tracing runs the model's own code, which may raise anything
        reason = first_line(error)
    if reason is None:
        write_description(
            folder, description | {"passages": _encodes_passages(passages, exported, about["max_length"])}
        )
        return None
    for file in (MODEL_FILE, WEIGHTS_FILE, TOKENIZER_FILE):
        (folder / file).unlink(missing_ok=True)
    write_description(folder, description | {"runtime": "sentence-transformers", "passages": False})
    return f"{about['model']} could not be exported to ONNX ({reason}): each question will load it, which is slower"


def _write_tokenizer(model: SentenceTransformer, folder: Path) -> None:
    """Writes the tokenizer with the padding and the truncation that the model's preprocessing leaves set."""
    model.preprocess([PROBES[1], PROBES[0]])
    model.tokenizer.backend_tokenizer.save(str(folder / TOKENIZER_FILE), pretty=False)


def _disagreement(query: Callable[[str], FloatArray], exported: QueryEncoder) -> str | None:
    for probe in PROBES:
        try:
            cosine = float(np.dot(query(probe), exported.encode_query(probe)))
        except QuestionError:
            continue  # a model that reads only short questions
        if not cosine >= MIN_COSINE:
            return f"its vectors differ, cosine {cosine:.4f}"
    return None


def _encodes_passages(passages: Callable[[list[str]], FloatArray], exported: OnnxEncoder, max_length: int) -> bool:
    """Whether the graph reproduces passages: padded, cut where the model cuts, and behind the passage prompt."""
    probes = [*PROBES, PROBES[1] * (max_length // 8)]
    try:
        cosines = np.sum(passages(probes) * exported.encode_passages(probes), axis=1)
    except Exception:  # as tracing, a graph may raise anything where it is not run as it was traced
        return False
    return bool((cosines >= MIN_COSINE).all())
