"""Which single document passes which filter."""

from __future__ import annotations

import pytest

from qa.backends.filters import Filter
from qa.backends.shared.filtering import Columns, texts
from qa.types import DocumentRef


def reference(date: str | None = None, source: str | None = None, **others) -> DocumentRef:
    return DocumentRef("a.md", "The quay", date, source, None, "", **others)


def accepts(within: Filter, document: DocumentRef) -> bool:
    """Whether a single document passes."""
    return bool(Columns.of([document]).mask(within)[0])


@pytest.mark.parametrize(
    ("date", "accepted"),
    [
        ("2023-12-31", False),
        ("2024-01-01", True),
        ("2024-06-15", True),
        ("2024-12-31", True),
        ("2025-01-01", False),
        (None, False),
    ],
)
def test_both_dates_are_inclusive_and_undated_documents_do_not_pass(date, accepted):
    assert accepts(Filter(since="2024-01-01", until="2024-12-31"), reference(date)) is accepted


def test_one_date_leaves_the_other_side_open():
    assert accepts(Filter(since="2024-01-01"), reference("9999-12-31"))
    assert not accepts(Filter(since="2024-01-01"), reference("2023-12-31"))
    assert accepts(Filter(until="2024-01-01"), reference("0001-01-01"))
    assert not accepts(Filter(until="2024-01-01"), reference("2024-01-02"))
    assert not accepts(Filter(until="2024-01-01"), reference())


@pytest.mark.parametrize(
    ("wanted", "source", "accepted"),
    [
        ("bbc", "BBC News", True),
        ("NEWS", "BBC News", True),
        ("el país", "EL PAÍS", True),
        ("El Pais", "El País", True),
        ("cnn", "BBC News", False),
        ("bbc", None, False),
        ("bbc", "", False),
    ],
)
def test_a_source_passes_that_contains_the_wanted_one(wanted, source, accepted):
    assert accepts(Filter(source=wanted), reference(None, source)) is accepted


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("author", "lund", True),
        ("Author", "ZOE", True),
        ("title", "quay", True),
        ("id", "a.md", True),
        ("tags", "courts", True),
        ("tags", "court, the", False),
        ("date-published", "2024", True),
        ("draft", "true", True),
        ("edition", "3", True),
        ("colour", "red", False),
        ("author", "holm", False),
    ],
)
def test_a_field_passes_that_contains_the_value(name, value, accepted):
    meta = {"tags": ["courts", "the Hague"], "datePublished": "2024-07", "draft": True, "edition": 3}
    assert accepts(Filter(where=((name, value),)), reference(author="Zoë Lund", meta=meta)) is accepted


def test_all_conditions_have_to_hold():
    both = Filter(since="2024-01-01", source="bbc", where=(("author", "lund"),))
    assert accepts(both, reference("2024-05-05", "BBC", author="Lund"))
    assert not accepts(both, reference("2023-05-05", "BBC", author="Lund"))
    assert not accepts(both, reference("2024-05-05", "CNN", author="Lund"))
    assert not accepts(both, reference("2024-05-05", "BBC"))


def test_the_values_of_lists_and_objects_are_compared_one_by_one():
    assert texts({"a": ["x", 1], "b": None, "c": True}) == ["x", "1", "true"]
