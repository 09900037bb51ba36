"""Which field of a record has its text, title, date …, where whoever made it has called it otherwise.

An index is told so once (``qa index --field text=story``) and keeps it. Each such document has it as its ``extractor``,
so that a citation can be verified without the index.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TypeAlias

from qa.config import FIELD_TARGETS

#: Pairs of what a field is and what it is called.
FieldNames: TypeAlias = tuple[tuple[str, str], ...]

_MADE_BY = "fields "


def renamed(values: Mapping[str, object], names: FieldNames) -> dict[str, object]:
    """The record with the fields under the names that they have here; one that it has not is as it was."""
    given = {target: name for target, name in names if name in values}
    rest = {name: value for name, value in values.items() if name not in given.values() and name not in given}
    return {**{target: values[name] for target, name in given.items()}, **rest}


def made_by(names: FieldNames) -> str | None:
    """What ``Document.extractor`` says of them; None where there are none."""
    return f"{_MADE_BY}{json.dumps(dict(names), ensure_ascii=False)}" if names else None


def names_in(extractor: str | None) -> FieldNames:
    """The names that ``made_by`` has written; none of anything else."""
    if not extractor or not extractor.startswith(_MADE_BY):
        return ()
    try:
        names = json.loads(extractor.removeprefix(_MADE_BY))
    except (ValueError, RecursionError):
        return ()
    if not isinstance(names, dict) or not all(isinstance(name, str) for name in names.values()):
        return ()
    return tuple((target, name) for target, name in names.items() if target in FIELD_TARGETS)
