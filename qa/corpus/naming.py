"""Files of several folders -> ids that tell them apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath

from qa.corpus.walk import Source, absolute


def distinct(listed: Sequence[tuple[Path, Sequence[Source]]]) -> Iterator[Source]:
    """The files below each root, each file once, in order.

    Where files of several roots have the same id, their roots' own names stand before it, ``reuters/2023-03-14.txt``;
    as much of the roots' paths as is needed.
    """
    paths = set[str]()
    files: list[tuple[PurePosixPath, Source]] = []
    for root, sources in listed:
        folder = PurePosixPath(Path(absolute(root)).as_posix())
        for source in sources:
            if source.path not in paths:
                paths.add(source.path)
                files.append((folder.parent if source.path == str(folder) else folder, source))
    ids = [source.id for _, source in files]
    for depth in range(1, max((len(folder.parts) for folder, _ in files), default=0) + 1):
        times = Counter(ids)
        if len(times) == len(ids):
            break
        pairs = zip(files, ids, strict=True)
        ids = [
            identifier if times[identifier] == 1 else "/".join([*folder.parts[1:][-depth:], source.id])
            for (folder, source), identifier in pairs
        ]
    return (source._replace(id=identifier) for (_, source), identifier in zip(files, ids, strict=True))
