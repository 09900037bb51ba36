"""What a generation says of itself, the same for every store."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Generic, NamedTuple, TypeVar

from qa.backends.identity import DIGESTS, generation_of
from qa.config import IndexConfig
from qa.errors import ConfigError, IndexDamagedError, IndexFormatError
from qa.types import IndexInfo

#: What to do about an index that cannot be read.
REBUILD = "qa index --rebuild makes it anew from the sources"

Extra = TypeVar("Extra")


class Sizes(NamedTuple):
    """Numbers of documents and of their passages and sentences; of a segment, what was removed from it included."""

    documents: int
    passages: int
    sentences: int


NOTHING = Sizes(0, 0, 0)


@dataclass(frozen=True, slots=True)
class Manifest(Generic[Extra]):
    """``generation`` is a hash over configuration, encoder and documents: the same for the same input.

    ``digest`` is the part of it that adds up over the documents (hex). ``encoder`` is the fingerprint of the model's
    files, ``encoder_note`` what its export had to say, ``engine`` what computed the vectors of the first build,
    ``sources`` the absolute paths that were indexed, ``live`` how much the index holds, ``bytes`` what that takes on
    disk (None where a server does not tell), ``extra`` what only its store knows and asks, and ``stored`` how many of
    the documents are in no file. ``excluded`` are articles that are left out although a source has them (paths and ids,
    as in ``qa.indexing.excluded``).
    """

    config: IndexConfig
    encoder: str
    encoder_note: str | None
    engine: str
    dimension: int
    sources: tuple[str, ...]
    created: str
    extra: Extra
    generation: str = ""
    digest: str = "0"
    live: Sizes = NOTHING
    bytes: int | None = None
    stored: int = 0
    excluded: tuple[tuple[str, str], ...] = ()

    @property
    def info(self) -> IndexInfo:
        """What answers say of the index."""
        model = Path(self.config.model)
        name = model.name if model.is_absolute() else self.config.model
        return IndexInfo(self.generation, f"{name}@{self.encoder[:12]}", self.live.documents, self.live.passages)

    def holding(self, live: Sizes, digest: int, extra: Extra, size: int | None = None) -> Manifest[Extra]:
        """The manifest of a generation that was made as this one says, and holds ``live`` documents, whose digest is
        ``digest``, in ``size`` bytes."""
        digest %= DIGESTS
        name = generation_of(self.config, self.encoder, self.engine, digest)
        return replace(self, generation=name, digest=f"{digest:x}", live=live, extra=extra, bytes=size)


def decoded(text: str | bytes, version: int, name: str, extra: Callable[..., Extra]) -> Manifest[Extra]:
    """The manifest in JSON of the format ``version``, which is called ``name`` in messages; ``extra`` takes the fields
    of what only the store knows.

    Raises IndexFormatError where another version of qa wrote it, and IndexDamagedError where it cannot be understood.
    """
    try:
        values = json.loads(text)
        written = values.pop("format")
        if written == version:
            values |= {"config": IndexConfig(**values["config"]), "sources": tuple(values["sources"])}
            values |= {"live": Sizes(*values["live"]), "excluded": tuple(map(tuple, values.get("excluded", ())))}
            return Manifest(**values | {"extra": extra(**values["extra"])})
    except (ValueError, KeyError, TypeError, AttributeError, ConfigError) as error:
        raise IndexDamagedError(f"{name} cannot be understood", REBUILD) from error
    if isinstance(written, int) and written > version:
        raise IndexFormatError(f"{name} was written by a newer version of qa", "upgrade qa to read it")
    raise IndexFormatError(f"{name} was written by an older version of qa", REBUILD)
