"""Opens the query encoder that an index carries, and the reader that the package does."""

from __future__ import annotations

import json
from pathlib import Path

from qa.config import ReaderChoice
from qa.errors import ModelError
from qa.models.base import ENCODER_FILE, QueryEncoder, Reader


def load_query_encoder(folder: Path, *, threads: int | None = None) -> QueryEncoder:
    """The query encoder exported into ``folder``; ``threads`` is as ``OnnxEncoder`` has it.

    Raises ModelError when the model has to be loaded itself and is no longer the one that the index was built with.
    """
    file = folder / ENCODER_FILE
    if not file.exists():
        raise ModelError(
            "the index was built with an encoder that cannot be loaded", "open it with qa.open(encoder=...)"
        )
    description = json.loads(file.read_text(encoding="utf-8"))
    if description["runtime"] == "onnxruntime":
        from qa.models.onnx import OnnxEncoder

        return OnnxEncoder(folder, threads=threads)
    from qa.models.torch.sentence_transformers import SentenceTransformerEncoder

    encoder = SentenceTransformerEncoder(description["model"])
    if encoder.fingerprint != description["fingerprint"]:
        raise ModelError(
            f"the model {description['model']} is not the one that this index was built with",
            "qa index brings the index up to date with it",
        )
    return encoder


def load_reader(choice: ReaderChoice) -> Reader | None:
    """The reader, if one is chosen: it loads in the background. Raises ModelError where the package lacks it."""
    if choice == "none":
        return None
    from qa.models.reader import OnnxReader

    return OnnxReader()
