"""Opens an index, on disk or in a cluster. This is all that is loaded to answer a question."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from qa.backends.addresses import MilvusAddress, place
from qa.backends.local.generations import reading
from qa.backends.local.manifest import ENCODER_FOLDER, Manifest
from qa.config import SearchConfig
from qa.errors import ConfigError

if TYPE_CHECKING:
    from qa.abstention import Calibration
    from qa.backends.base import Searcher
    from qa.encoders.base import QueryEncoder, Reranker
    from qa.service import Index

#: Runtimes take any number and fail on one that is too large in ways of their own.
MOST_THREADS = 1024


def open_index(
    index: Path | str | MilvusAddress = "index",
    config: SearchConfig = SearchConfig(),
    *,
    reranker: Path | str | None = None,
    calibration: Calibration | None = None,
    threads: int | None = None,
) -> Index:
    """Opens the current generation of the index in the folder, or at the cluster's address, ``index``.

    ``reranker`` is a folder with a cross-encoder in sentence-transformers' format, which then orders the best
    ``config.rerank_depth`` passages; it is loaded for the first question. ``calibration`` is used instead of the
    index's own or the shipped one. ``threads`` encode a question together and scan a large index: unless told, 1 and as
    many as there are cores; 0 is as many as there are for both. Threads that wait do not spin, so that questions asked
    at once share the cores. Raises IndexNotFoundError, IndexDamagedError or IndexFormatError, ServerError for a
    cluster, ModelError where that folder holds no cross-encoder, and ConfigError where the index's own calibration was
    fitted to another model, or ``threads`` is no number from 0 to ``MOST_THREADS``.
    """
    if threads is not None and not 0 <= threads <= MOST_THREADS:
        raise ConfigError(f"threads is {threads:,}", f"give a number from 0 to {MOST_THREADS:,}")
    reads_pairs = open_reranker(reranker)
    where = place(index)
    if isinstance(where, MilvusAddress):
        return _open_remote(where, config, reads_pairs, calibration, threads)

    return reading(where, partial(_open_local, where, config, reads_pairs, calibration, threads))


def _open_local(
    index: Path,
    config: SearchConfig,
    reranker: Reranker | None,
    calibration: Calibration | None,
    threads: int | None,
    folder: Path,
    manifest: Manifest,
) -> Index:
    with ExitStack() as opened, ThreadPoolExecutor(1) as pool:
        # To check the model and to load it leaves the interpreter free. So what loading has to wait for is imported
        # first, while the model is checked, and what searching needs while it is loaded.
        checked = pool.submit(manifest.verify, folder, ENCODER_FOLDER)
        import onnxruntime  # noqa: F401

        encoder = pool.submit(_load, checked, folder / ENCODER_FOLDER, threads)
        from qa.backends.local.searcher import LocalSearcher
        from qa.calibration import calibration_for
        from qa.service import Index

        confidence = calibration or calibration_for(index, manifest.info.embedder).calibration
        searcher = opened.enter_context(closing(LocalSearcher(folder, manifest, config.lexical, threads)))
        searcher.prepare()
        answering = Index(searcher, encoder.result(), config, reranker, confidence)
        opened.pop_all()
        return answering


def _load(checked: Future[None], folder: Path, threads: int | None) -> QueryEncoder:
    checked.result()
    from qa.encoders.loading import load_query_encoder

    return load_query_encoder(folder, threads=threads)


def open_searcher(index: Path | str | MilvusAddress) -> Searcher:
    """Opens the current generation to look documents up. Raises as ``open_index`` does."""
    where = place(index)
    if isinstance(where, MilvusAddress):
        from qa.backends.milvus import generations

        return generations.open_current(where)
    from qa.backends.local.searcher import open_current

    return open_current(where)


def _open_remote(
    address: MilvusAddress,
    config: SearchConfig,
    reranker: Reranker | None,
    calibration: Calibration | None,
    threads: int | None,
) -> Index:
    from qa.backends.milvus import generations
    from qa.backends.milvus.encoder_files import fetch
    from qa.calibration import read_calibration
    from qa.encoders.loading import load_query_encoder
    from qa.service import Index

    if config.lexical != "bm25":
        raise ConfigError(f"{config.lexical} does not work on {address}", "use bm25, which Milvus computes")
    with ExitStack() as opened:
        searcher = opened.enter_context(closing(generations.open_current(address)))
        encoder = load_query_encoder(fetch(searcher.cluster, searcher.manifest.encoder_files), threads=threads)
        confidence = calibration or read_calibration(searcher.manifest.calibration, str(address)).calibration
        opened.pop_all()
        return Index(searcher, encoder, config, reranker, confidence)


def open_reranker(folder: Path | str | None) -> Reranker | None:
    """The cross-encoder in a folder, if one is named. Raises ModelError where it holds none."""
    if folder is None:
        return None
    from qa.encoders.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(folder)
