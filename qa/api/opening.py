"""Opens an index, to be asked or to look documents up: on disk, or in a cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from qa.api.upkeep import StoreUpkeep
from qa.backends.addresses import store_at
from qa.config import SearchConfig
from qa.errors import ConfigError
from qa.forking import GATE, one_by_one, unforked

if TYPE_CHECKING:
    from qa.answering.confidence import Calibration
    from qa.answering.index import Index
    from qa.backends.base import Searcher
    from qa.models.base import Encoder, Reranker
    from qa.text.chunking import Splitter
    from qa.types import Document, DocumentRef

#: Runtimes take any number and fail on one that is too large in ways of their own.
MOST_THREADS = 1024

#: The members of ``qa.Encoder`` and ``qa.Splitter``.
_ENCODER = ("info", "count_tokens", "encode_passages", "encode_query", "export")
_SPLITTER = ("name", "split")


@unforked()
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
    check_parts(config, encoder, splitter)
    if calibration is not None and not callable(getattr(calibration, "confidence", None)):
        raise ConfigError(f"the calibration is {calibration!r}", "give a Calibration, or None for the index's own")
    reads_pairs = open_reranker(reranker)
    upkeep = StoreUpkeep(store_at(index), config, calibration, threads, encoder, splitter)
    opened = upkeep.open()
    from qa.answering.index import Index

    return Index(opened, config, reads_pairs, upkeep.reader, upkeep)


@contextmanager
def open_searcher(index: Path | str) -> Iterator[Searcher]:
    """The current generation, open for looking documents up. Raises as ``open_index`` does."""
    with GATE.passed():
        generation, searcher = store_at(index).read(lambda one: (one, one.searcher()))
    with closing(generation):
        yield searcher


@unforked()
def document(document_id: str, index: Path | str = "index") -> Document:
    """A document of the index with its text; no model is loaded for it. Raises DocumentNotFoundError, and as ``open``
    does."""
    with open_searcher(index) as searcher:
        return searcher.documents.document(document_id)


def documents(index: Path | str = "index") -> Iterator[DocumentRef]:
    """All documents of the index, by id; no model is loaded for them. Raises as ``open`` does."""
    with open_searcher(index) as searcher:
        yield from one_by_one(searcher.documents.references)


def open_reranker(folder: Path | str | None) -> Reranker | None:
    """The cross-encoder in a folder, if one is named. Raises ModelError where it holds none."""
    if folder is None:
        return None
    if not isinstance(folder, str | Path):
        raise ConfigError(f"the reranker is {folder!r}", "give the folder of a cross-encoder")
    from qa.models.torch.cross_encoder import CrossEncoderReranker

    return CrossEncoderReranker(folder)


def check_parts(config: SearchConfig, encoder: Encoder | None, splitter: Splitter | None) -> None:
    """Raises ConfigError for what has not the members of its kind, before anything is done with it."""
    if not isinstance(config, SearchConfig):
        raise ConfigError(f"the config is {config!r}", "give a qa.SearchConfig")
    for name, part, members in (("encoder", encoder, _ENCODER), ("splitter", splitter, _SPLITTER)):
        lacks = [member for member in members if part is not None and not hasattr(part, member)]
        if lacks:
            raise ConfigError(f"the {name} is {part!r}, which has no {lacks[0]}", f"see qa.{name.title()}")
