"""Reads articles from files and folders, each kind of file by its format."""

from __future__ import annotations

import stat
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from qa.corpus.formats.base import sha256_of
from qa.corpus.formats.registry import extensions, format_of
from qa.corpus.naming import distinct
from qa.corpus.problem import OnProblem, Problem
from qa.corpus.reader import HERE, FileReader
from qa.corpus.walk import Source, absolute, is_regular, source_of, stat_of, walk
from qa.counting import count
from qa.errors import CorpusError
from qa.escaping import escaped, is_unicode
from qa.types import Document

#: How many different extensions the report on files not read names.
MAX_EXTENSIONS_NAMED = 8


class ReadFile(NamedTuple):
    """A file of which all documents have been yielded, with their ids; ``opened`` unless they were known, and ``clean``
    if there was no problem with it."""

    source: Source
    ids: tuple[str, ...]
    opened: bool
    clean: bool


def read(paths: Sequence[Path | str], on_problem: OnProblem, reader: FileReader = HERE) -> Iterator[Document]:
    """The documents in files and folders, lazily, in the order of ``paths`` and then of relative path.

    Each file is read once, however many of the paths lead to it. Ids are unique: where files of several paths would
    have the same, the folder's own name stands before it; a record whose id was there before is dropped.
    ``on_problem`` is called for whatever is not read, and reading goes on. All ``str`` fields are valid Unicode. Raises
    CorpusError, before the first document, for a path that does not exist or a file whose extension is not read.
    """
    items = read_files(paths, on_problem, lambda _: None, reader=reader)
    return (item for item in items if isinstance(item, Document))


def read_files(
    paths: Sequence[Path | str],
    on_problem: OnProblem,
    ids_in: Callable[[Source], Sequence[str] | None],
    others: Iterable[str] = (),
    reader: FileReader = HERE,
) -> Iterator[Document | ReadFile]:
    """As ``read``, with a ReadFile after the documents of each file.

    A file whose document ids ``ids_in`` tells, and no other file has, is not opened: only its ReadFile comes. A
    document whose id is among ``others``, those of documents in no file, is left out.
    """
    roots = [(_checked(path), Counter[str]()) for path in paths]
    sources = _told_in_turn(lambda tell: _distinct_sources(roots, tell))
    yield from read_listed(sources, on_problem, ids_in, others, reader)
    for root, unread in roots:
        _tell_unread(root, unread, on_problem)


def read_listed(
    sources: Iterable[Source | Problem],
    on_problem: OnProblem,
    ids_in: Callable[[Source], Sequence[str] | None],
    others: Iterable[str] = (),
    reader: FileReader = HERE,
) -> Iterator[Document | ReadFile]:
    """As ``read_files``, of files that were listed, whose ids are distinct. A problem among them is told in its turn.

    ``reader`` is told of some files before it has to read one. ``ids_in`` is asked once about each file.
    """
    places = dict.fromkeys(others, "a document that only the index has")
    for source, ids in _expected(sources, ids_in, reader):
        if isinstance(source, Problem):
            on_problem(source)
        # An id that an earlier file has taken since is to be told again, and so read again.
        elif ids is None or not places.keys().isdisjoint(ids):
            yield from _read_file(source, places, on_problem, reader)
        else:
            places.update(dict.fromkeys(ids, source.where))
            yield ReadFile(source, tuple(ids), opened=False, clean=True)


def _expected(
    sources: Iterable[Source | Problem], ids_in: Callable[[Source], Sequence[str] | None], reader: FileReader
) -> Iterator[tuple[Source | Problem, Sequence[str] | None]]:
    """The files with what ``ids_in`` says, each some time after the reader was told of those that are to be read."""
    coming = deque[tuple[Source | Problem, Sequence[str] | None]]()
    for source in sources:
        ids = () if isinstance(source, Problem) else ids_in(source)
        if ids is None and isinstance(source, Source):
            reader.expect(source)
        coming.append((source, ids))
        if len(coming) > reader.ahead:
            yield coming.popleft()
    yield from coming


def _told_in_turn(listed: Callable[[OnProblem], Iterator[Source]]) -> Iterator[Source | Problem]:
    """The files of a listing, with its problems where they came up."""
    problems = list[Problem]()
    for source in listed(problems.append):
        yield from problems
        problems.clear()
        yield source
    yield from problems


def sources_in(root: Path, on_problem: OnProblem) -> Iterator[Source]:
    """The files that are read in a folder, or the file ``root`` itself."""
    return _sources(root, Counter(), on_problem)


def files_in(path: Path | str, on_problem: OnProblem) -> Iterator[Source]:
    """As ``sources_in``, for a path that somebody has named: raises CorpusError as ``read`` does, and tells which files
    are not read."""
    root, unread = _checked(path), Counter[str]()
    yield from _sources(root, unread, on_problem)
    _tell_unread(root, unread, on_problem)


def _tell_unread(root: Path, unread: Counter[str], on_problem: OnProblem) -> None:
    if unread:
        on_problem(Problem(str(root), _summary(unread), _kinds_read()))


def _distinct_sources(roots: Sequence[tuple[Path, Counter[str]]], on_problem: OnProblem) -> Iterator[Source]:
    """The files of all roots, each once, with ids that tell them apart."""
    if len(roots) == 1:
        return _sources(*roots[0], on_problem)
    return distinct([(root, list(_sources(root, unread, on_problem))) for root, unread in roots])


def _read_file(
    source: Source, places: dict[str, str], on_problem: OnProblem, reader: FileReader
) -> Iterator[Document | ReadFile]:
    """The documents of a file whose ids are not in ``places``, each with where it stands, and adds them there."""
    ids: list[str] = []
    clean = True

    def tell(problem: Problem) -> None:
        nonlocal clean
        clean = False
        on_problem(problem)

    for where, document in reader.read(source, tell):
        if first := places.get(document.id):
            what = f"is left out: its id {document.id!r} is that of {first}"
            tell(Problem(where, what, "give each article an id of its own"))
        else:
            places[document.id] = where
            ids.append(document.id)
            yield document if document.path and document.sha256 else _completed(document, source)
    yield ReadFile(source, tuple(ids), opened=True, clean=clean)


def _completed(document: Document, source: Source) -> Document:
    """The document of somebody else's format that does not tell its path, without which it would be in no file, or the
    hash of its source, for which its text's stands in."""
    digest = document.sha256 or sha256_of(document.text.encode("utf-8", "surrogatepass"))
    return replace(document, path=document.path or source.path, sha256=digest)


def _checked(path: Path | str) -> Path:
    """``path`` if it is a folder or has an extension that is read. Raises CorpusError."""
    name, file = escaped(str(path)), Path(path)
    try:
        status = stat_of(file)
    except ValueError:  # a NUL character, or a surrogate that stands for no byte
        status = FileNotFoundError()
    if not str(path) or isinstance(status, FileNotFoundError | NotADirectoryError):
        raise CorpusError(f"no such file or folder: {name}", "check the path")
    if isinstance(status, OSError):
        raise CorpusError(f"cannot read {name} ({status.strerror})", "check the path")
    if not stat.S_ISDIR(status.st_mode) and format_of(file.name) is None:
        raise CorpusError(f"cannot read {name}", _kinds_read())
    return file


def _sources(root: Path, unread: Counter[str], on_problem: OnProblem) -> Iterator[Source]:
    if not is_unicode(absolute(root)):
        on_problem(Problem(str(root), "its path is not valid UTF-8", "rename it"))
    elif root.is_dir():
        yield from walk(root, lambda name: format_of(name) is not None, unread, on_problem)
    elif is_regular(status := stat_of(root), str(root), on_problem):
        yield source_of(str(root), root.name, status)


def _kinds_read() -> str:
    *others, last = extensions()
    return f"only {', '.join(others)} and {last} files are read"


def _summary(unread: Counter[str]) -> str:
    """How many files were not read, by extension, the most frequent first."""
    ranked = sorted(unread.items(), key=lambda item: (-item[1], item[0]))
    kinds = [f"{extension or 'no extension'} ({n})" for extension, n in ranked[:MAX_EXTENSIONS_NAMED]]
    if others := sum(n for _, n in ranked[MAX_EXTENSIONS_NAMED:]):
        kinds.append(f"others ({others})")
    return f"{count(unread.total(), 'file')} not read: {', '.join(kinds)}"
