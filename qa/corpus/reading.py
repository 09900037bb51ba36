"""Reads articles from files and folders, each kind of file by its own reader."""

from __future__ import annotations

import stat
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeAlias

from qa.corpus.encoding import is_unicode
from qa.corpus.jsonl import read_jsonl
from qa.corpus.plain import read_plain
from qa.corpus.problem import OnProblem, Problem
from qa.corpus.walk import EXTENSIONS, Source, absolute, is_regular, mode_of, walk
from qa.errors import CorpusError
from qa.steering import escaped
from qa.types import Document

#: How many different extensions the report on files not read names.
MAX_EXTENSIONS_NAMED = 8

_KINDS_READ = f"only {', '.join(EXTENSIONS[:-1])} and {EXTENSIONS[-1]} files are read"

_Reader: TypeAlias = Callable[[Source, OnProblem], Iterator[tuple[str, Document]]]


def read(paths: Sequence[Path | str], on_problem: OnProblem) -> Iterator[Document]:
    """The documents in files and folders, lazily, in the order of ``paths`` and then of relative path.

    Ids are unique: a document whose id was there before is dropped. ``on_problem`` is called for whatever is
    not read, and reading goes on. All ``str`` fields are valid Unicode. Raises CorpusError, before the first
    document, for a path that does not exist or a file whose extension is not read.
    """
    roots = [(_checked(path), Counter[str]()) for path in paths]
    taken: dict[str, str] = {}
    for root, unread in roots:
        for source in _sources(root, unread, on_problem):
            reader: _Reader = read_jsonl if source.extension == ".jsonl" else read_plain
            for where, document in reader(source, on_problem):
                if first := taken.get(document.id):
                    what = f"is left out: its id {document.id!r} is that of {first}"
                    on_problem(Problem(where, what, "give each article an id of its own"))
                else:
                    taken[document.id] = where
                    yield document
    for root, unread in roots:
        if unread:
            on_problem(Problem(str(root), _summary(unread), _KINDS_READ))


def _checked(path: Path | str) -> Path:
    """``path`` if it is a folder or has an extension that is read. Raises CorpusError."""
    shown, file = escaped(str(path)), Path(path)
    try:
        found = mode_of(file)
    except ValueError:  # a NUL character, or a surrogate that stands for no byte
        found = FileNotFoundError()
    if not str(path) or isinstance(found, FileNotFoundError | NotADirectoryError):
        raise CorpusError(f"no such file or folder: {shown}", "check the path")
    if isinstance(found, OSError):
        raise CorpusError(f"cannot read {shown} ({found.strerror})", "check the path")
    if not stat.S_ISDIR(found) and file.suffix.lower() not in EXTENSIONS:
        raise CorpusError(f"cannot read {shown}", _KINDS_READ)
    return file


def _sources(root: Path, unread: Counter[str], on_problem: OnProblem) -> Iterator[Source]:
    if not is_unicode(absolute(root)):
        on_problem(Problem(str(root), "its path is not valid UTF-8", "rename it"))
    elif root.is_dir():
        yield from walk(root, unread, on_problem)
    elif is_regular(root, mode_of(root), on_problem):
        yield Source(root, root.name)


def _summary(unread: Counter[str]) -> str:
    """How many files were not read, by extension, the most frequent first."""
    ranked = sorted(unread.items(), key=lambda item: (-item[1], item[0]))
    named = [f"{extension or 'no extension'} ({n})" for extension, n in ranked[:MAX_EXTENSIONS_NAMED]]
    if others := sum(n for _, n in ranked[MAX_EXTENSIONS_NAMED:]):
        named.append(f"others ({others})")
    total = unread.total()
    return f"{total} file{'s' * (total > 1)} not read: {', '.join(named)}"
