"""A text -> the articles of the export that it is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.corpus.exports import factiva, lexis, nexis, proquest
from qa.corpus.exports.layout import ExportedArticle, line_of
from qa.corpus.problem import Problem
from qa.counting import count

#: Each finds its own kind of export: ``MARK`` is what each article has, ``parts`` has the texts of the articles, and
#: ``article`` makes one of each.
_LAYOUTS = (lexis, nexis, factiva, proquest)

_LINES = [line_of(layout.MARK) for layout in _LAYOUTS]
_ANYWHERE = [re.compile(rf"(?<!\S){layout.MARK}(?!\S)") for layout in _LAYOUTS]

#: How many articles make an export that is told where it cannot be split.
_LEAST = 2


def articles_in(text: str) -> Sequence[ExportedArticle]:
    """The articles of an export, in its order; none for a text that is no export, or none beyond doubt."""
    for layout in _LAYOUTS:
        articles = [layout.article(part) for part in layout.parts(text)]
        sure = [article for article in articles if article is not None]
        if articles and len(sure) == len(articles):
            return sure
    return ()


def export_problem(where: str, text: str, *, has_pages: bool = False) -> Problem | None:
    """What to tell of a text that looks like an export and could not be split; None of any other.

    In one that ``has_pages`` the lines of a paragraph were joined, and exports are not split.
    """
    marks = (mark.finditer(text) for mark in (_ANYWHERE if has_pages else _LINES))
    articles = max(sum(1 for _ in several) for several in marks)
    if articles < _LEAST:
        return None
    what = f"seems to be an export of {count(articles, 'article')}, and is read as one"
    others = "export it as text, RTF or Word, which are taken apart"
    return Problem(where, what, others if has_pages else "export each into a file of its own")
