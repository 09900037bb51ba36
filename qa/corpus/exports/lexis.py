"""LexisNexis Academic, as text or RTF: "3 of 161 DOCUMENTS" before each article, fields in capitals around its text."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.corpus.exports.layout import ExportedArticle, behind, blocks, day, exported, is_copyright, line_of, without_by

MARK = r"([0-9]{1,6}) (?:of|von|de|di|sur|van) ([0-9]{1,6}) D(?:OCUMENT|OKUMENT)[A-ZÀ-Ý]*"
_PARTS = line_of(MARK)
_FIELD = re.compile(r"([A-ZÀ-Ý][A-ZÀ-Ý-]{2,24}): *(.*)")
_BODY = re.compile(r"(?:BODY|TEXT|CORPS|CUERPO): *")

#: Lines of a head that are no source: who has the rights, and who has passed the article on.
_NO_SOURCE = re.compile(r"all rights reserved|distributed by|provided by|alle rechte vorbehalten", re.IGNORECASE)

_EDITION = re.compile(r"\b(?:edition|ausgabe|édition|edición|editie)$", re.IGNORECASE)

#: Fields that stand behind a text, and begin no line of one.
_BEHIND = re.compile(
    r"(?:LOAD-DATE|UPDATE|LANGUAGE|SPRACHE|PUBLICATION-TYPE|DOCUMENT-TYPE|JOURNAL-CODE|SUBJECT|GEOGRAPHIC): "
)

#: What the fields are called in an article, by their own names.
_NAMES = {"headline": "title", "byline": "author", "überschrift": "title", "autor": "author", "titre": "title"}


def parts(text: str) -> Sequence[str]:
    """The texts of the articles; none of any other text. Exports that were put together count each for themselves."""
    marks = list(_PARTS.finditer(text))
    if not all(0 < int(mark[1]) <= int(mark[2]) for mark in marks):
        return ()
    return behind(marks, text)


def article(part: str) -> ExportedArticle | None:
    """The article; None where it has no date, no length, or no text."""
    every = list(blocks(part.replace("\r", "").split("\n")))
    head, start = _head(every)
    told = (number for number in range(start, len(every)) if _BEHIND.match(every[number][0]))
    end = next(told, len(every))
    while end > start and _is_foot(every[end - 1]):
        end -= 1
    if not {"date", "length"} <= head.keys():
        return None
    foot = dict(pair for block in every[end:] if (pair := _field(block)))
    body = "\n\n".join("\n".join(block) for block in every[start:end])
    return exported(body, {**foot, **head, "author": without_by(head.get("author", ""))})


def _head(every: Sequence[list[str]]) -> tuple[dict[str, str], int]:
    """What stands before the text, and the number of the first block of the text."""
    body = next((number for number, block in enumerate(every) if _BODY.match(block[0])), None)
    values: dict[str, str] = {}
    sources: list[str] = []
    name = ""
    for number, block in enumerate(every[:body]):
        if field := _field(block):
            name = field[0]
            values[name] = field[1]
        elif "date" not in values:
            for line in block:
                if (date := day(line)) and "date" not in values:
                    values |= {"date": date, "source": sources[-1] if sources else ""}
                elif not is_copyright(line) and not _NO_SOURCE.search(line):
                    sources.append(line.strip())
        elif body is None and "length" in values:
            return values, number
        elif name:  # such as the second line of a headline
            values[name] += " " + " ".join(block)
        elif not block[0].startswith("  ") and not _EDITION.search(block[0]):  # in the middle, as dates are
            values.setdefault("title", " ".join(block))
    if body is None:
        return values, len(every)
    every[body][0] = _BODY.sub("", every[body][0], count=1)
    return values, body


def _field(block: Sequence[str]) -> tuple[str, str] | None:
    match = _FIELD.fullmatch(block[0].strip())
    if match is None:
        return None
    name, value = match[1].lower(), " ".join([match[2], *block[1:]])
    if name in ("länge", "longueur", "longitud", "lengte", "lunghezza", "tamanho"):
        name = "length"
    # The language is told in its own name, and a date of loading is none of the article.
    return _NAMES.get(name, f"lexis-{name}" if name in ("language", "date") else name), value


def _is_foot(block: Sequence[str]) -> bool:
    return _field(block) is not None or is_copyright(block[0]) or bool(_NO_SOURCE.search(block[0]))
