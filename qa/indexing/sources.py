"""What may leave an index: only what whoever updates it has named, and never what could not be looked at."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.backends.addresses import current_manifest, is_there
from qa.backends.base import Store
from qa.corpus.formats.registry import format_of
from qa.corpus.walk import is_passed_over
from qa.counting import count
from qa.errors import CorpusError, IndexDamagedError, IndexFormatError
from qa.indexing.stamps import Stamp

ALLOW = "--allow-removal lets them go"


def sources_outside(store: Store[Any], paths: Sequence[Path | str]) -> list[str]:
    """The sources of the index that are in none of ``paths``, which would take their place. A damaged index no longer
    tells."""
    try:
        sources = current_manifest(store).sources if is_there(store) else ()
    except (IndexDamagedError, IndexFormatError):  # only rebuilding it goes on from here
        sources = ()
    outside = left_out(sources, paths)
    return outside if all(map(os.path.lexists, paths)) else []  # a path that is not there is told as such


def left_out(old: Iterable[str], paths: Iterable[Path | str]) -> list[str]:
    """Those sources of an index that are in none of ``paths``, and are no single files that were deleted since."""
    now = [os.path.abspath(path) for path in paths]
    covered = {source for source in old if any(source == path or _has(path, source) for path in now)}
    return [source for source in old if source not in covered and not _is_deleted(source)]


def with_added(old: Sequence[str], paths: Iterable[Path | str]) -> list[str]:
    """The sources of an index and ``paths``, without those that others have in them."""
    sources = list(dict.fromkeys([*old, *map(os.path.abspath, paths)]))
    return [path for path in sources if not any(_has(other, path) for other in sources)]


def without(
    old: Sequence[str], names: Iterable[str], files: Mapping[str, Stamp]
) -> tuple[list[str], set[tuple[str, str]]]:
    """The sources of an index but those that ``names`` mean, and the articles of the others to be left out.

    Each of ``names`` is a source's path, the path of a file in a source, or an article's id. What is left out is a
    file's path, with the article's id where the file has others too. Raises CorpusError.
    """
    removals = {_file_and_id(name, old, files) for name in names}
    sources = {path for path, name in removals if path in old and not name}
    kept = [source for source in old if source not in sources]
    # One that lies in another source would be read with that one.
    inside = {path: source for path in sources for source in kept if _has(source, path)}
    for path, source in inside.items():
        if path not in files:
            raise _is_a_part(path, source)
    return kept, {one for one in removals if one[0] not in sources or one[0] in inside}


def check_removals(
    sources: Sequence[str], old: Mapping[str, Stamp], now: Mapping[str, Stamp], unseen: Iterable[str]
) -> None:
    """Raises CorpusError where documents would leave the index because what they are read from could not be looked at,
    or is empty although it was not. ``old`` and ``now`` are the stamps of files by path, before and after."""
    missing = old.keys() - now.keys()
    for path in unseen:
        if documents := _documents(old, missing, path):
            raise CorpusError(
                f"{path} cannot be read, and the index has {documents} from there", f"mend it, or {ALLOW}"
            )
    for source in sources:
        documents = None if any(_is_in(file, source) for file in now) else _documents(old, missing, source)
        if documents:
            raise CorpusError(
                f"{source} is empty, and the index has {documents} from there",
                f"check whether it is mounted; qa remove {source} takes it out, and {ALLOW}",
            )


def check_present(sources: Iterable[Path | str]) -> None:
    """Raises CorpusError for a source of the index that is no longer there."""
    for source in sources:
        if not os.path.lexists(source):
            raise CorpusError(
                f"no such file or folder: {source}, a source of the index", f"qa remove {source} takes it out"
            )


def _documents(old: Mapping[str, Stamp], missing: Iterable[str], folder: str) -> str | None:
    """How many documents of files that are gone were in a folder; None for none."""
    documents = sum(len(old[file].ids) for file in missing if _is_in(file, folder))
    return count(documents, "document") if documents else None


def _file_and_id(name: str, old: Sequence[str], files: Mapping[str, Stamp]) -> tuple[str, str]:
    """The path of the source or file that is meant, and an article's id where the file has others too."""
    path = os.path.abspath(name)
    if path in old:
        return path, ""
    file = path if path in files else next((file for file, stamp in files.items() if name in stamp.ids), None)
    if file is None:
        inside = next(
            (source for source in old if any(_is_in(one, path) for one in files) and _is_in(path, source)), None
        )
        if inside:
            raise _is_a_part(name, inside)
        raise CorpusError(
            f"the index has no source and no document {name}", "list them: qa status; qa status --documents"
        )
    if file not in old and not os.path.lexists(file):
        raise CorpusError(f"{name} is gone already", "qa index brings the index up to date")
    return file, name if file != path and len(files[file].ids) > 1 else ""


def _is_a_part(name: str, source: str) -> CorpusError:
    return CorpusError(f"{name} is a part of {source}, a source of the index", "move it out, or name its files")


def _is_in(path: str, folder: str) -> bool:
    return Path(path).is_relative_to(folder)


def _has(source: str, path: str) -> bool:
    """Whether ``path`` is read because another source is."""
    return path != source and _is_in(path, source) and not is_passed_over(Path(path).relative_to(source).as_posix())


def _is_deleted(source: str) -> bool:
    """Whether a source was a file, and has gone from a folder that is there."""
    file = Path(source)
    return format_of(file.name) is not None and not os.path.lexists(source) and file.parent.is_dir()
