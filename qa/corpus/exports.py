"""Exports of news archives that hold many articles in one text: they are told, as a citation of one would have the date
and the source of none."""

from __future__ import annotations

import re

from qa.corpus.problem import Problem
from qa.counting import count

#: The lines that part the articles.
_PARTS = (
    # LexisNexis
    re.compile(r"^[ \t]*[0-9]+ of [0-9]+ DOCUMENTS?[ \t\r]*$", re.MULTILINE),
    # Nexis Uni
    re.compile(r"^[ \t]*End of Document[ \t\r]*$", re.MULTILINE),
    # Factiva, with the article's number
    re.compile(r"^Do[ck]ument[oe]? [A-Z]{4,8}0{2}[0-9]{8}[a-z0-9]{5,12}[ \t\r]*$", re.MULTILINE),
)

#: How many such lines make an export.
_LEAST = 2


def export_problem(where: str, text: str) -> Problem | None:
    """What to tell of a text that is such an export; None of any other."""
    articles = max(len(line.findall(text)) for line in _PARTS)
    if articles < _LEAST:
        return None
    what = f"seems to be an export of {count(articles, 'article')}, and is read as one"
    return Problem(where, what, "export each into a file of its own")
