"""Makes an index, from files or from documents, and opens one: on disk, in a cluster, in memory.

A question waits for what is imported here: what only making needs is imported by the functions that make.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from qa.backends.addresses import store_at
from qa.config import DEFAULT_MODEL, IndexConfig, SearchConfig
from qa.errors import ConfigError
from qa.upkeep import MemoryUpkeep, StoreUpkeep

if TYPE_CHECKING:
    from qa.answering.confidence import Calibration
    from qa.answering.index import Index
    from qa.backends.base import Searcher
    from qa.corpus import Problem
    from qa.models.base import Encoder, Reranker
    from qa.text.chunking import Splitter
    from qa.types import Document

#: Runtimes take any number and fail on one that is too large in ways of their own.
MOST_THREADS = 1024

#: The members of ``qa.Encoder`` and ``qa.Splitter``.
_ENCODER = (
    *("name", "fingerprint", "engine", "dimension", "max_tokens"),
    *("count_tokens", "encode_passages", "encode_query", "export"),
)
_SPLITTER = ("name", "split")


def open_index(
    index: Path | str = "index",
    config: SearchConfig = SearchConfig(),
    *,
    reranker: Path | str | None = None,
    calibration: Calibration | None = None,
    threads: int | None = None,
    encoder: Encoder | None = None,
    splitter: Splitter | None = None,
) -> Index:
    """Opens the current generation of the index in the folder, or at the cluster's address, ``index``.

    ``reranker`` is a folder with a cross-encoder in sentence-transformers' format, which then orders the best
    ``config.rerank_depth`` passages; it is loaded for the first question. ``calibration`` is used instead of the
    index's own or the shipped one. ``threads`` encode a question together and scan a large index: unless told, 1 and as
    many as there are cores; 0 is as many as there are for both. Threads that wait do not spin, so that questions asked
    at once share the cores. ``encoder`` and ``splitter`` are those of the caller's own that ``build`` was given. Raises
    IndexNotFoundError, IndexDamagedError or IndexFormatError, ServerError for a cluster, ModelError where that folder
    holds no cross-encoder or the index has another encoder, and ConfigError where the index's own calibration was
    fitted to another model, or ``threads`` is no number from 0 to ``MOST_THREADS``.
    """
    if threads is not None and not (isinstance(threads, int) and 0 <= threads <= MOST_THREADS):
        raise ConfigError(f"threads is {threads!r}", f"give a number from 0 to {MOST_THREADS:,}")
    _check_parts(config, encoder, splitter)
    if calibration is not None and not callable(getattr(calibration, "confidence", None)):
        raise ConfigError(f"the calibration is {calibration!r}", "give a Calibration, or None for the index's own")
    reads_pairs = open_reranker(reranker)
    upkeep = StoreUpkeep(store_at(index), config, calibration, threads, encoder, splitter)
    searcher, query_encoder, confidence = upkeep.open()
    from qa.answering.index import Index

    return Index(searcher, query_encoder, config, reads_pairs, confidence, upkeep.reader, upkeep)


def open_searcher(index: Path | str) -> Searcher:
    """Opens the current generation to look documents up. Raises as ``open_index`` does."""
    searcher: Searcher = store_at(index).read(lambda generation: generation.searcher())
    return searcher


def open_reranker(folder: Path | str | None) -> Reranker | None:
    """The cross-encoder in a folder, if one is named. Raises ModelError where it holds none."""
    if folder is None:
        return None
    if not isinstance(folder, str | Path):
        raise ConfigError(f"the reranker is {folder!r}", "give the folder of a cross-encoder")
    from qa.models.torch.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(folder)


def _check_parts(config: SearchConfig, encoder: Encoder | None, splitter: Splitter | None) -> None:
    """Raises ConfigError for what has not the members of its kind, before anything is done with it."""
    if not isinstance(config, SearchConfig):
        raise ConfigError(f"the config is {config!r}", "give a qa.SearchConfig")
    for name, part, members in (("encoder", encoder, _ENCODER), ("splitter", splitter, _SPLITTER)):
        lacks = [member for member in members if part is not None and not hasattr(part, member)]
        if lacks:
            raise ConfigError(f"the {name} is {part!r}, which has no {lacks[0]}", f"see qa.{name.title()}")


def build(
    given: Path | str | Document | Iterable[Path | str | Document],
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
    encoder: Encoder | None = None,
    splitter: Splitter | None = None,
) -> Index:
    """Builds the index in the folder, or at the cluster's address, ``index`` from files and folders, and from documents
    that are in no file; or brings it up to date, and opens it.

    ``model``, ``max_tokens`` and ``overlap`` are IndexConfig's; None keeps what the index has. An index that was built
    from anything that is not in the paths ``given`` is changed only with ``replace``: else UsageError. Documents that
    are in no file are kept by the index; they leave with ``Index.remove``, or with ``replace`` where they are not among
    the ``given``. ``dask`` is a Dask cluster that embeds, as UpdateOptions has it. ``on_problem`` is told of each
    source that could not be read. ``reranker`` is ``open_index``'s. ``encoder`` stands in for the model, and
    ``splitter`` for the way in which passages are made; such an index is opened, and changed, with the same ones.
    Raises CorpusError for a document that cannot be indexed or has a path, and what ``qa.indexing.update.update`` and
    ``open_index`` raise.
    """
    from qa.indexing.membership import parted
    from qa.indexing.sources import check_replacing
    from qa.indexing.stored import Given
    from qa.indexing.update import UpdateOptions, update

    _check_parts(config, encoder, splitter)
    if dask is not None and not isinstance(dask, str):
        raise ConfigError(f"dask is {dask!r}", "give a scheduler's address as text, or local:N")
    open_reranker(reranker)  # a wrong folder is told before anything is built
    store = store_at(index)
    paths, documents = parted(given)
    options = UpdateOptions(model, max_tokens, overlap, rebuild, dask=dask)
    if paths and not replace:
        check_replacing(store, paths, "pass those too, or replace=True")
    stored = Given(tuple(documents), alone=replace, only_documents=replace)
    update(paths, store, options, given=stored, encoder=encoder, splitter=splitter, on_problem=on_problem)
    return open_index(index, config, reranker=reranker, encoder=encoder, splitter=splitter)


def from_documents(
    documents: Iterable[Document],
    *,
    model: str = DEFAULT_MODEL,
    max_tokens: int | None = None,
    overlap: int = 1,
    config: SearchConfig = SearchConfig(),
    reranker: Path | str | None = None,
    encoder: Encoder | None = None,
    splitter: Splitter | None = None,
) -> Index:
    """An index in memory, over documents made by the caller; nothing is written to disk.

    A document's ``date`` may be a ``datetime.date``, and its ``title`` None. ``reranker`` is ``open_index``'s, and
    ``encoder`` and ``splitter`` are ``build``'s. Raises CorpusError for an id that comes twice, a document without text
    or with a field that cannot be used, or none at all, and ModelError where the model or the reranker is none.
    """
    from qa.answering.calibration import shipped
    from qa.answering.index import Index
    from qa.models.loading import load_reader
    from qa.models.model import open_encoder

    _check_parts(config, encoder, splitter)
    reads_pairs = open_reranker(reranker)
    named = encoder.name if encoder else model
    settings = IndexConfig(named, max_tokens, overlap, splitter=splitter.name if splitter else "")
    embeds = encoder or open_encoder(model)
    reader = load_reader(config.reader)
    upkeep = MemoryUpkeep(embeds, settings, shipped(reader is not None).calibration, splitter)
    upkeep.add(documents, lambda _: None)
    searcher, query_encoder, calibration = upkeep.open()
    return Index(searcher, query_encoder, config, reads_pairs, calibration, reader, upkeep)
