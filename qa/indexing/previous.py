"""The generations that the next one of an index can go on from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from qa.backends.base import G, Generation, Store
from qa.backends.manifest import Manifest
from qa.errors import IndexDamagedError, IndexFormatError, IndexNotFoundError


def current_generation(store: Store[G], *, damaged_is_none: bool = False) -> G | None:
    """The current generation; None where there is none, or where it is a damaged one that is to be replaced.

    Raises IndexDamagedError, IndexFormatError, and ServerError.
    """
    try:
        return store.read(lambda generation: generation)
    except IndexNotFoundError:
        return None
    except (IndexDamagedError, IndexFormatError):
        if damaged_is_none:
            return None
        raise


def to_go_on_from(unfinished: G | None, previous: G | None, is_alike: Callable[[Manifest[Any]], bool]) -> list[G]:
    """Those of the two generations from which the next one takes over what has not changed, its base first: all that
    are made alike, by their manifests. What an interrupted update has left may be damaged: then it is done again."""
    return [
        one for one in (unfinished, previous) if one and is_alike(one.manifest) and (one is previous or _opens(one))
    ]


def _opens(generation: Generation) -> bool:
    try:
        generation.searcher()
    except IndexDamagedError:
        return False
    return True
