"""Documents that callers make, from tables, feeds and databases: what is taken, and what is refused by name."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.corpus.documents import check_documents
from qa.errors import CorpusError
from qa.types import Document

TEXT = "The council of Port Selden raised the levy to five crowns."


def checked(**values: Any) -> Document:
    """A document with these fields, as it is indexed."""
    (document,) = check_documents([Document(**({"id": "levy", "text": TEXT} | values))])
    return document


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"date": date(2023, 3, 14)}, {"date": "2023-03-14"}),
        ({"date": datetime(2023, 3, 14, 23, 30, tzinfo=UTC)}, {"date": "2023-03-14"}),
        ({"date": "2023-03-14"}, {"date": "2023-03-14"}),
        ({"title": None}, {"title": ""}),
        ({"meta": None}, {"meta": {}}),
        ({"meta": {"tags": ("sea", "levy"), "pages": 3}}, {"meta": {"tags": ["sea", "levy"], "pages": 3}}),
        ({"places": [[0, {"page": 1}], [12, {"page": 2}]]}, {"places": ((0, {"page": 1}), (12, {"page": 2}))}),
        ({"sha256": "ab"}, {"sha256": "ab"}),
    ],
)
def test_what_can_be_used_is_taken(given: dict[str, Any], expected: dict[str, Any]) -> None:
    document = checked(**given)
    assert {name: getattr(document, name) for name in expected} == expected


def test_meta_is_a_copy_that_the_caller_cannot_change() -> None:
    tags = ["sea"]
    document = checked(meta={"tags": tags})
    tags.append("levy")
    assert document.meta == {"tags": ["sea"]}


WRONG: dict[str, list[Any]] = {
    "id": [None, 7, "", b"levy"],
    "text": [None, 7, b"The levy."],
    "title": [7, math.nan, ["levy"]],
    "date": [7, "14 March", "2023-02-30", "NaT", math.nan],
    **{name: [7] for name in ("source", "path", "url", "language", "author", "sha256")},
    "path": [7, Path("levy.txt")],
    "body_start": [None, "3", -1, len(TEXT) + 1, True, 1.0],
    "meta": [7, ["a"], {"when": date(2023, 3, 14)}, {"a": {1}}, {"a": math.nan}, {"a": "\ud800"}],
    "places": [7, ((0,),), ((-1, {}),), ((0, "page 1"),), ((5, {"page": 2}), (0, {"page": 1}))],
}


@pytest.mark.parametrize(("field", "value"), [(field, value) for field, values in WRONG.items() for value in values])
def test_what_cannot_be_used_is_refused_with_its_document_and_field(field: str, value: Any) -> None:
    with pytest.raises(CorpusError, match=rf"^the {field} of document ('levy'|1) is .*; give "):
        checked(**{field: value})


@pytest.mark.parametrize("value", [TEXT, {"id": "levy", "text": TEXT}, None, ("levy", TEXT)])
def test_what_is_no_document_is_refused_by_its_place(value: Any) -> None:
    with pytest.raises(CorpusError, match=r"^document 2 is .*; make it a qa\.Document with an id and a text$"):
        check_documents([Document("levy", TEXT), value])


@pytest.mark.parametrize("value", [TEXT, None, 7, {"levy": TEXT}, Document("levy", TEXT)])
def test_what_is_no_list_of_documents_is_refused(value: Any) -> None:
    with pytest.raises(CorpusError, match=r"^the documents are .*; give a list of qa\.Document$"):
        check_documents(value)


def test_an_error_is_one_short_line_however_the_value_prints() -> None:
    with pytest.raises(CorpusError) as raised:
        checked(title=["a\nb"] * 1000)
    assert "\n" not in str(raised.value)
    assert len(str(raised.value)) < 200


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()) | st.binary() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(sorted(Document.__dataclass_fields__))


@given(fields=st.dictionaries(FIELDS, VALUES, max_size=3))
def test_any_document_is_taken_or_refused_as_such(fields: dict[str, Any]) -> None:
    try:
        document = checked(**fields)
    except CorpusError:
        return
    assert document.text[document.body_start :].strip()
    assert document.day is None or date.fromisoformat(document.day)
    assert json.loads(json.dumps(document.meta, allow_nan=False)) == document.meta
