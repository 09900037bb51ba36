"""What comes into an index and what leaves it, by name: sources, and documents that are in no file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Unpack

from qa.backends.addresses import current_manifest
from qa.backends.base import Generation, Store
from qa.backends.manifest import Manifest
from qa.corpus.documents import check_documents
from qa.errors import CorpusError
from qa.indexing.articles import files_of
from qa.indexing.excluded import excluded_after_adding
from qa.indexing.sources import with_added, without
from qa.indexing.stamps import Stamp, load
from qa.indexing.stored import StoredChanges, stored_ids
from qa.indexing.update import Update, UpdateOptions, UpdatePlugs, update
from qa.types import Document


def add(
    paths: Sequence[Path | str],
    documents: Sequence[Document],
    store: Store[Any],
    **plugs: Unpack[UpdatePlugs],
) -> Update:
    """Adds sources, and documents that are in no file, which take the place of those with the same ids.

    Articles in ``paths`` that were taken away before come back. Nothing else is looked at: the other articles stay as
    the index has them. Raises IndexNotFoundError, CorpusError, ConfigError for an index that has to be built anew
    first, and what ``update`` raises.
    """
    if not paths and not documents:
        raise CorpusError("there is nothing to add", "give documents, or the paths of files and folders")
    manifest = current_manifest(store)
    sources = with_added(manifest.sources, paths)
    excluded = excluded_after_adding(frozenset(manifest.excluded), paths)
    only = tuple(dict.fromkeys(map(os.path.abspath, paths)))
    stored, options = StoredChanges(tuple(documents)), UpdateOptions(excluded=excluded, only=only)
    return update(sources, store, options, stored=stored, **plugs)


def remove(
    names: Iterable[str],
    store: Store[Any],
    **plugs: Unpack[UpdatePlugs],
) -> Update:
    """Takes away documents that are in no file, by id, and sources and articles in them, by path or id.

    An article whose file stays in a source is left out from now on. Nothing else is looked at. Raises
    IndexNotFoundError, CorpusError where there is no such thing or nothing would be left, ConfigError for an index that
    has to be built anew first, and what ``update`` raises.
    """

    def contents(generation: Generation) -> tuple[Manifest[Any], frozenset[str], Mapping[str, Stamp]]:
        with closing(generation):
            manifest = generation.manifest
            ids = stored_ids(generation.searcher().documents) if manifest.stored else ()
            return manifest, frozenset(ids), files_of(load(store, manifest.generation), generation)

    manifest, ids, files = store.read(contents)
    removals = frozenset(names)
    sources, left_out = without(manifest.sources, sorted(removals - ids), files)
    options = UpdateOptions(excluded=frozenset(manifest.excluded) | left_out, only=())
    if not sources and ids <= removals:
        raise CorpusError("nothing would be left in the index", "delete its folder instead")
    stored = StoredChanges(removed=removals & ids, only_documents=not sources)
    return update(sources, store, options, stored=stored, **plugs)


def paths_and_documents(sources: object) -> tuple[list[Path | str], list[Document]]:
    """The paths and the documents, each checked, in what a caller gives: one, or several. Raises CorpusError."""
    is_one = isinstance(sources, str | bytes | Path | Document) or not isinstance(sources, Iterable)
    several = [sources] if is_one else list(sources)  # type: ignore[call-overload]
    paths = [one for one in several if isinstance(one, Path | str)]
    others = [one for one in several if isinstance(one, Document)]
    if len(paths) + len(others) < len(several):
        advice = "give the path of a file or folder, or several, or instances of qa.Document"
        raise CorpusError(f"the sources are {sources!r}", advice)
    documents = check_documents(others) if others else []
    for document in documents:
        if document.path is not None:
            raise CorpusError(
                f"the document {document.id!r} has the path {document.path!r}",
                "give the path itself, for qa to read the file, or leave it out of the document",
            )
    return paths, documents
