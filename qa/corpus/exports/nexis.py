"""Nexis Uni and Lexis+, as Word, RTF or text: "Body" before the text of each article, "End of Document" behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.corpus.exports.layout import WORD_COUNT, ExportedArticle, day, exported, is_copyright, line_of, without_by

MARK = "End of Document"
_PARTS = line_of(MARK)
_FIELD = re.compile(r"(Section|Length|Byline|Highlight|Dateline|Series|Load-Date|Graphic): *(.*)")

#: What stands alone on a line before the text, and behind it.
_BODY, _FEET = "Body", ("Classification", "Graphic", "Notes", "Correction")


def parts(text: str) -> Sequence[str]:
    """The texts of the articles; none of any other text."""
    pieces = _PARTS.split(text)
    return pieces[:-1] if not pieces[-1].strip() else ()


def article(part: str) -> ExportedArticle | None:
    """The article; None unless it has a source, a date, a length, and a text."""
    lines = [line.replace("\u00a0", " ").strip().lstrip("# ").strip("*") for line in part.split("\n")]
    start = lines.index(_BODY) if _BODY in lines else 0
    head = [line for line in lines[:start] if line]
    dated = next((number for number, line in enumerate(head) if number > 1 and day(line)), None)
    values = dict(pair for line in head if (pair := _field(line)))
    if dated is None or not WORD_COUNT.match(values.get("length", "")):
        return None
    feet = (
        number
        for number, line in enumerate(lines)
        if number > start and (line in _FEET or line.startswith("Load-Date:")) and not _goes_on(lines[number:])
    )
    end = next(feet, len(lines))
    foot = dict(pair for line in lines[end:] if (pair := _field(line)))
    told = {"title": head[dated - 2], "source": head[dated - 1], "date": day(head[dated]) or ""}
    author = {"author": without_by(values.pop("author", ""))}
    return exported("\n".join(part.split("\n")[start + 1 : end]), {**foot, **values, **told, **author})


def _goes_on(lines: Sequence[str]) -> bool:
    """Whether something that is text follows a line that may end it: nothing told of the article does."""
    return not any(line.startswith("Load-Date:") for line in lines) and not any(map(is_copyright, lines))


def _field(line: str) -> tuple[str, str] | None:
    match = _FIELD.fullmatch(line)
    if match is None:
        return None
    return "author" if match[1] == "Byline" else match[1].lower(), match[2]
