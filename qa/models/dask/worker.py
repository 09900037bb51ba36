"""What runs on the workers of a Dask cluster: one copy of the model each, and the task that encodes with it.

Imported by name on the scheduler and on every worker, which need this package, so nothing may be slow to import.
"""

from __future__ import annotations

import asyncio
import hashlib
import platform
import shutil
import signal
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from distributed import WorkerPlugin, get_worker

from qa.errors import ClusterError
from qa.models.torch.engines import (
    MIN_COSINE,
    ONNXRUNTIME_FLOAT32,
    TORCH_BFLOAT16,
    TORCH_FLOAT32,
    Encode,
    graph_engines,
)
from qa.models.torch.sentence_transformers import TRIAL, SentenceTransformerEncoder
from qa.types import FloatArray

#: Engines that run the exported graph; the others load the model itself.
GRAPH_ENGINES = (ONNXRUNTIME_FLOAT32,)

#: The topic of ``Client.get_events`` under which a worker tells that it has loaded a model.
EVENTS = "qa"

_TORCH = ("numpy", "tokenizers", "torch", "transformers", "sentence-transformers")
_GRAPH = {
    ONNXRUNTIME_FLOAT32: ("numpy", "tokenizers", "onnxruntime"),
}


class Embedder(WorkerPlugin):  # type: ignore[misc]
    """A worker's copy of the model, made when the plugin is registered and when a worker joins later.

    ``files`` are those of the model or of its export, by relative path, and ``digest`` is ``digest_of`` them. They are
    written once into the worker's own folder. ``expected`` are the client's vectors of ``TRIAL``, with ``engine``.

    A worker whose versions, files or vectors are others refuses, with ClusterError.
    """

    def __init__(self, name: str, engine: str, files: Mapping[str, bytes], expected: FloatArray) -> None:
        self.name = name
        self._engine = engine
        self._files = dict(files)
        self._digest = digest_of(files)
        self._expected = expected
        self._versions = versions(engine)
        self._encode: Encode | None = None
        self._refusal = "it is still loading the model"

    async def setup(self, worker: Any) -> None:
        """Loads the model, away from the thread that keeps the worker in touch with the scheduler."""
        self._lock = Lock()  # a model uses all threads of its worker
        try:
            await asyncio.to_thread(self._load, Path(worker.local_directory), worker.state.nthreads)
        except Exception as error:  # a model's own code may raise anything, and it may not be possible to send it
            self._refusal = str(error).strip().partition("\n")[0] or type(error).__name__
            raise self._refused(worker.address) from None
        worker.log_event(EVENTS, {"loaded": self._engine, "model": self._digest, "worker": worker.address})

    def encode(self, texts: list[str], address: str) -> FloatArray:
        """The vectors ``(n, dimension)`` of the texts, of which there is at least one."""
        if self._encode is None:
            raise self._refused(address)
        with self._lock:
            return self._encode(texts)

    def _load(self, scratch: Path, threads: int) -> None:
        ours = versions(self._engine)
        others = [
            f"{name} {ours[name]} and not {wanted}" for name, wanted in self._versions.items() if ours[name] != wanted
        ]
        if others:
            raise ClusterError(f"it has {', '.join(others)}")
        folder = scratch / f"qa-{self._digest}"
        if not folder.exists() or digest_of(read_files(folder)) != self._digest:
            _write(self._files, folder)
        self._files = {}
        if digest_of(read_files(folder)) != self._digest:
            raise ClusterError(f"the model's files in {folder} are not those that were sent")
        encode = _open(folder, self._engine, threads)
        if not _agree(encode(list(TRIAL)), self._expected):
            raise ClusterError(f"its vectors differ, with {self._engine}")
        self._encode = encode

    def _refused(self, address: str) -> ClusterError:
        return ClusterError(
            f"the worker {address} cannot encode: {self._refusal}",
            "make it like this machine, or leave it out, and run qa index again",
        )


def embed(texts: list[str], plugin: str) -> FloatArray:
    """The task: vectors ``(n, dimension)``, float32, with the ``Embedder`` that is registered as ``plugin``."""
    worker = get_worker()
    embedder: Embedder = worker.plugins[plugin]
    return embedder.encode(texts, worker.address)


def dask_setup(_worker: Any) -> None:
    """As a preload of local workers: Ctrl-C reaches them too, and they are stopped by who started them."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def versions(engine: str) -> dict[str, str]:
    """The versions on which vectors depend, or the understanding of client and worker."""
    packages = ("qa-cited", "distributed", *_GRAPH.get(engine, _TORCH))
    python = ".".join(platform.python_version_tuple()[:2])
    return {"Python": python} | {name: _version(name) for name in packages}


def read_files(folder: Path, names: Sequence[str] | None = None) -> dict[str, bytes]:
    """The contents of the files ``names`` in ``folder``, or of all of them, by relative path."""
    found = (file.relative_to(folder).as_posix() for file in sorted(folder.rglob("*")) if file.is_file())
    return {name: (folder / name).read_bytes() for name in (found if names is None else names)}


def digest_of(files: Mapping[str, bytes]) -> str:
    """Hex SHA-256 over names and contents."""
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name} {hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return digest.hexdigest()


def _write(files: Mapping[str, bytes], folder: Path) -> None:
    """Writes the files into ``folder``, which is there as a whole or not at all."""
    shutil.rmtree(folder, ignore_errors=True)
    half = folder.with_name(f"{folder.name}.half")
    for name, content in files.items():
        (half / name).parent.mkdir(parents=True, exist_ok=True)
        (half / name).write_bytes(content)
    half.rename(folder)


def _open(folder: Path, engine: str, threads: int) -> Encode:
    """The engine, with so many threads. Raises ClusterError where this machine cannot run it."""
    if engine in GRAPH_ENGINES:
        opens = graph_engines(folder, threads)
        if engine in opens:
            return opens[engine]()
    elif engine in (TORCH_FLOAT32, TORCH_BFLOAT16):
        import torch

        torch.set_num_threads(threads)
        encoder = SentenceTransformerEncoder(str(folder))
        if encoder.use_engine(engine):
            return encoder.encode_passages
    raise ClusterError(f"it has no {engine}, with which this index is encoded, or is far slower with it")


def _agree(vectors: FloatArray, expected: FloatArray) -> bool:
    return vectors.shape == expected.shape and bool(np.sum(vectors * expected, axis=1).min() >= MIN_COSINE)


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(missing)"
