"""Exported models, kept for the next index: to export one takes loading it with torch, which takes seconds.

What is kept is copied into an index and from there, never linked, so that nothing that happens to one happens to
another. An export is kept under the model's name and fingerprint and under all that made it, and is made anew where
any of them is another one.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, version
from itertools import accumulate
from pathlib import Path

from qa.models.base import ENCODER_FILE
from qa.models.cache import cache_folder, described, is_whole, making

#: What an export depends on besides the model.
_MAKERS = ("qa-cited", "sentence-transformers", "transformers", "torch", "onnx", "onnxruntime")

#: Bytes of exports that are kept: those used last, and one of any size. All-MiniLM-L6-v2's has 91 MB.
MOST = 1_000_000_000

_FILES, _SUMS = "files", "sums.json"


def find(model: str, fingerprint: str) -> Path | None:
    """The folder of the kept export of a model; None where there is none that is whole."""
    try:
        folder = _folder(model, fingerprint)
        files = json.loads((folder / _SUMS).read_text(encoding="utf-8"))
        if ENCODER_FILE not in files or not is_whole(folder / _FILES, files):
            return None
        folder.touch()  # used last
    except (OSError, RuntimeError, TypeError, ValueError):
        return None  # no cache, or one that cannot be read: the model is exported anew
    return folder / _FILES


def keep(model: str, fingerprint: str, exported: Path) -> None:
    """Keeps a copy of the model's export in ``exported``. Where it cannot be written, the next index exports again."""
    with suppress(OSError, RuntimeError):
        with making(_folder(model, fingerprint)) as made:
            shutil.copytree(exported, made / _FILES)
            (made / _SUMS).write_text(json.dumps(described(made / _FILES)), encoding="utf-8")
        _forget_old()


def _folder(model: str, fingerprint: str) -> Path:
    made_by = [model, fingerprint, *(f"{name} {_version(name)}" for name in _MAKERS)]
    return _root() / hashlib.sha256(json.dumps(made_by).encode()).hexdigest()[:32]


def _root() -> Path:
    return cache_folder() / "exports"


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # a copy of the source that is not installed
        return ""


def _forget_old() -> None:
    by_use = sorted(_root().iterdir(), key=lambda folder: -folder.stat().st_mtime)
    sizes = accumulate(sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) for folder in by_use)
    for folder, size in list(zip(by_use, sizes, strict=True))[1:]:
        if size > MOST:
            shutil.rmtree(folder, ignore_errors=True)
