"""Says that articles have changed since an index was made."""

from __future__ import annotations

from contextlib import suppress

import qa
from qa.cli.defaults import DEFAULT_INDEX
from qa.cli.output import notice
from qa.errors import QAError

#: Which articles have changed: some of them, or, where some were just looked at, some of the others.
ANY, OTHERS = "the articles", "other articles"


def tell_if_stale(index: str, which: str = ANY) -> None:
    """One line on stderr where the articles of an index in a folder have changed since."""
    with suppress(QAError):  # such as an index that was removed meanwhile
        stale = qa.is_stale(index)
        if stale is not False:
            have = "have" if stale else "may have"
            where = "" if index == str(DEFAULT_INDEX) else f" --index {index}"
            notice(f"note: {which} {have} changed since they were indexed; qa index{where} brings the index up to date")
