"""Numbers of things."""

from __future__ import annotations

import re

from qa.counting import count
from tests.support import ROOT

#: A number put before a plural in the text that is printed.
PLURAL = re.compile(r"""f["'][^"'\n]*\{[^{}]*:,\} (articles|documents|passages|sentences|citations|files|texts)\b""")


def test_one_is_no_plural() -> None:
    assert [count(n, "document") for n in (0, 1, 2, 1200)] == [
        "0 documents", "1 document", "2 documents", "1,200 documents",
    ]  # fmt: skip
    assert [count(n, "query", "queries") for n in (1, 2)] == ["1 query", "2 queries"]


def test_what_is_counted_is_written_in_one_way() -> None:
    """``1 documents`` stood in the footer of answers, in what ``qa index`` had done, and in ``qa status``."""
    found = {
        f"{file.name}: {line}"
        for file in (ROOT / "qa").rglob("*.py")
        for line in file.read_text().splitlines()
        if PLURAL.search(line)
    }
    assert found == set()
