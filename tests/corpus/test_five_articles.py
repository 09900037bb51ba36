"""The five real articles that the tool was first asked for. They are not part of the repository."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.corpus.conftest import Collect

ARTICLES = Path(__file__).parents[2] / ".." / "shared" / "articles"
DATES = {"003": "2020-12-08", "004": "2021-11-22"}

pytestmark = pytest.mark.skipif(not ARTICLES.is_dir(), reason="../shared/articles is not here")


def test_dates_and_beginnings(collect: Collect) -> None:
    reading = collect(ARTICLES)
    assert reading.problems == []
    assert [document.id[:3] for document in reading.documents] == ["000", "001", "002", "003", "004"]
    bodies = {document.id[:3]: document.text[document.body_start :] for document in reading.documents}
    assert {d.id[:3]: d.date for d in reading.documents} == dict.fromkeys(bodies) | DATES
    assert bodies["003"].startswith('"')
    assert bodies["004"].startswith("According")


def test_texts_are_the_files(collect: Collect) -> None:
    for document in collect(ARTICLES).documents:
        file = ARTICLES / document.id
        assert document.text == file.read_bytes().decode("utf-8")
        assert document.path == os.path.abspath(file)
        assert document.title
