"""Makes an index, from files or from documents, and opens one: on disk, in a cluster, in memory.

A question waits for what is imported here: what only making needs is imported by the functions that make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.backends.addresses import store_at
from qa.config import DEFAULT_MODEL, IndexConfig, SearchConfig
from qa.errors import ConfigError, CorpusError

if TYPE_CHECKING:
    from qa.answering.confidence import Calibration
    from qa.answering.index import Index
    from qa.backends.base import Generation, Searcher, Store
    from qa.corpus import Problem
    from qa.models.base import QueryEncoder, Reranker
    from qa.types import Document

#: Runtimes take any number and fail on one that is too large in ways of their own.
MOST_THREADS = 1024


def open_index(
    index: Path | str = "index",
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
    if threads is not None and not (isinstance(threads, int) and 0 <= threads <= MOST_THREADS):
        raise ConfigError(f"threads is {threads!r}", f"give a number from 0 to {MOST_THREADS:,}")
    reads_pairs = open_reranker(reranker)
    store = store_at(index)
    return store.read(partial(_open, store, config, reads_pairs, calibration, threads))


def _open(
    store: Store[Any],
    config: SearchConfig,
    reranker: Reranker | None,
    calibration: Calibration | None,
    threads: int | None,
    generation: Generation,
) -> Index:
    with ThreadPoolExecutor(1) as pool:
        # To check the model and to load it leaves the interpreter free. So what loading has to wait for is imported
        # first, while the model is checked, and what searching needs while it is loaded.
        checked = pool.submit(generation.encoder_folder)
        import qa.models.runtime  # noqa: F401
        from qa.models.loading import load_reader

        reader = load_reader(config.reader)  # the last to be needed
        encoder = pool.submit(_load, checked, threads)
        from qa.answering.calibration import calibration_for
        from qa.answering.index import Index

        # Where one is given, the index's own may be unusable.
        confidence = (
            calibration or calibration_for(store, generation.manifest.info.embedder, reader is not None).calibration
        )
        searcher = generation.searcher(config.lexical, threads)
        return Index(searcher, encoder.result(), config, reranker, confidence, reader)


def _load(folder: Future[Path], threads: int | None) -> QueryEncoder:
    checked = folder.result()
    from qa.models.loading import load_query_encoder

    return load_query_encoder(checked, threads=threads)


def open_searcher(index: Path | str) -> Searcher:
    """Opens the current generation to look documents up. Raises as ``open_index`` does."""
    searcher: Searcher = store_at(index).read(lambda generation: generation.searcher())
    return searcher


def open_reranker(folder: Path | str | None) -> Reranker | None:
    """The cross-encoder in a folder, if one is named. Raises ModelError where it holds none."""
    if folder is None:
        return None
    from qa.models.torch.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(folder)


def build(
    paths: Path | str | Sequence[Path | str],
    index: Path | str = "index",
    *,
    model: str | None = None,
    max_tokens: int | None = None,
    overlap: int | None = None,
    rebuild: bool = False,
    replace: bool = False,
    dask: str | None = None,
    on_problem: Callable[[Problem], None] = lambda *_: None,
    config: SearchConfig = SearchConfig(),
    reranker: Path | str | None = None,
) -> Index:
    """Builds the index in the folder, or at the cluster's address, ``index`` from files and folders, or brings it up to
    date, and opens it.

    ``model``, ``max_tokens`` and ``overlap`` are IndexConfig's; None keeps what the index has. An index that was built
    from anything that is not in ``paths`` is changed only with ``replace``: else UsageError. ``dask`` is a Dask
    cluster that embeds, as UpdateOptions has it. ``on_problem`` is told of each source that could not be read.
    ``reranker`` is ``open_index``'s. Raises what ``qa.indexing.update.update`` and ``open_index`` raise.
    """
    from qa.indexing.sources import check_replacing
    from qa.indexing.update import UpdateOptions, update

    open_reranker(reranker)  # a wrong folder is told before anything is built
    sources = _sources(paths)
    options = UpdateOptions(model, max_tokens, overlap, rebuild, dask=dask)
    if not replace:
        check_replacing(store_at(index), sources, "pass those too, or replace=True")
    update(sources, store_at(index), options, on_problem=on_problem)
    return open_index(index, config, reranker=reranker)


def _sources(paths: object) -> list[Path | str]:
    """One path or several. Raises CorpusError for what is none."""
    several = list(paths) if isinstance(paths, Iterable) and not isinstance(paths, str) else [paths]
    sources = [path for path in several if isinstance(path, Path | str)]
    if len(sources) < len(several):
        raise CorpusError(f"the sources are {paths!r}", "give the path of a file or folder, or several")
    return sources


def from_documents(
    documents: Iterable[Document],
    *,
    model: str = DEFAULT_MODEL,
    max_tokens: int | None = None,
    overlap: int = 1,
    config: SearchConfig = SearchConfig(),
    reranker: Path | str | None = None,
) -> Index:
    """An index in memory, over documents made by the caller; nothing is written to disk.

    A document's ``date`` may be a ``datetime.date``, and its ``title`` None. ``reranker`` is ``open_index``'s. Raises
    CorpusError for an id that comes twice, a document without text or with a field that cannot be used, or none at all,
    and ModelError where the model or the reranker is none.
    """
    from qa.answering.index import Index
    from qa.backends.identity import digest_of_all, generation_of
    from qa.backends.memory import MemoryIndex
    from qa.corpus.documents import check_documents
    from qa.indexing.encode import Indexer
    from qa.models.loading import load_reader
    from qa.models.model import open_encoder
    from qa.types import DocumentRef

    reads_pairs = open_reranker(reranker)
    settings = IndexConfig(model, max_tokens, overlap)
    encoder = open_encoder(model)
    checked = check_documents(documents)
    digest = digest_of_all(map(DocumentRef.of, checked))
    generation = generation_of(settings, encoder.fingerprint, encoder.engine, digest)
    index = MemoryIndex(encoder.dimension, generation, f"{model}@{encoder.fingerprint[:12]}")
    for encoded in Indexer(encoder, settings).encode(checked):
        index.add(encoded)
    return Index(index, encoder, config, reads_pairs, reader=load_reader(config.reader))
