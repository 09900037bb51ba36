"""Where an index is: in a folder, or at the address of a server; and what reads and writes it there.

A new kind of place is one more line in ``store_at``.
"""

from __future__ import annotations

import os
import re
from contextlib import closing
from pathlib import Path
from typing import Any

from qa.backends.base import G, Store
from qa.backends.local.folder import FolderStore
from qa.backends.manifest import Manifest
from qa.errors import ConfigError, IndexDamagedError, IndexFormatError, IndexNotFoundError

_SCHEME = re.compile(r"(milvus(?:\+[a-z]*)?:|[a-z][a-z0-9+.-]*://)", re.IGNORECASE)


def store_at(index: Path | str) -> Store[Any]:
    """The store that ``index`` names; nothing of it is opened. Raises ConfigError for an address that is none."""
    if not isinstance(index, str | os.PathLike):
        raise ConfigError(f"the index is {index!r}", "give its folder, or its address as text")
    if isinstance(index, str) and (scheme := _SCHEME.match(index)):
        from qa.backends.milvus.address import parse

        address = parse(index, scheme[1].lower())
        from qa.backends.milvus.store import MilvusStore

        return MilvusStore(address)
    return FolderStore(Path(index))


def is_address(index: Path | str) -> bool:
    """Whether ``index`` is the address of a server, and not a folder."""
    return isinstance(index, str) and _SCHEME.match(index) is not None


def current_manifest(store: Store[G]) -> Manifest[Any]:
    """The manifest of the current generation. Raises as ``Store.read`` does."""

    def manifest(generation: G) -> Manifest[Any]:
        with closing(generation):
            return generation.manifest

    return store.read(manifest)


def is_there(store: Store[Any]) -> bool:
    """Whether the store has a generation to read, damaged or not. Raises ServerError."""
    try:
        current_manifest(store)
    except IndexNotFoundError:
        return False
    except (IndexDamagedError, IndexFormatError):
        return True
    return True
