"""Documents as their sources hold them now, found again for the references that an exported answer makes.

An id or a path from an answer is only ever compared with what a listing of the corpus gives, and never joined to a
folder: with a corpus given, nothing outside of it is read, whatever the answer says.
"""

from __future__ import annotations

import os
import re
import stat
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from qa.corpus import Problem, read
from qa.corpus.field_names import names_in
from qa.corpus.formats.registry import format_of
from qa.corpus.reader import FileReader
from qa.corpus.reading import sources_in
from qa.corpus.walk import Source, stat_of
from qa.errors import CorpusError
from qa.types import Document, DocumentRef, Excerpt


@dataclass(frozen=True, slots=True)
class SourceDocuments:
    """``documents`` by the reference that they were found for; ``problems``: why one that is there cannot be read."""

    documents: Mapping[DocumentRef, Document]
    problems: Mapping[DocumentRef, str]


@dataclass(frozen=True, slots=True)
class Successor:
    """Another document that is probably what a missing one has become.

    ``same_file``: its bytes are those of the missing one. ``quote`` is where the quote stands in it word for word, or
    None.
    """

    document: str
    same_file: bool
    quote: Excerpt | None


def find(references: Iterable[DocumentRef], roots: Sequence[Path] | None) -> SourceDocuments:
    """The documents in the files where they should be; each file is read once.

    With ``roots`` these are the files below them that have the recorded path or, failing that, the recorded id; else
    those at the recorded paths. Holds the documents found in memory, and none besides.
    """
    locate = _recorded if roots is None else _Catalogue(roots).locate
    by_file: defaultdict[Source, list[DocumentRef]] = defaultdict(list)
    for ref in dict.fromkeys(references):
        if source := locate(ref):
            by_file[Source(source.where, "", field_names=names_in(ref.extractor))].append(ref)
    documents: dict[DocumentRef, Document] = {}
    problems: dict[DocumentRef, str] = {}
    for source, refs in by_file.items():
        file_problems: list[Problem] = []
        documents |= _in_file(source, refs, file_problems)
        if file_problems and not _holds_many(source.where):
            problems |= {
                ref: f"{file_problems[0].what}; {file_problems[0].advice}" for ref in refs if ref not in documents
            }
    return SourceDocuments(documents, problems)


#: What follows the name of a file that holds several documents in the id of one that has none of its own.
_NUMBER = re.compile(r":[0-9]+$")

#: Documents that are there under their id after all, and what others have become.
SearchResult: TypeAlias = tuple[dict[DocumentRef, Document], dict[tuple[DocumentRef, str], Successor]]


def in_memory(references: Iterable[DocumentRef], documents: Iterable[Document]) -> SourceDocuments:
    """The documents among those in memory that have the ids wanted."""
    by_id = {document.id: document for document in documents}
    return SourceDocuments({ref: by_id[ref.id] for ref in references if ref.id in by_id}, {})


def search(roots: Sequence[Path], missing: Collection[tuple[DocumentRef, str]]) -> SearchResult:
    """Reads everything below ``roots`` once, for documents that were not where they should be, and their quotes.

    The first result has those that are there under their id after all, as a record may be that went to another file;
    the second, for each of the others, the document with the same bytes, or else the first that holds the quote.
    """
    documents: dict[DocumentRef, Document] = {}
    elsewhere: dict[tuple[DocumentRef, str], Successor] = {}
    names = next(filter(None, (names_in(ref.extractor) for ref, _ in missing)), ())
    for document in read(roots, _ignore, FileReader(names)):
        for key in missing:
            ref, quote = key
            if document.id == ref.id:
                documents[ref] = document
            elif key not in elsewhere or not elsewhere[key].same_file:
                same, place = document.sha256 == ref.sha256, document.text.find(quote)
                if same or (place >= 0 and key not in elsewhere):
                    excerpt = Excerpt.of(document.text, place, place + len(quote)) if place >= 0 else None
                    elsewhere[key] = Successor(document.id, same, excerpt)
    return documents, elsewhere


def checked_root(path: Path) -> Path:
    """``path``, if there is an article to read in it, or a file of records, whose fields the answer may name. Raises
    CorpusError."""
    if next(read([path], _ignore), None) is None and not any(_holds_many(one.where) for one in _listed([path])):
        raise CorpusError(f"there is no article in {path}", "check the path and its files")
    return path


class _Catalogue:
    """The files below some folders, by path and by id."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._by_path: dict[str, Source] = {}
        self._by_id: dict[str, Source] = {}
        for source in _listed(roots):
            self._by_path.setdefault(source.path, source)
            if not _holds_many(source.where):
                self._by_id.setdefault(source.id, source)

    def locate(self, ref: DocumentRef) -> Source | None:
        """The file that the reference means; for a record, the one that is recorded to hold it."""
        at_path = self._by_path.get(ref.path or "")
        if at_path and _fits(at_path.file, ref):
            return at_path
        return self._by_id.get(ref.id) or self._by_id.get(_file(ref))


def _listed(roots: Sequence[Path]) -> Iterator[Source]:
    for root in roots:
        yield from sources_in(root, _ignore)


def _recorded(ref: DocumentRef) -> Source | None:
    """The file at the recorded path, where it is one that can hold this document."""
    file = Path(ref.path or "")
    is_read = format_of(file.name) is not None
    return Source(str(file), ref.id) if is_read and _fits(file, ref) and _is_file(file) else None


def _holds_many(name: str) -> bool:
    """Whether a file of this name may hold several documents."""
    one = format_of(name)
    return one is not None and one.holds_many


def _is_file(file: Path) -> bool:
    try:
        status = stat_of(file)
    except ValueError:  # a NUL character
        return False
    return isinstance(status, os.stat_result) and stat.S_ISREG(status.st_mode)


def _fits(file: Path, ref: DocumentRef) -> bool:
    """Whether the file may hold the document: a file's id is the end of its path, a record's can be anything."""
    return _holds_many(file.name) or any(f"/{file.as_posix()}".endswith(f"/{name}") for name in (ref.id, _file(ref)))


def _file(ref: DocumentRef) -> str:
    """The id of the file that holds a document as one of several: ``news/export.txt`` for ``news/export.txt:3``."""
    return _NUMBER.sub("", ref.id)


def _in_file(source: Source, refs: Sequence[DocumentRef], problems: list[Problem]) -> dict[DocumentRef, Document]:
    by_id, by_name = defaultdict[str, list[DocumentRef]](list), defaultdict[str, list[DocumentRef]](list)
    for ref in refs:
        by_id[ref.id].append(ref)
        by_name[ref.id.rpartition("/")[2]].append(ref)
    documents: dict[DocumentRef, Document] = {}
    try:
        for document in read([source.file], problems.append, FileReader(source.field_names)):
            # Read by itself, a file has its name as id, or as its beginning; in its corpus, a path stood before it.
            named = document.id.startswith(source.file.name)
            same = (by_name if named else by_id).get(document.id, [])
            documents |= {ref: replace(document, id=ref.id) for ref in same}
    except CorpusError:  # the file went away after it was listed
        return {}
    return documents


def _ignore(_: Problem) -> None:
    """What cannot be read matters only where it is cited."""
