"""What an answer's citations are held against: documents in memory, articles, an index's sources, or its own files."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from qa.backends.addresses import current_manifest, store_at
from qa.backends.base import Generation, Store
from qa.corpus.documents import check_documents
from qa.errors import CorpusError, DocumentNotFoundError, UsageError
from qa.types import Document, DocumentRef
from qa.verification.exported import Claim
from qa.verification.sources import SearchResult, SourceDocuments, checked_root, find, in_memory, search


def _nowhere(_: object) -> SearchResult:
    """Nothing is read that was not named."""
    return {}, {}


@dataclass(frozen=True, slots=True)
class Place:
    """Where documents are looked for. ``against`` says what it is, for people.

    ``find`` gives the documents that are where they should be, and ``search`` what else is there of the others.
    ``roots`` are the folders and files that were named; None where there is nothing to say whether the answer is from
    there at all. ``is_whole``: whether all that was named is there.
    """

    against: str
    find: Callable[[Iterable[DocumentRef]], SourceDocuments]
    search: Callable[[Collection[tuple[DocumentRef, str]]], SearchResult] = _nowhere
    roots: Sequence[Path] | None = None
    is_whole: bool = True


def place_of(
    claims: Sequence[Claim], corpus: Path | str | Iterable[Document] | None, index: Path | str | None
) -> Place:
    """``corpus``, or else the sources of ``index``, or else the files that the answer names. Raises UsageError where it
    names none, and CorpusError for what cannot be used."""
    if isinstance(corpus, Path | str):
        return _folders([checked_root(Path(corpus))], str(corpus))
    if corpus is not None:
        documents = check_documents(corpus)
        return Place("the documents given", lambda refs: in_memory(refs, documents))
    if index is not None:
        return _sources(claims, index)
    for claim in claims:
        if not Path(claim.document.path or "").is_absolute():
            advice = "say where the articles are: --corpus DIR, or --index DIR where only an index has them"
            raise UsageError(f"{claim.where} names no absolute path", advice)
    return Place("the files that the answer names", lambda refs: find(refs, None))


def _folders(roots: Sequence[Path], against: str) -> Place:
    return Place(against, lambda refs: find(refs, roots), lambda missing: search(roots, missing), roots)


def _sources(claims: Sequence[Claim], index: Path | str) -> Place:
    """The sources of an index that are there, and the documents that only it has. Raises CorpusError."""
    store = store_at(index)
    manifest = current_manifest(store)
    roots = [Path(source) for source in manifest.sources if Path(source).exists()]
    gone = ", ".join(source for source in manifest.sources if not Path(source).exists())
    if not roots and not manifest.stored:
        raise CorpusError(f"the sources of {index} are gone: {gone}", "say where they are now: --corpus DIR")
    where = f"{', '.join(map(str, roots))}, the sources of {index}" + (f" without those gone: {gone}" if gone else "")
    parts = [where] if roots else []
    parts += [f"the documents that only {index} has"] if manifest.stored else []
    changed = any(claim.generation != manifest.generation for claim in claims)
    against = " and ".join(parts) + (", which is another index or has changed since the answer" if changed else "")
    place = replace(_folders(roots, against), is_whole=not gone)

    def find_both(refs: Iterable[DocumentRef]) -> SourceDocuments:
        references = list(refs)
        in_files = place.find(ref for ref in references if ref.path is not None)
        stored = _stored(store, [ref for ref in references if ref.path is None])
        return SourceDocuments({**in_files.documents, **stored}, in_files.problems)

    return replace(place, find=find_both) if manifest.stored else place


def _stored(store: Store[Any], refs: Sequence[DocumentRef]) -> dict[DocumentRef, Document]:
    """Those of the documents wanted that the index has in no file, as it has them."""

    def documents(generation: Generation) -> dict[DocumentRef, Document]:
        stored: dict[DocumentRef, Document] = {}
        with closing(generation):
            every = generation.searcher().documents
            for ref in refs:
                try:
                    document = every.document(ref.id)
                except DocumentNotFoundError:
                    continue
                if document.path is None:
                    stored[ref] = document
        return stored

    return store.read(documents)
