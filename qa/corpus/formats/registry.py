"""Which format reads a file: those of this package, and those that other packages offer.

A package offers a format by an entry point of the group ``qa.formats`` whose value is a ``Format``::

    [project.entry-points."qa.formats"]
    wiki = "my_package.wiki:FORMAT"
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points

from qa.corpus.formats.base import Format
from qa.corpus.walk import COMPRESSED
from qa.errors import ConfigError

#: The modules of this package that have a format each, as ``FORMATS``. None of them imports a library until it reads.
_MODULES = ("plain", "jsonl", "table", "html", "pdf", "docx", "odt", "rtf", "epub", "mail", "feed")

ENTRY_POINTS = "qa.formats"


@cache
def formats() -> Mapping[str, Format]:
    """The formats by extension. Raises ConfigError for an entry point that cannot be loaded."""
    found: dict[str, Format] = {}
    for name in _MODULES:
        for one in import_module(f"qa.corpus.formats.{name}").FORMATS:
            found |= dict.fromkeys(one.extensions, one)
    for entry_point in entry_points(group=ENTRY_POINTS):
        try:
            offered: Format = entry_point.load()
            found |= dict.fromkeys(offered.extensions, offered)
        except Exception as error:  # code of strangers
            raise ConfigError(
                f"the format {entry_point.name} ({entry_point.value}) cannot be loaded: {error}",
                "repair or uninstall the package that offers it",
            ) from error
    return found


def format_of(name: str) -> Format | None:
    """The format that reads a file of this name; None where none does."""
    lowered = name.lower().removesuffix(COMPRESSED)
    return formats().get(lowered[lowered.rfind(".") :]) if "." in lowered else None


def version_of(name: str) -> str:
    """The version of the format that reads a file of this name; empty where none does."""
    one = format_of(name)
    return one.version if one else ""


def extensions() -> tuple[str, ...]:
    """All extensions that are read."""
    return tuple(formats())
