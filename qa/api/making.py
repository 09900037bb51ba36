"""Makes an index, from files or from documents, and changes one: on disk, in a cluster, in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from qa.api.opening import check_parts, open_index, open_reranker
from qa.api.upkeep import MemoryUpkeep
from qa.backends.addresses import store_at
from qa.config import DEFAULT_MODEL, IndexConfig, SearchConfig
from qa.errors import ConfigError, UsageError
from qa.forking import unforked
from qa.types import Document, OnProgress

if TYPE_CHECKING:
    from qa.answering.index import Index
    from qa.corpus import Problem
    from qa.indexing.update import Update, UpdateOptions
    from qa.models.base import Encoder
    from qa.text.chunking import Splitter

#: What an index is made of: files and folders, and documents that are in no file.
Sources: TypeAlias = Path | str | Document | Iterable[Path | str | Document]


@unforked(changes=True)
def update(
    sources: Sources = (),
    index: Path | str = "index",
    options: UpdateOptions | None = None,
    *,
    replace: bool = False,
    confirm: Callable[[Sequence[str]], bool] = lambda _: False,
    encoder: Encoder | None = None,
    splitter: Splitter | None = None,
    on_problem: Callable[[Problem], None] = lambda *_: None,
    on_progress: OnProgress = lambda *_: None,
) -> Update:
    """Builds the index in the folder, or at the cluster's address, ``index``, or brings it up to date; what was done.

    Without ``sources`` these are those that the index was built from. An index that was built from anything that is in
    none of the paths among the ``sources`` is changed only with ``replace``, or where ``confirm``, which is called with
    what would leave, says so: else UsageError. Documents that are in no file are kept by the index; they leave with
    ``remove``, or with ``replace`` where they are not among the ``sources``. ``on_problem`` is told of each source that
    could not be read, and ``on_progress`` how far it is. ``encoder`` stands in for the model, and ``splitter`` for the
    way in which passages are made; such an index is opened, and changed, with the same ones. Raises CorpusError for a
    document that cannot be indexed or has a path, and what ``qa.indexing.update.update`` raises.
    """
    from qa.indexing import update as indexing
    from qa.indexing.membership import paths_and_documents
    from qa.indexing.sources import sources_outside
    from qa.indexing.stored import StoredChanges

    store = store_at(index)
    paths, documents = paths_and_documents(sources)
    outside = sources_outside(store, paths) if paths and not replace else []
    if outside and not confirm(outside):
        raise UsageError(
            f"{store} was built from {', '.join(outside)}, which would leave it",
            "qa.add adds to an index, and replace=True does replace its sources",
        )
    return indexing.update(
        paths,
        store,
        options or indexing.UpdateOptions(),
        stored=StoredChanges(tuple(documents), alone=replace, only_documents=replace),
        encoder=encoder,
        splitter=splitter,
        on_problem=on_problem,
        on_progress=on_progress,
    )


@unforked(changes=True)
def add(
    sources: Sources,
    index: Path | str = "index",
    *,
    on_problem: Callable[[Problem], None] = lambda *_: None,
    on_progress: OnProgress = lambda *_: None,
) -> Update:
    """``Index.add`` for an index that is not open, and stays so: no model is loaded unless something is embedded."""
    from qa.indexing.membership import add, paths_and_documents

    return add(*paths_and_documents(sources), store_at(index), on_problem=on_problem, on_progress=on_progress)


@unforked(changes=True)
def remove(
    names: Iterable[str],
    index: Path | str = "index",
    *,
    on_problem: Callable[[Problem], None] = lambda *_: None,
    on_progress: OnProgress = lambda *_: None,
) -> Update:
    """``Index.remove`` for an index that is not open, and stays so."""
    from qa.indexing.membership import remove

    return remove(names, store_at(index), on_problem=on_problem, on_progress=on_progress)


@unforked(changes=True)
def copy(
    source: Path | str, index: Path | str, *, rebuild: bool = False, on_progress: OnProgress = lambda *_: None
) -> Update:
    """Copies the index at ``source`` to the folder or address ``index``; nothing is embedded, and ``source`` stays.

    Raises ConfigError where an index is there that was made with another model or other settings, unless ``rebuild``,
    and what ``open`` and ``update`` raise.
    """
    from qa.indexing.copy import copy

    return copy(store_at(source), store_at(index), rebuild=rebuild, on_progress=on_progress)


@unforked(changes=True)
def build(
    sources: Sources,
    index: Path | str = "index",
    *,
    model: str | None = None,
    max_tokens: int | None = None,
    overlap: int | None = None,
    rebuild: bool = False,
    replace: bool = False,
    dask: str | None = None,
    field_names: Mapping[str, str] | None = None,
    on_problem: Callable[[Problem], None] = lambda *_: None,
    config: SearchConfig = SearchConfig(),
    reranker: Path | str | None = None,
    encoder: Encoder | None = None,
    splitter: Splitter | None = None,
) -> Index:
    """Builds the index in the folder, or at the cluster's address, ``index`` from files and folders, and from documents
    that are in no file; or brings it up to date, and opens it.

    ``model``, ``max_tokens``, ``overlap``, ``rebuild``, ``dask`` and ``field_names`` are those of
    ``qa.UpdateOptions``; None keeps what the index has. ``sources``, ``replace``, ``encoder`` and ``splitter`` are as
    for ``qa.update``, and ``reranker`` as for ``qa.open``. Raises what these two raise.
    """
    from qa.indexing.update import UpdateOptions

    check_parts(config, encoder, splitter)
    if dask is not None and not isinstance(dask, str):
        raise ConfigError(f"dask is {dask!r}", "give a scheduler's address as text, or local:N")
    open_reranker(reranker)  # a wrong folder is told before anything is built
    options = UpdateOptions(model, max_tokens, overlap, rebuild, dask=dask, field_names=field_names)
    update(sources, index, options, replace=replace, encoder=encoder, splitter=splitter, on_problem=on_problem)
    return open_index(index, config, reranker=reranker, encoder=encoder, splitter=splitter)


@unforked(changes=True)
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

    A document's ``date`` may be a ``datetime.date``, and its ``title`` None. ``reranker`` is ``open``'s, and
    ``encoder`` and ``splitter`` are ``build``'s. Raises CorpusError for an id that comes twice, a document without text
    or with a field that cannot be used, or none at all, and ModelError where the model or the reranker is none.
    """
    from qa.answering.index import Index
    from qa.models.loading import load_reader
    from qa.models.model import open_encoder

    check_parts(config, encoder, splitter)
    reads_pairs = open_reranker(reranker)
    name = encoder.info.name if encoder else model
    settings = IndexConfig(name, max_tokens, overlap, splitter=splitter.name if splitter else "")
    embeds = encoder or open_encoder(model)
    reader = load_reader(config.reader)
    upkeep = MemoryUpkeep(embeds, settings, splitter)
    upkeep.add(documents, lambda _: None)
    return Index(upkeep.open(), config, reads_pairs, reader, upkeep)
