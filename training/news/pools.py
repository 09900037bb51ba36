"""Lists of what people in the news want, why things happen, and where; a template's slots choose from them."""

from __future__ import annotations

from pathlib import Path


def _read() -> dict[str, list[str]]:
    """The lists of pools.txt: "= name", then the entries, with semicolons between them, over any number of lines."""
    pools = {}
    for block in (Path(__file__).parent / "pools.txt").read_text("utf-8").split("= ")[1:]:
        name, _, entries = block.partition("\n")
        pools[name] = [" ".join(entry.split()) for entry in entries.split(";")]
    return pools


#: By the slot's name without its number.
POOLS = _read()
