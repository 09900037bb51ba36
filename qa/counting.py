"""Numbers of things, as people write them."""

from __future__ import annotations


def count(number: int, thing: str, things: str | None = None) -> str:
    """``1 document``, ``2,000 documents``; ``things`` is the plural that takes more than an s."""
    return f"{number:,} {thing if number == 1 else things or f'{thing}s'}"
