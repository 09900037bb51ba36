"""What runs on the workers of a Dask cluster: a copy of the model each, and the task that encodes with it."""

from __future__ import annotations

import platform
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import mkdtemp
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from qa.errors import ClusterError, first_line
from qa.models.onnx import OnnxEncoder
from qa.models.torch.engines import MIN_COSINE, ONNXRUNTIME_FLOAT32, Encode
from qa.models.torch.sentence_transformers import TRIAL, SentenceTransformerEncoder
from qa.types import FloatArray

#: What vectors depend on, by whether the graph is run or the model itself.
_GRAPH = ("numpy", "tokenizers", "onnxruntime")
_TORCH = ("numpy", "tokenizers", "torch", "transformers", "sentence-transformers")


@dataclass(frozen=True, eq=False)
class ModelCopy:
    """A model on its way to the workers: the ``files`` of the model or of its export by relative path, the client's
    vectors ``expected`` of ``TRIAL`` with ``engine``, and the ``versions`` of what computed them."""

    engine: str
    files: Mapping[str, bytes]
    expected: FloatArray
    versions: Mapping[str, str]


#: What encodes with a model that a worker has, until it lets go of the model; which uses all threads of the worker.
_OPENED: WeakKeyDictionary[ModelCopy, Encode] = WeakKeyDictionary()
_LOCK = Lock()


def embed(texts: list[str], model: ModelCopy) -> FloatArray:
    """The task that encodes: vectors ``(n, dimension)``, float32, of the texts, of which there is at least one.

    Raises ClusterError where this worker's versions, or its vectors, are others than the client's.
    """
    from distributed import get_worker

    worker = get_worker()
    with _LOCK:
        if model not in _OPENED:
            try:
                _OPENED[model] = _open(model, Path(worker.local_directory), worker.state.nthreads)
            except Exception as error:  # a model's own code may raise what cannot be sent
                raise ClusterError(
                    f"the worker {worker.address} cannot encode: {first_line(error)}",
                    "make it like this machine, or leave it out, and run qa index again",
                ) from None
        return _OPENED[model](texts)


def dask_setup(_worker: Any) -> None:
    """As a preload of local workers: Ctrl-C reaches them too, and they are stopped by who started them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def versions(engine: str) -> dict[str, str]:
    """The versions on which vectors depend, and on which client and worker have to agree."""
    packages = ("qa-cited", "distributed", *(_GRAPH if engine == ONNXRUNTIME_FLOAT32 else _TORCH))
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python} | {name: version(name) for name in packages}


def _open(model: ModelCopy, scratch: Path, threads: int) -> Encode:
    ours = versions(model.engine)
    differing = [f"{name} {ours[name]} and not {own}" for name, own in model.versions.items() if ours[name] != own]
    if differing:
        raise ClusterError(f"it has {', '.join(differing)}")
    folder = Path(mkdtemp(prefix="qa-", dir=scratch))
    for name, content in model.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    encode = _engine(folder, model.engine, threads)
    vectors = encode(list(TRIAL))
    if vectors.shape != model.expected.shape or not (vectors * model.expected).sum(axis=1).min() >= MIN_COSINE:
        raise ClusterError(f"its vectors differ, with {model.engine}")
    return encode


def _engine(folder: Path, engine: str, threads: int) -> Encode:
    if engine == ONNXRUNTIME_FLOAT32:
        return OnnxEncoder(folder, threads=threads).encode_passages
    import torch

    torch.set_num_threads(threads)
    encoder = SentenceTransformerEncoder(str(folder))
    if not encoder.use_engine(engine):
        raise ClusterError(f"it has no {engine}, with which this index is encoded, or is far slower with it")
    return encoder.encode_passages
