"""ProQuest, as text or RTF: "Document 3 of 25" before each article, "Full text:" before its text, fields behind it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.corpus.exports.layout import ExportedArticle, behind, day, exported, line_of

MARK = r"Document ([0-9]{1,6}) of ([0-9]{1,6})"
_PARTS = line_of(MARK)
_FIELD = re.compile(
    r"^(Author|Publication info|Abstract|Links|Full text|Subject|Location|People|Company(?: / organization)?|Title"
    r"|Publication title|Pages|Number of pages|First page|Publication year|Publication date|Year|Section|Publisher"
    r"|Place of publication|Country of publication|ISSN|Source type|Language of publication|Document type"
    r"|ProQuest document ID|Document URL|Copyright|Last updated|Database|Dateline|Publication subject)"
    r"(?: \([A-Za-z]+\))?:[ \t]*",
    re.MULTILINE,
)
_RULE = re.compile(r"^_{20,}[ \t\r]*$", re.MULTILINE)


def parts(text: str) -> Sequence[str]:
    """The texts of the articles; none of any other text."""
    return behind(list(_PARTS.finditer(text)), text)


def article(part: str) -> ExportedArticle | None:
    """The article; None unless it has a title, a publication and its date, and a text."""
    part = _RULE.split(part.replace("\r", ""))[0]
    marks = list(_FIELD.finditer(part))
    values: dict[str, str] = {}
    for mark, value in zip(marks, behind(marks, part), strict=True):
        values.setdefault(mark[1].lower(), value.strip())
    date = day(values.get("publication date", ""))
    if date is None or not {"title", "publication title", "full text"} <= values.keys():
        return None
    told = {
        "title": values["title"],
        "author": values.get("author", ""),
        "source": values["publication title"].partition(";")[0],
        "date": date,
        "section": values.get("section", ""),
        "subject": values.get("subject", ""),
        "accession": values.get("proquest document id", ""),
    }
    return exported(values["full text"], told)
