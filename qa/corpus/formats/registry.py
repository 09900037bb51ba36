"""Which format reads a file: those of this package, and those that other packages offer.

A package offers a format by an entry point of the group ``qa.formats`` whose value is a ``Format``::

    [project.entry-points."qa.formats"]
    wiki = "my_package.wiki:FORMAT"

A program has its own with ``register_format``, for as long as it runs.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from qa.corpus.formats.base import Format
from qa.corpus.walk import COMPRESSED
from qa.errors import ConfigError

#: The modules of this package that have a format each, as ``FORMATS``. None of them imports a library until it reads.
_MODULES = ("plain", "jsonl", "table", "html", "pdf", "docx", "odt", "rtf", "epub", "mail", "feed", "warc")

_PACKAGE = "qa.corpus.formats"

ENTRY_POINTS = "qa.formats"

_EXTENSION = re.compile(r"\.[a-z0-9_-]+")

#: The formats that this process has registered itself.
_registered: list[Format] = []


def register_format(one: Format) -> None:
    """Reads files with the format's extensions by it from now on, in this process, also those that are read otherwise.

    Only an index that is always updated by such a process should have such files: to others they are of no known kind.
    Raises ConfigError for what is no format.
    """
    endings = getattr(one, "extensions", None)
    names = list(endings) if isinstance(endings, Iterable) and not isinstance(endings, str) else []
    if not names or not all(isinstance(name, str) and _EXTENSION.fullmatch(name) for name in names):
        raise ConfigError(
            f"the extensions of the format are {endings!r}", 'give some in small letters, as in (".wiki",)'
        )
    if not isinstance(getattr(one, "version", None), str) or not callable(getattr(one, "read", None)):
        raise ConfigError(f"the format of {names[0]} has no version or no read()", "see qa.Format")
    _registered.append(one)
    formats.cache_clear()


@cache
def formats() -> Mapping[str, Format]:
    """The formats by extension. Raises ConfigError for an entry point that cannot be loaded."""
    by_extension: dict[str, Format] = {}
    for name in _MODULES:
        for one in import_module(f"{_PACKAGE}.{name}").FORMATS:
            by_extension |= dict.fromkeys(one.extensions, one)
    for entry_point in entry_points(group=ENTRY_POINTS):
        try:
            offered: Format = entry_point.load()
            by_extension |= dict.fromkeys(offered.extensions, offered)
        except Exception as error:  # code of strangers
            raise ConfigError(
                f"the format {entry_point.name} ({entry_point.value}) cannot be loaded: {error}",
                "repair or uninstall the package that offers it",
            ) from error
    for one in _registered:
        by_extension |= dict.fromkeys(one.extensions, one)
    return by_extension


def format_of(name: str) -> Format | None:
    """The format that reads a file of this name; None where none does."""
    lowered = name.lower().removesuffix(COMPRESSED)
    return formats().get(lowered[lowered.rfind(".") :]) if "." in lowered else None


def is_slow(name: str) -> bool:
    """Whether a file of this name takes long to convert, by a format that other processes have, too."""
    one = format_of(name)
    return one is not None and one.is_slow and one not in _registered


def version_of(name: str) -> str:
    """The version of the format that reads a file of this name; empty where none does."""
    one = format_of(name)
    return one.version if one else ""


def extensions() -> tuple[str, ...]:
    """All extensions that are read."""
    return tuple(formats())
