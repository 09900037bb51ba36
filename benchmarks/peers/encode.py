"""SentenceTransformer.encode with its defaults.

    python encode.py TEXTS.json MODEL VECTORS.npy

TEXTS.json is a list of texts. Prints the seconds that encoding took, loading left out, as a JSON line.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

#: Texts encoded before the clock starts, so that nothing is done for the first time while it runs.
WARM_UP = 32

if __name__ == "__main__":
    source, model, target = sys.argv[1:]
    texts = json.loads(Path(source).read_text(encoding="utf-8"))
    encoder = SentenceTransformer(model, device="cpu")
    encoder.encode(texts[:WARM_UP])
    began = time.perf_counter()
    vectors = encoder.encode(texts)
    print(json.dumps({"seconds": time.perf_counter() - began}))
    np.save(target, vectors)
