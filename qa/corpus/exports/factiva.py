"""Factiva, as text or RTF: the number of each article behind it, its fields named by two letters or by their order."""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.corpus.exports.layout import WORD_COUNT, ExportedArticle, day, exported, is_copyright, line_of, without_by

MARK = r"(?:AN[ \t]+)?Do[ck]ument[oe]? ([A-Z0-9]{4,8}0{2}[0-9]{8}[a-z0-9]{5,12})"
_PARTS = line_of(MARK)

#: The names of fields, of which LP and TD have the text.
_FIELD = re.compile(
    r"(SE|HD|BY|CR|WC|PD|ET|SN|SC|ED|PG|VOL|LA|CY|LP|TD|CT|RF|ART|CO|IN|NS|RE|IPC|IPD|PUB|AN)(?:[ \t]+(.*))?"
)
_TEXT = ("LP", "TD")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}(?: ?[AaPp]\.?[Mm]\.?)?")
_CODE = re.compile(r"[A-Z][A-Z0-9]{2,7}")

#: How many lines may stand between the date and the text: time, source, code, edition, page, volume, language, rights.
_MOST_LINES = 10


def parts(text: str) -> Sequence[str]:
    """The texts of the articles, each with its number on its last line; none of any other text."""
    ends = [mark.end() for mark in _PARTS.finditer(text)]
    return [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]


def article(part: str) -> ExportedArticle | None:
    """The article; None where it is laid out in neither way."""
    lines = [line.replace("\u00a0", " ").strip().lstrip("# ") for line in part.split("\n")]
    *lines, last = [line.rstrip() for line in "\n".join(lines).strip().split("\n")]
    found = _PARTS.match(last)
    number = {"accession": found[1]} if found else {}
    return _by_name([*lines, "AN "], number) or _by_order(lines, number)


def _by_name(lines: Sequence[str], number: dict[str, str]) -> ExportedArticle | None:
    fields: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        match = _FIELD.fullmatch(line)
        if match and match[1] not in fields:
            name = match[1]
            fields[name] = [match[2] or ""]
        elif name:
            fields[name].append(line)
    values = {name: "\n".join(value).strip() for name, value in fields.items()}
    date = day(values.get("PD", ""))
    if date is None or not {"HD", "WC", "SN"} <= values.keys() or fields.keys().isdisjoint(_TEXT):
        return None
    told = {"title": values["HD"], "date": date, "source": values["SN"], "author": without_by(values.get("BY", ""))}
    more = {"section": values.get("SE", ""), "page": values.get("PG", ""), "length": values["WC"]}
    body = "\n\n".join(values[name] for name in _TEXT if values.get(name))
    return exported(body, {**more, **told, **number})


def _by_order(lines: Sequence[str], number: dict[str, str]) -> ExportedArticle | None:
    """Headline, author, number of words, date, source, code, language, who has the rights, and the text."""
    counts = (i for i, line in enumerate(lines) if WORD_COUNT.fullmatch(line))
    counted = next(counts, None)
    head = [line for line in lines[:counted] if line] if counted is not None else []
    rest = [i for i in range((counted or 0) + 1, len(lines)) if lines[i]][: _MOST_LINES + 1]
    date = day(lines[rest[0]]) if rest else None
    if not head or date is None:
        return None
    told = rest[2:] if len(rest) > 2 and _CLOCK.fullmatch(lines[rest[1]]) else rest[1:]
    rights = next((i for i in told if is_copyright(lines[i])), None)
    code = next((i for i in told[1:] if _CODE.fullmatch(lines[i])), None)
    if rights is None and code is None:
        return None
    start = rights if rights is not None else code or 0
    if rights is None and start + 1 < len(lines) and len(lines[start + 1].split()) == 1:  # the language
        start += 1
    place = head.index(max(head, key=len))
    values = {
        "title": head[place],
        "author": without_by(" ".join(head[place + 1 :])),
        "section": " ".join(head[:place]),
        "length": lines[counted or 0],
        "date": date,
        "source": lines[told[0]],
    }
    return exported("\n".join(lines[start + 1 :]), {**values, **number})
