"""Whether the model that encodes questions is the index's own, can be loaded, and gives unit vectors of its size."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from qa.backends.local.manifest import ENCODER_FOLDER, LocalManifest
from qa.backends.manifest import REBUILD
from qa.doctor.finding import Finding, error, note
from qa.errors import QAError
from qa.models.base import ENCODER_FILE
from qa.models.loading import load_query_encoder

#: How far from 1 the length of a vector may be: single precision over a thousand dimensions.
TOLERANCE = 1e-3

QUESTION = "what is this?"


def model(folder: Path, manifest: LocalManifest) -> Iterator[Finding]:
    """What is wrong with the encoder of the generation in ``folder``, whose files are those that were written."""
    place = folder / ENCODER_FOLDER
    if manifest.encoder_note:
        yield note(place, f"answers slowly: {manifest.encoder_note}", "use a model that can be exported")
    try:
        recorded = json.loads((place / ENCODER_FILE).read_text(encoding="utf-8"))["fingerprint"]
        vector = load_query_encoder(place).encode_query(QUESTION)
    except QAError as raised:
        yield Finding.of(raised, place)
        return
    except Exception as raised:  # a runtime raises what it likes
        yield error(place, f"cannot be loaded ({type(raised).__name__}: {raised})", REBUILD)
        return
    if recorded != manifest.encoder:
        yield error(place, "is another model than the one that the passages were encoded with", REBUILD)
    if vector.shape != (manifest.dimension,):
        yield error(
            place, f"gives vectors of shape {vector.shape}, and the passages have {manifest.dimension}", REBUILD
        )
    elif not abs(float(np.linalg.norm(vector)) - 1) <= TOLERANCE:
        yield error(place, f"gives vectors of length {float(np.linalg.norm(vector)):.4f} and not 1", REBUILD)
