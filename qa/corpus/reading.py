"""Reads articles from files and folders, each kind of file by its own reader."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, TypeAlias

from qa.corpus.encoding import is_unicode
from qa.corpus.formats.jsonl import read_jsonl
from qa.corpus.formats.plain import read_plain
from qa.corpus.problem import OnProblem, Problem
from qa.corpus.walk import EXTENSIONS, Source, absolute, is_regular, source_of, stat_of, walk
from qa.errors import CorpusError
from qa.escaping import escaped
from qa.types import Document

#: How many different extensions the report on files not read names.
MAX_EXTENSIONS_NAMED = 8

_KINDS_READ = f"only {', '.join(EXTENSIONS[:-1])} and {EXTENSIONS[-1]} files are read"

_Reader: TypeAlias = Callable[[Source, OnProblem], Iterator[tuple[str, Document]]]


class ReadFile(NamedTuple):
    """A file of which all documents have been yielded, with their ids; ``opened`` unless they were known, and ``clean``
    if there was no problem with it."""

    source: Source
    ids: tuple[str, ...]
    opened: bool
    clean: bool


def read(paths: Sequence[Path | str], on_problem: OnProblem) -> Iterator[Document]:
    """The documents in files and folders, lazily, in the order of ``paths`` and then of relative path.

    Ids are unique: a document whose id was there before is dropped. ``on_problem`` is called for whatever is
    not read, and reading goes on. All ``str`` fields are valid Unicode. Raises CorpusError, before the first
    document, for a path that does not exist or a file whose extension is not read.
    """
    return (item for item in read_files(paths, on_problem, lambda _: None) if isinstance(item, Document))


def read_files(
    paths: Sequence[Path | str], on_problem: OnProblem, known: Callable[[Source], Sequence[str] | None]
) -> Iterator[Document | ReadFile]:
    """As ``read``, with a ReadFile after the documents of each file.

    A file whose document ids are ``known``, and no other file's, is not opened: only its ReadFile comes.
    """
    roots = [(_checked(path), Counter[str]()) for path in paths]
    taken: dict[str, str] = {}
    for root, unread in roots:
        for source in _sources(root, unread, on_problem):
            ids = known(source)
            # An id that an earlier file has taken since is to be told again, and so read again.
            if ids is None or not taken.keys().isdisjoint(ids):
                yield from _read_file(source, taken, on_problem)
            else:
                taken.update(dict.fromkeys(ids, source.where))
                yield ReadFile(source, tuple(ids), opened=False, clean=True)
    for root, unread in roots:
        if unread:
            on_problem(Problem(str(root), _summary(unread), _KINDS_READ))


def _read_file(source: Source, taken: dict[str, str], on_problem: OnProblem) -> Iterator[Document | ReadFile]:
    """The documents of a file whose ids are not ``taken``, each with where it stands, and adds them there."""
    ids: list[str] = []
    clean = True

    def tell(problem: Problem) -> None:
        nonlocal clean
        clean = False
        on_problem(problem)

    reader: _Reader = read_jsonl if source.extension == ".jsonl" else read_plain
    for where, document in reader(source, tell):
        if first := taken.get(document.id):
            what = f"is left out: its id {document.id!r} is that of {first}"
            tell(Problem(where, what, "give each article an id of its own"))
        else:
            taken[document.id] = where
            ids.append(document.id)
            yield document
    yield ReadFile(source, tuple(ids), opened=True, clean=clean)


def _checked(path: Path | str) -> Path:
    """``path`` if it is a folder or has an extension that is read. Raises CorpusError."""
    shown, file = escaped(str(path)), Path(path)
    try:
        found = stat_of(file)
    except ValueError:  # a NUL character, or a surrogate that stands for no byte
        found = FileNotFoundError()
    if not str(path) or isinstance(found, FileNotFoundError | NotADirectoryError):
        raise CorpusError(f"no such file or folder: {shown}", "check the path")
    if isinstance(found, OSError):
        raise CorpusError(f"cannot read {shown} ({found.strerror})", "check the path")
    if not stat.S_ISDIR(found.st_mode) and file.suffix.lower() not in EXTENSIONS:
        raise CorpusError(f"cannot read {shown}", _KINDS_READ)
    return file


def _sources(root: Path, unread: Counter[str], on_problem: OnProblem) -> Iterator[Source]:
    if not is_unicode(absolute(root)):
        on_problem(Problem(str(root), "its path is not valid UTF-8", "rename it"))
    elif root.is_dir():
        yield from walk(root, unread, on_problem)
    elif is_regular(found := stat_of(root), str(root), on_problem):
        yield source_of(str(root), root.name, found)


def _summary(unread: Counter[str]) -> str:
    """How many files were not read, by extension, the most frequent first."""
    ranked = sorted(unread.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{extension or 'no extension'} ({n})" for extension, n in ranked[:MAX_EXTENSIONS_NAMED]]
    if others := sum(n for _, n in ranked[MAX_EXTENSIONS_NAMED:]):
        named.append(f"others ({others})")
    total = unread.total()
    return f"{total} file{'s' * (total > 1)} not read: {', '.join(named)}"
